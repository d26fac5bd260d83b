"""The environment of a container: plain values, and where the others come from."""

from typing import Any

from tools.render.describe.generic import go_value
from tools.render.describe.lines import Lines
from tools.render.quantities import parse

JsonObject = dict[str, Any]

LEVEL = 2


def write_environment(lines: Lines, container: JsonObject, pod: JsonObject | None) -> None:
    """Write the sources of whole environments and every variable.

    Values from fields of the pod are filled in as far as kubectl does (name and namespace), those
    of a template, ``pod=None``, not at all.
    """
    if sources := container.get("envFrom"):
        lines.text("Environment Variables from:", LEVEL)
        for source in sources:
            _write_source(lines, source)
    variables = container.get("env") or ()
    lines.text("Environment:" if variables else "Environment:\t<none>", LEVEL)
    for variable in variables:
        for line in _variable_lines(variable, container, pod):
            lines.text(line, LEVEL + 1)


def _write_source(lines: Lines, source: JsonObject) -> None:
    kind, key = (
        ("ConfigMap", "configMapRef") if "configMapRef" in source else ("Secret", "secretRef")
    )
    reference = source.get(key) or {}
    prefix = f" with prefix '{source['prefix']}'" if source.get("prefix") else ""
    lines.row(reference.get("name", ""), f"{kind}{prefix}", _optional(reference), level=LEVEL + 1)


def _variable_lines(
    variable: JsonObject, container: JsonObject, pod: JsonObject | None
) -> list[str]:
    name, origin = variable["name"], variable.get("valueFrom")
    if origin is None:
        first, *others = variable.get("value", "").split("\n")
        return [f"{name}:\t{first}", *(f"\t{other}" for other in others)]
    if field := origin.get("fieldRef"):
        path = field["fieldPath"]
        return [f"{name}:\t{_field_value(path, pod)} ({field.get('apiVersion', '')}:{path})"]
    if field := origin.get("resourceFieldRef"):
        return [f"{name}:\t{_resource_value(field, container)} ({field['resource']})"]
    if reference := origin.get("secretKeyRef"):
        place = f"in secret '{reference.get('name', '')}'"
    elif reference := origin.get("configMapKeyRef"):
        place = f"of config map '{reference.get('name', '')}'"
    else:
        return []
    return [f"{name}:\t<set to the key '{reference['key']}' {place}>\t{_optional(reference)}"]


def _optional(reference: JsonObject) -> str:
    return f"Optional: {go_value(reference.get('optional', False))}"


def _field_value(path: str, pod: JsonObject | None) -> str:
    """Resolve a field of the pod; kubectl's scheme knows these two labels of fields only."""
    if pod is None or path not in ("metadata.name", "metadata.namespace"):
        return ""
    return str(pod["metadata"].get(path.removeprefix("metadata."), ""))


def _resource_value(field: JsonObject, container: JsonObject) -> str:
    """Divide a limit or request as ``ExtractContainerResourceValue``; unlimited is the node's."""
    kind, _, resource = field["resource"].partition(".")
    if resource not in ("cpu", "memory", "ephemeral-storage") and "hugepages-" not in resource:
        return ""
    amount = parse(((container.get("resources") or {}).get(kind) or {}).get(resource, "0"))
    divisor = parse(field.get("divisor") or "1").nanos or parse("1").nanos
    text = str(-(-amount.nanos // divisor))  # rounded up
    unlimited = text == "0" and field["resource"] in ("limits.cpu", "limits.memory")
    return "node allocatable" if unlimited else text
