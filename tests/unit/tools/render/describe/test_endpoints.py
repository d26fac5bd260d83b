"""Endpoints and EndpointSlices read as kubectl describes them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.builders import an_object
from tests.support.recorded_descriptions import Recording, recordings
from tools.render.describe import Related, describe

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("endpoints", recordings("endpoints"))
def test_endpoints_read_as_kubectl_describes_them(endpoints: Recording):
    assert endpoints.described() == endpoints.kubectl


def described(**parts: Any) -> str:
    obj = an_object("discovery.k8s.io/v1", "EndpointSlice", "web-1", "shop", **parts)
    return describe(obj, Related(), NOW)


def test_what_a_slice_leaves_open_is_said_to_be_unset():
    assert described(
        addressType="IPv4",
        ports=[{"protocol": "TCP"}],
        endpoints=[{"addresses": ["10.0.0.1"]}, {"conditions": {"ready": True}}],
    ) == (
        "Name:         web-1\n"
        "Namespace:    shop\n"
        "Labels:       <none>\n"
        "Annotations:  <none>\n"
        "AddressType:  IPv4\n"
        "Ports:\n"
        "  Name     Port     Protocol\n"
        "  ----     ----     --------\n"
        "  <unset>  <unset>  TCP\n"
        "Endpoints:\n"
        "  - Addresses:  10.0.0.1\n"
        "    Conditions:\n"
        "      Ready:    <unset>\n"
        "    Hostname:   <unset>\n"
        "    NodeName:   <unset>\n"
        "    Zone:       <unset>\n"
        "  - Addresses:  <none>\n"
        "    Conditions:\n"
        "      Ready:   true\n"
        "    Hostname:  <unset>\n"
        "    NodeName:  <unset>\n"
        "    Zone:      <unset>\n"
    )
