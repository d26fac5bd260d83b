"""Field selectors, with the labels each kind supports (kubernetes `pkg/apis/*/conversion.go`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.reading.label_selector import SelectorError
from sandbox.cluster.registry import ResourceType

METADATA = ("metadata.name", "metadata.namespace")
CORE_EVENT = (
    *(
        f"involvedObject.{each}"
        for each in (
            "kind",
            "namespace",
            "name",
            "uid",
            "apiVersion",
            "resourceVersion",
            "fieldPath",
        )
    ),
    *("reason", "reportingComponent", "source", "type"),
)
# What beside metadata.name and metadata.namespace; all other kinds have only these two.
SUPPORTED: dict[tuple[str, str], tuple[str, ...]] = {
    ("", "pods"): (
        *("spec.nodeName", "spec.host", "spec.restartPolicy", "spec.schedulerName"),
        *("spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP"),
        *("status.podIPs", "status.nominatedNodeName"),
    ),
    ("", "nodes"): ("spec.unschedulable",),
    ("", "replicationcontrollers"): ("status.replicas",),
    ("", "events"): CORE_EVENT,
    ("", "namespaces"): ("status.phase",),
    ("", "secrets"): ("type",),
    ("", "services"): ("spec.clusterIP", "spec.type"),
    ("batch", "jobs"): ("status.successful",),
    ("certificates.k8s.io", "certificatesigningrequests"): ("spec.signerName",),
    ("events.k8s.io", "events"): (
        *(label.replace("involvedObject", "regarding") for label in CORE_EVENT[:7]),
        *("reason", "reportingController", "type"),
    ),
}
# Kinds whose conversion function words the refusal in its own way.
PLAIN_WORDING = {("", plural) for _, plural in SUPPORTED} | {("events.k8s.io", "events")}
CLUSTER_SCOPED = {("", "nodes"), ("", "namespaces")}


@dataclass(frozen=True)
class Term:
    """One `label=value` or `label!=value`."""

    label: str
    value: str
    equal: bool

    def matches(self, value: str) -> bool:
        """Compare with the value of the field in an object."""
        return (value == self.value) is self.equal


@dataclass(frozen=True)
class FieldSelector:
    """All of some terms; none selects everything."""

    terms: tuple[Term, ...] = ()

    def matches(self, obj: JsonObject) -> bool:
        """Tell whether a stored object satisfies every term."""
        return all(each.matches(field_value(obj, each.label)) for each in self.terms)

    def exact(self, label: str) -> str | None:
        """Return the value that a label must have, or None."""
        return next((t.value for t in self.terms if t.label == label and t.equal), None)


def parse_field_selector(text: str, resource: ResourceType) -> FieldSelector:
    """Parse the `fieldSelector` parameter for one type. Raises SelectorError."""
    terms = [_term(text, part) for part in sorted(_parts(text)) if part]
    for each in terms:
        _check_label(each.label, resource)
    return FieldSelector(tuple(terms))


def field_value(obj: JsonObject, label: str) -> str:
    """Return a field as selectors see it: a text, empty when absent."""
    special = _SPECIAL.get((obj.get("kind", ""), label))
    value: Any = special(obj) if special else _at(obj, _renamed(obj, label).split("."))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _at(obj: Any, path: list[str]) -> Any:
    for name in path:
        obj = obj.get(name) if isinstance(obj, dict) else None
    return obj


def _renamed(obj: JsonObject, label: str) -> str:
    if obj.get("kind") == "Event":
        label = label.replace("regarding.", "involvedObject.")
    return {"spec.host": "spec.nodeName", "reportingController": "reportingComponent"}.get(
        label, label
    )


def _event_source(obj: JsonObject) -> str:
    source = (obj.get("source") or {}).get("component")
    return str(source or obj.get("reportingComponent") or "")


def _event_namespace(obj: JsonObject) -> Any:
    return obj["involvedObject"].get("namespace")


_SPECIAL: dict[tuple[str, str], Callable[[JsonObject], Any]] = {
    ("Event", "source"): _event_source,
    ("Pod", "spec.hostNetwork"): lambda pod: bool(_at(pod, ["spec", "hostNetwork"])),
    ("Pod", "status.podIPs"): lambda pod: ",".join(
        each["ip"] for each in _at(pod, ["status", "podIPs"]) or []
    ),
    ("Node", "spec.unschedulable"): lambda node: bool(_at(node, ["spec", "unschedulable"])),
    ("Job", "status.successful"): lambda job: _at(job, ["status", "succeeded"]) or 0,
    ("ReplicationController", "status.replicas"): lambda obj: _at(obj, ["status", "replicas"]) or 0,
}


def _check_label(label: str, resource: ResourceType) -> None:
    key = (resource.group, resource.plural)
    custom = [
        each["jsonPath"].lstrip(".")
        for each in (resource.custom or {}).get("selectableFields") or []
    ]
    metadata = METADATA[:1] if key in CLUSTER_SCOPED else METADATA
    if label in (*metadata, *SUPPORTED.get(key, ()), *custom):
        return
    if key == ("batch", "jobs"):
        raise SelectorError(f'field label "{label}" not supported for Job')
    if key in SUPPORTED or resource.custom is not None:
        raise SelectorError(f"field label not supported: {label}")
    known = 'only "metadata.name", "metadata.namespace"'
    raise SelectorError(f'"{label}" is not a known field selector: {known}')


def _parts(text: str) -> list[str]:
    parts = [""]
    escaped = False
    for character in text:
        if character == "," and not escaped:
            parts.append("")
            continue
        parts[-1] += character
        escaped = character == "\\" and not escaped
    return parts


def _term(text: str, part: str) -> Term:
    position = min((i for i in (part.find("="), part.find("!=")) if i >= 0), default=-1)
    if position < 0:
        raise SelectorError(f"invalid selector: '{text}'; can't understand '{part}'")
    operator = next(each for each in ("!=", "==", "=") if part.startswith(each, position))
    value = _unescaped(part[position + len(operator) :])
    return Term(part[:position], value, operator != "!=")


def _unescaped(value: str) -> str:
    result, escaped = "", False
    for character in value:
        if escaped and character not in "\\,=":
            raise SelectorError(f"invalid field selector: invalid escape sequence: \\{character}")
        if not escaped and character in ",=":
            why = "invalid field selector: unescaped character in value"
            raise SelectorError(f"{why}: {ord(character)}")
        if escaped or character != "\\":
            result += character
        escaped = character == "\\" and not escaped
    if escaped:
        raise SelectorError("invalid field selector: invalid escape sequence: \\")
    return result
