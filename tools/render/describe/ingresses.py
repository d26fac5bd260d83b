"""Ingresses with the endpoints behind each path, and IngressClasses."""

from datetime import datetime
from typing import Any

from tools.render.describe.endpoints import ready_endpoints, slices_of
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import write_annotations, write_labels
from tools.render.describe.registry import describes
from tools.render.describe.related import Related

JsonObject = dict[str, Any]


@describes("networking.k8s.io", "Ingress")
def describe_ingress(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write an Ingress. Asks for the ``services`` and ``endpointslices`` of its backends."""
    metadata, spec = obj["metadata"], obj["spec"]
    lines.field("Name", metadata["name"])
    write_labels(lines, metadata.get("labels"))
    lines.field("Namespace", metadata["namespace"])
    lines.field("Address", _addresses(obj))
    lines.field("Ingress Class", spec.get("ingressClassName", "<none>"))
    default_backend = "<default>"
    if backend := spec.get("defaultBackend"):
        default_backend = backend_text(backend, related)
    lines.field("Default backend", default_backend)
    _write_tls(lines, spec.get("tls") or [])
    _write_rules(lines, spec.get("rules") or [], default_backend, related)
    write_annotations(lines, metadata.get("annotations"))


def _addresses(obj: JsonObject) -> str:
    points = obj.get("status", {}).get("loadBalancer", {}).get("ingress") or ()
    return ",".join(
        sorted({point.get("ip") or point.get("hostname", "") for point in points} - {""})
    )


def _write_tls(lines: Lines, entries: list[JsonObject]) -> None:
    if entries:
        lines.text("TLS:")
    for entry in entries:
        hosts = ",".join(entry.get("hosts") or ())
        secret = entry.get("secretName")
        lines.text(f"{secret} terminates {hosts}" if secret else f"SNI routes {hosts}", level=1)


def _write_rules(
    lines: Lines, rules: list[JsonObject], default_backend: str, related: Related
) -> None:
    lines.text("Rules:")
    lines.header("Host", "Path", "Backends")
    with_paths = [rule for rule in rules if rule.get("http")]
    for rule in with_paths:
        lines.text(f"{rule.get('host') or '*'}\t", level=1)
        for path in rule["http"]["paths"]:
            backend = backend_text(path["backend"], related)
            lines.text(f"\t{path.get('path', '')} \t{backend}", level=2)
    if not with_paths:
        lines.row("*", "*", default_backend)


def backend_text(backend: JsonObject, related: Related) -> str:
    """Print a backend and what stands behind it.

    ``web:80 (10.0.0.7:8080)``, or in place of the endpoints why they cannot be told, as kubectl's
    ``describeBackendV1``.
    """
    if service := backend.get("service"):
        port = service.get("port") or {}
        text = f"{service['name']}:{port.get('number') or port.get('name', '')}"
        return f"{text} ({_endpoints_of(service['name'], port, related)})"
    if resource := backend.get("resource"):
        group = resource.get("apiGroup")  # null for core kinds
        return f"APIGroup: {group or '<none>'}, Kind: {resource['kind']}, Name: {resource['name']}"
    return ""


def _endpoints_of(name: str, port: JsonObject, related: Related) -> str:
    for plural in ("endpointslices", "services"):
        if plural not in related.objects:
            return f"<error: {plural} not read: {related.unseen.get(plural, 'not asked for')}>"
    services = (each for each in related.of("services") if each["metadata"]["name"] == name)
    if not (service := next(services, None)):
        return f'<error: services "{name}" not found>'
    return ready_endpoints(slices_of(name, related), _service_port_name(service, port))


def _service_port_name(service: JsonObject, port: JsonObject) -> str:
    """Give the name of the Service's port that the backend means; slices know ports by name."""
    number, wanted = port.get("number"), port.get("name")
    names = [
        each.get("name", "")
        for each in service["spec"].get("ports") or ()
        if (number and each["port"] == number) or (wanted and each.get("name") == wanted)
    ]
    return names[-1] if names else ""


@describes("networking.k8s.io", "IngressClass")
def describe_ingress_class(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write the controller and where its parameters are."""
    metadata, spec = obj["metadata"], obj.get("spec", {})
    lines.field("Name", metadata["name"])
    write_labels(lines, metadata.get("labels"))
    write_annotations(lines, metadata.get("annotations"))
    lines.field("Controller", spec.get("controller", ""))
    if not (parameters := spec.get("parameters")):
        return
    lines.text("Parameters:")
    if (group := parameters.get("apiGroup")) is not None:
        lines.field("APIGroup", group, level=1)
    lines.field("Kind", parameters["kind"], level=1)
    lines.field("Name", parameters["name"], level=1)
