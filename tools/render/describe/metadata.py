"""Labels, annotations, selectors and owners as kubectl prints them."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import Any

from tools.render.describe.lines import Lines
from tools.render.describe.related import Related

JsonObject = dict[str, Any]
StringMap = Mapping[str, str]

ANNOTATION_BYTES = 140
SKIPPED_ANNOTATIONS = frozenset({"kubectl.kubernetes.io/last-applied-configuration"})

_SET_OPERATORS = {"In": "in", "NotIn": "notin"}


def write_name(lines: Lines, obj: JsonObject) -> None:
    """Write name and namespace; the namespace line stands empty for cluster-scoped objects."""
    metadata = obj.get("metadata", {})
    lines.field("Name", metadata.get("name", ""))
    lines.field("Namespace", metadata.get("namespace", ""))


def write_labels(
    lines: Lines, labels: StringMap | None, label: str = "Labels", level: int = 0
) -> None:
    """Write ``key=value`` pairs in the order of their keys, one a line."""
    lines.several(label, pairs(labels), level)


def pairs(labels: StringMap | None) -> list[str]:
    """Give ``key=value`` in the order of the keys."""
    return [f"{key}={value}" for key, value in sorted((labels or {}).items())]


def write_annotations(
    lines: Lines, annotations: StringMap | None, label: str = "Annotations", level: int = 0
) -> None:
    """Write annotations, the long and multi-line ones below their keys and cut at 140 bytes.

    ``kubectl.kubernetes.io/last-applied-configuration`` is left out, as in kubectl.
    """
    lines.several(label, annotation_lines(annotations), level)


def annotation_lines(annotations: StringMap | None) -> list[str]:
    """Give the lines of annotations: ``key: value``, or the value's own lines below its key."""
    return [
        line
        for key, value in sorted((annotations or {}).items())
        if key not in SKIPPED_ANNOTATIONS
        for line in _annotation_lines(key, value.removesuffix("\n"))
    ]


def _annotation_lines(key: str, value: str) -> Iterator[str]:
    if "\n" not in value and len(value.encode()) + len(key) + 2 <= ANNOTATION_BYTES:
        yield f"{key}: {value}"
        return
    yield f"{key}:"
    yield from (f"  {shortened(part, ANNOTATION_BYTES - 2)}" for part in value.split("\n"))


def shortened(text: str, most: int) -> str:
    """Cut after that many bytes of UTF-8, between characters."""
    data = text.encode()
    return f"{data[:most].decode(errors='ignore')}..." if len(data) > most else text


def selector_text(selector: JsonObject | None) -> str:
    """Print a label selector: ``app=web,tier in (a,b),!canary``; empty when it selects everything.

    Requirements are sorted by key, as apimachinery's ``labels.Selector`` does. No selector at all
    selects nothing, which Go prints as nothing too.
    """
    selector = selector or {}
    requirements = [
        (key, f"{key}={value}") for key, value in selector.get("matchLabels", {}).items()
    ]
    requirements += [
        (expression["key"], _expression_text(expression))
        for expression in selector.get("matchExpressions", ())
    ]
    requirements.sort(key=lambda requirement: requirement[0])
    return ",".join(text for _, text in requirements)


def _expression_text(expression: JsonObject) -> str:
    key, operator = expression["key"], expression["operator"]
    if operator in _SET_OPERATORS:
        values = ",".join(sorted(expression.get("values", ())))
        return f"{key} {_SET_OPERATORS[operator]} ({values})"
    return f"!{key}" if operator == "DoesNotExist" else str(key)


def selector_or_none(selector: JsonObject | None) -> str:
    """Print a label selector, ``<none>`` when it is empty (``metav1.FormatLabelSelector``)."""
    return selector_text(selector) or "<none>"


def labels_text(labels: StringMap | None) -> str:
    """Print equality requirements in one line, ``<none>`` without (``labels.FormatLabels``)."""
    return ",".join(pairs(labels)) or "<none>"


def controller_of(obj: JsonObject) -> JsonObject | None:
    """Give the owner reference that controls the object, if there is one."""
    owners = obj.get("metadata", {}).get("ownerReferences", ())
    return next((owner for owner in owners if owner.get("controller")), None)


def is_controlled_by(obj: JsonObject, uid: str) -> bool:
    """Tell whether the object with this uid controls the object."""
    owner = controller_of(obj)
    return owner is not None and owner.get("uid") == uid


def write_controller(lines: Lines, obj: JsonObject, related: Related) -> None:
    """Write ``Controlled By``, and, which kubectl does not, the controllers above it.

    For a kind that kubectl describes without its controller, pass ``lines.aside()``.
    """
    if not (owner := controller_of(obj)):
        return
    lines.field("Controlled By", f"{owner['kind']}/{owner['name']}")
    chain = [f"{each['kind']}/{each['metadata']['name']}" for each in related.of("owners")]
    if len(chain) > 1:
        lines.field("Owner Chain", " → ".join(chain))


def write_condition_details(lines: Lines, obj: JsonObject, *, reasons: bool) -> None:
    """Write what kubectl's tables of conditions leave out: messages, and reasons if asked.

    Neighbours of the same reason share a line; what a Deployment says of itself while all is well
    is left out.
    """
    conditions = obj.get("status", {}).get("conditions") or ()
    worth_telling = (each for each in conditions if not _is_well(each))
    groups = [
        (details, ", ".join(condition["type"] for condition in group))
        for details, group in groupby(worth_telling, partial(_details, reasons=reasons))
        if details
    ]
    aside = lines.aside()
    if groups:
        aside.text("Condition Details:")
    for details, kinds in groups:
        aside.several(kinds, details.split("\n"), level=1)


def _is_well(condition: JsonObject) -> bool:
    return condition["type"] in ("Available", "Progressing") and condition["status"] == "True"


def _details(condition: JsonObject, *, reasons: bool) -> str:
    reason = condition.get("reason", "") if reasons else ""
    return ": ".join(part for part in (reason, condition.get("message", "").strip()) if part)
