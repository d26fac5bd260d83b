"""ServiceCIDRs and IPAddresses read as kubectl describes them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.builders import an_object
from tests.support.recorded_descriptions import Recording, recordings
from tools.render.describe import Related, describe

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("address", recordings("networking"))
def test_ranges_and_addresses_read_as_kubectl_describes_them(address: Recording):
    assert address.described() == address.kubectl


def described(kind: str, name: str, **parts: Any) -> str:
    obj = an_object("networking.k8s.io/v1", kind, name, None, **parts)
    return describe(obj, Related(), NOW)


def test_a_range_may_have_no_conditions_yet():
    assert described("ServiceCIDR", "more", spec={"cidrs": ["10.1.0.0/16", "fd00::/112"]}) == (
        "Name:         more\n"
        "Labels:       <none>\n"
        "Annotations:  <none>\n"
        "CIDRs:        10.1.0.0/16, fd00::/112\n"
    )


def test_an_address_may_belong_to_nobody():
    assert described("IPAddress", "10.1.0.7") == (
        "Name:         10.1.0.7\nLabels:       <none>\nAnnotations:  <none>\n"
    )
