"""Endpoints and EndpointSlices, and the short list of them that Services and Ingresses print."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from tools.render.describe.lines import Lines
from tools.render.describe.metadata import write_annotations, write_labels, write_name
from tools.render.describe.registry import describes
from tools.render.describe.related import Related

JsonObject = dict[str, Any]

SERVICE_NAME_LABEL = "kubernetes.io/service-name"
SHOWN_ENDPOINTS = 3


@describes("", "Endpoints")
def describe_endpoints(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write each subset's addresses, ready or not, and ports."""
    _write_metadata(lines, obj)
    lines.text("Subsets:")
    for subset in obj.get("subsets") or ():
        lines.field("Addresses", _addresses(subset.get("addresses")), level=1)
        lines.field("NotReadyAddresses", _addresses(subset.get("notReadyAddresses")), level=1)
        _write_ports(lines, subset.get("ports") or (), level=1)
        lines.text()


@describes("discovery.k8s.io", "EndpointSlice")
def describe_endpoint_slice(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write ports and endpoints, and which of their properties are not set."""
    _write_metadata(lines, obj)
    lines.field("AddressType", obj.get("addressType", ""))
    if ports := obj.get("ports"):
        _write_ports(lines, ports, level=0)
    else:
        lines.text("Ports: <unset>")
    if not (endpoints := obj.get("endpoints")):
        lines.text("Endpoints: <none>")
        return
    lines.text("Endpoints:")
    for endpoint in endpoints:
        _write_endpoint(lines, endpoint)


def _write_metadata(lines: Lines, obj: JsonObject) -> None:
    write_name(lines, obj)
    write_labels(lines, obj["metadata"].get("labels"))
    write_annotations(lines, obj["metadata"].get("annotations"))


def _addresses(addresses: Iterable[JsonObject] | None) -> str:
    return ",".join(address["ip"] for address in addresses or ()) or "<none>"


def _write_ports(lines: Lines, ports: Sequence[JsonObject], level: int) -> None:
    if not ports:
        return
    lines.text("Ports:", level)
    lines.header("Name", "Port", "Protocol", level=level + 1)
    for port in ports:
        cells = (port.get("name") or "<unset>", port.get("port", "<unset>"), port.get("protocol"))
        lines.row(*cells, level=level + 1)


def _write_endpoint(lines: Lines, endpoint: JsonObject) -> None:
    lines.field("- Addresses", ", ".join(endpoint.get("addresses") or ()) or "<none>", level=1)
    lines.text("Conditions:", level=2)
    ready = (endpoint.get("conditions") or {}).get("ready")
    lines.field("Ready", "<unset>" if ready is None else str(ready).lower(), level=3)
    lines.field("Hostname", endpoint.get("hostname", "<unset>"), level=2)
    if target := endpoint.get("targetRef"):
        lines.field("TargetRef", f"{target.get('kind', '')}/{target.get('name', '')}", level=2)
    lines.field("NodeName", endpoint.get("nodeName", "<unset>"), level=2)
    lines.field("Zone", endpoint.get("zone", "<unset>"), level=2)


def slices_of(service: str, related: Related) -> list[JsonObject]:
    """Give the EndpointSlices that belong to a Service, by their label as kubectl asks for them."""
    return [
        each
        for each in related.of("endpointslices")
        if (each["metadata"].get("labels") or {}).get(SERVICE_NAME_LABEL) == service
    ]


def ready_endpoints(slices: Sequence[JsonObject], port_name: str) -> str:
    """Print the first three ready ``address:port`` and how many more there are.

    ``<none>`` means that there is no slice; slices without a ready endpoint print as nothing. As
    with kubectl's ``formatEndpointSlices``, ``+ 0 more...`` appears when none of those that follow
    the third is ready.
    """
    if not slices:
        return "<none>"
    shown: list[str] = []
    ready_count, more = 0, False
    for text, ready in _port_endpoints(slices, port_name):
        more = more or len(shown) == SHOWN_ENDPOINTS
        ready_count += ready
        if ready and not more:
            shown.append(text)
    listed = ",".join(shown)
    return f"{listed} + {ready_count - SHOWN_ENDPOINTS} more..." if more else listed


def _port_endpoints(slices: Sequence[JsonObject], port_name: str) -> Iterator[tuple[str, bool]]:
    """Give each endpoint once per matching port; headless Services may have no ports at all."""
    for each in slices:
        for port in each.get("ports") or [None]:
            if port is not None and port.get("name", "") != port_name:
                continue
            for endpoint in each.get("endpoints") or ():
                yield _with_port(endpoint["addresses"][0], port), _is_ready(endpoint)


def _with_port(address: str, port: JsonObject | None) -> str:
    if port is None:
        return address
    host = f"[{address}]" if ":" in address else address
    return f"{host}:{port.get('port', 0)}"


def _is_ready(endpoint: JsonObject) -> bool:
    """Tell whether traffic may be sent there; unknown counts as ready (discovery/v1 types.go)."""
    ready = (endpoint.get("conditions") or {}).get("ready")
    return ready is None or bool(ready)
