"""CertificateSigningRequests read as kubectl describes them, with who decided and why."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.builders import an_object
from tests.support.recorded_descriptions import recording, with_lines
from tools.render.describe import Related, describe

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_a_pending_request_reads_as_kubectl_describes_it():
    request = recording("certificates/pending")
    assert request.described() == request.kubectl


@pytest.mark.parametrize(
    ("name", "conditions"),
    [
        (
            "issued",
            "  Type      Status  Reason          Message\n"
            "  ----      ------  ------          -------\n"
            "  Approved  True    KubectlApprove"
            "  This CSR was approved by kubectl certificate approve.\n",
        ),
        (
            "denied",
            "  Type    Status  Reason       Message\n"
            "  ----    ------  ------       -------\n"
            "  Denied  True    KubectlDeny  This CSR was denied by kubectl certificate deny.\n",
        ),
    ],
)
def test_the_conditions_of_a_decided_request_are_added(name: str, conditions: str):
    request = recording(f"certificates/{name}")
    added = f"Conditions:\n{conditions}"
    assert request.described() == with_lines(request.kubectl, before="Subject:", added=added)


def a_request(content: bytes = b"", **status: Any) -> str:
    spec = {"request": base64.b64encode(content).decode(), "username": "jane"}
    kind = ("certificates.k8s.io/v1", "CertificateSigningRequest")
    return describe(an_object(*kind, "jane", None, spec=spec, status=status), Related(), NOW)


PEM = b"-----BEGIN CERTIFICATE REQUEST-----\n%s\n-----END CERTIFICATE REQUEST-----\n"


@pytest.mark.parametrize("content", [b"", b"no PEM", PEM % b"MAA=", PEM % b"!"])
def test_a_request_that_cannot_be_read_is_said_to_be_so(content: bytes):
    assert a_request(content).endswith(
        "Subject:            <the request is not a readable PEM CERTIFICATE REQUEST>\n"
    )


@pytest.mark.parametrize(
    ("types", "state"),
    [
        ([], "Pending"),
        (["Approved"], "Approved"),
        (["Approved", "Denied"], "Denied"),
        (["Approved", "Failed"], "Approved,Failed"),
    ],
)
def test_a_denial_outweighs_an_approval(types: list[str], state: str):
    conditions = [{"type": each, "status": "True"} for each in types]
    assert f"Status:             {state}\n" in a_request(conditions=conditions)


def test_a_request_with_a_certificate_is_issued():
    assert "Pending,Issued\n" in a_request(certificate="bWFkZQ==")
