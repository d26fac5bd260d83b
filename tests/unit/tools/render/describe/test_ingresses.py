"""Ingresses and IngressClasses read as kubectl describes them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.builders import an_object
from tests.support.recorded_descriptions import Recording, recording, recordings
from tools.render.describe import Related, describe
from tools.render.describe.ingresses import backend_text

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TO_WEB = {"service": {"name": "web", "port": {"number": 80}}}


@pytest.mark.parametrize("ingress", recordings("ingresses"))
def test_an_ingress_reads_as_kubectl_describes_it(ingress: Recording):
    assert ingress.described() == ingress.kubectl


def test_a_service_that_is_not_there_is_said_beside_its_path():
    assert '/gone       vanished:80 (<error: services "vanished" not found>)' in (
        recording("ingresses/shop").described()
    )


def a_service(*ports: dict[str, Any]) -> dict[str, Any]:
    return an_object("v1", "Service", "web", spec={"ports": list(ports)})


def a_slice(port_name: str, port: int) -> dict[str, Any]:
    labels = {"kubernetes.io/service-name": "web"}
    endpoint = {"addresses": ["10.0.0.1"], "conditions": {"ready": True}}
    ports = [{"name": port_name, "port": port}]
    slice_type = ("discovery.k8s.io/v1", "EndpointSlice", "web-1")
    return an_object(*slice_type, labels=labels, ports=ports, endpoints=[endpoint])


def test_the_endpoints_are_those_of_the_port_that_the_backend_names():
    service = a_service({"name": "http", "port": 80}, {"name": "admin", "port": 9000})
    related = Related(
        {"services": [service], "endpointslices": [a_slice("http", 8080), a_slice("admin", 9001)]}
    )
    by_name = {"service": {"name": "web", "port": {"name": "admin"}}}
    assert backend_text(TO_WEB, related) == "web:80 (10.0.0.1:8080)"
    assert backend_text(by_name, related) == "web:admin (10.0.0.1:9001)"


def test_what_may_not_be_seen_is_said_in_place_of_the_endpoints():
    related = Related({"endpointslices": []}, unseen={"services": "forbidden"})
    assert backend_text(TO_WEB, related) == "web:80 (<error: services not read: forbidden>)"


def test_a_service_is_not_called_missing_when_nobody_looked():
    assert backend_text(TO_WEB, Related()) == (
        "web:80 (<error: endpointslices not read: not asked for>)"
    )


def test_a_backend_that_is_neither_service_nor_resource_prints_as_nothing():
    assert backend_text({}, Related()) == ""


def test_parameters_of_a_class_may_have_no_group():
    spec = {"controller": "example.com/nginx", "parameters": {"kind": "ConfigMap", "name": "lb"}}
    described = describe(
        an_object("networking.k8s.io/v1", "IngressClass", "nginx", None, spec=spec), Related(), NOW
    )
    assert described.endswith("Parameters:\n  Kind:  ConfigMap\n  Name:  lb\n")


def test_a_class_may_have_no_parameters():
    spec = {"controller": "example.com/nginx"}
    described = describe(
        an_object("networking.k8s.io/v1", "IngressClass", "nginx", None, spec=spec), Related(), NOW
    )
    assert described.endswith("Controller:   example.com/nginx\n")
