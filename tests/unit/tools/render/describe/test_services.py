"""Services read as `kubectl describe service`."""

from typing import Any

import pytest

from tests.support.recorded_descriptions import Recording, recording, recordings
from tools.render.describe.endpoints import ready_endpoints


@pytest.mark.parametrize("service", recordings("services"))
def test_a_service_reads_as_kubectl_describes_it(service: Recording):
    assert service.described() == service.kubectl


def line(text: str, label: str) -> str:
    return next(row for row in text.splitlines() if row.startswith(f"{label}:"))


def test_the_first_three_endpoints_are_shown_and_the_others_counted():
    assert line(recording("services/many").described(), "Endpoints") == (
        "Endpoints:                10.98.0.11:8080,10.98.0.8:8080,10.98.0.6:8080 + 2 more..."
    )


def test_a_service_whose_pods_are_not_ready_has_no_endpoints():
    assert line(recording("services/sleepy").described(), "Endpoints").endswith(":                ")


def test_a_service_that_selects_nothing_says_none():
    assert line(recording("services/legacy").described(), "Endpoints").endswith("<none>")


def test_addresses_of_version_six_stand_in_brackets():
    assert "[2001:db8::10]:8080" in recording("services/partner-six").described()


def an_endpoint(address: str, *, ready: bool | None = True) -> dict[str, Any]:
    return {"addresses": [address], "conditions": {"ready": ready}}


def a_slice(*endpoints: dict[str, Any], port_name: str = "") -> dict[str, Any]:
    return {"ports": [{"name": port_name, "port": 80}], "endpoints": list(endpoints)}


def test_an_endpoint_of_which_nobody_knows_whether_it_is_ready_counts_as_ready():
    assert ready_endpoints([a_slice(an_endpoint("10.0.0.1", ready=None))], "") == "10.0.0.1:80"


def test_endpoints_of_several_slices_are_counted_together():
    full = a_slice(*(an_endpoint(f"10.0.0.{last}") for last in (1, 2, 3)))
    assert ready_endpoints([full, a_slice(an_endpoint("10.0.0.4"))], "") == (
        "10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 1 more..."
    )


def test_only_the_port_that_was_asked_for_counts():
    assert ready_endpoints([a_slice(an_endpoint("10.0.0.1"), port_name="metrics")], "http") == ""


def test_kubectl_mentions_no_more_when_the_fourth_is_not_ready():
    first = [an_endpoint(f"10.0.0.{last}") for last in (1, 2, 3)]
    last = an_endpoint("10.0.0.4", ready=False)
    assert ready_endpoints([a_slice(*first, last)], "").endswith("10.0.0.3:80 + 0 more...")


def test_a_slice_of_a_headless_service_may_have_no_ports():
    assert ready_endpoints([{"ports": None, "endpoints": [an_endpoint("10.0.0.1")]}], "") == (
        "10.0.0.1"
    )
