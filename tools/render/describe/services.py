"""Services, with the ready endpoints behind each port."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tools.render.describe.endpoints import ready_endpoints, slices_of
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import (
    labels_text,
    write_annotations,
    write_labels,
    write_name,
)
from tools.render.describe.registry import describes
from tools.render.describe.related import Related

JsonObject = dict[str, Any]


@describes("", "Service")
def describe_service(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write a Service. Asks for ``endpointslices``; without them the endpoints read ``<none>``."""
    metadata, spec = obj["metadata"], obj["spec"]
    write_name(lines, obj)
    write_labels(lines, metadata.get("labels"))
    write_annotations(lines, metadata.get("annotations"))
    lines.field("Selector", labels_text(spec.get("selector")))
    lines.field("Type", spec.get("type", ""))
    _write_addresses(lines, spec)
    if ingress := obj.get("status", {}).get("loadBalancer", {}).get("ingress"):
        lines.field("LoadBalancer Ingress", ", ".join(map(_ingress_point, ingress)))
    slices = slices_of(metadata["name"], related)
    for port in spec.get("ports") or ():
        _write_port(lines, port, ready_endpoints(slices, port.get("name", "")))
    _write_traffic_policies(lines, spec)


def _write_addresses(lines: Lines, spec: JsonObject) -> None:
    _write_if_set(lines, "IP Family Policy", spec.get("ipFamilyPolicy"))
    lines.field("IP Families", _joined(spec.get("ipFamilies")) or "<none>")
    lines.field("IP", spec.get("clusterIP", ""))
    lines.field("IPs", _joined(spec.get("clusterIPs")) or "<none>")
    _write_if_set(lines, "External IPs", _joined(spec.get("externalIPs")))
    _write_if_set(lines, "Desired LoadBalancer IP", spec.get("loadBalancerIP"))
    _write_if_set(lines, "External Name", spec.get("externalName"))


def _ingress_point(point: JsonObject) -> str:
    if address := point.get("ip"):
        return f"{address} ({point['ipMode']})" if point.get("ipMode") else address
    return str(point.get("hostname", ""))


def _write_port(lines: Lines, port: JsonObject, endpoints: str) -> None:
    name, protocol = port.get("name") or "<unset>", port.get("protocol", "")
    lines.text(f"Port:\t{name}\t{port['port']}/{protocol}")
    lines.field("TargetPort", f"{port.get('targetPort', 0)}/{protocol}")
    _write_if_set(lines, "AppProtocol", port.get("appProtocol"))
    if node_port := port.get("nodePort"):
        lines.text(f"NodePort:\t{name}\t{node_port}/{protocol}")
    lines.field("Endpoints", endpoints)


def _write_traffic_policies(lines: Lines, spec: JsonObject) -> None:
    lines.field("Session Affinity", spec.get("sessionAffinity", ""))
    _write_if_set(lines, "External Traffic Policy", spec.get("externalTrafficPolicy"))
    _write_if_set(lines, "Internal Traffic Policy", spec.get("internalTrafficPolicy"))
    _write_if_set(lines, "HealthCheck NodePort", spec.get("healthCheckNodePort"))
    source_ranges = _joined(spec.get("loadBalancerSourceRanges"))
    _write_if_set(lines, "LoadBalancer Source Ranges", source_ranges)
    _write_if_set(lines, "Traffic Distribution", spec.get("trafficDistribution"))


def _joined(values: Iterable[str] | None) -> str:
    return ",".join(values or ())


def _write_if_set(lines: Lines, label: str, value: str | int | None) -> None:
    if value:
        lines.field(label, value)
