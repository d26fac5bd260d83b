"""What binds pods to nodes: tolerations, taints, topology spread, scheduling groups."""

from collections.abc import Sequence
from typing import Any

from tools.render.describe.lines import Lines
from tools.render.describe.metadata import selector_or_none

JsonObject = dict[str, Any]


def write_tolerations(
    lines: Lines, tolerations: Sequence[JsonObject] | None, indent: str = ""
) -> None:
    """Write tolerations in the order of their keys, one a line."""
    in_order = sorted(tolerations or (), key=lambda toleration: str(toleration.get("key", "")))
    lines.several(f"{indent}Tolerations", map(toleration_text, in_order))


def toleration_text(toleration: JsonObject) -> str:
    """Print ``key=value:Effect op=Exists for 300s``, without what is not set."""
    value, effect = toleration.get("value"), toleration.get("effect")
    text = toleration.get("key", "")
    text += f"={value}" if value else ""
    text += f":{effect}" if effect else ""
    if toleration.get("operator") == "Exists" and not value:
        text += " op=Exists" if text else "op=Exists"
    seconds = toleration.get("tolerationSeconds")
    return text if seconds is None else f"{text} for {seconds}s"


def write_taints(lines: Lines, taints: Sequence[JsonObject] | None) -> None:
    """Write taints in the order of effect and key, one a line."""
    in_order = sorted(taints or (), key=lambda taint: f"{taint.get('effect', '')},{taint['key']}")
    lines.several("Taints", map(taint_text, in_order))


def taint_text(taint: JsonObject) -> str:
    """Print ``key=value:Effect``, without what is not set."""
    value, effect = taint.get("value"), taint.get("effect", "")
    if value:
        return f"{taint['key']}={value}:{effect}"
    return f"{taint['key']}:{effect}" if effect else str(taint["key"])


def write_spread(lines: Lines, constraints: Sequence[JsonObject] | None, indent: str = "") -> None:
    """Write topology spread constraints in the order of their keys; nothing without any."""
    if constraints:
        in_order = sorted(constraints, key=lambda constraint: str(constraint["topologyKey"]))
        lines.several(f"{indent}Topology Spread Constraints", map(_spread_text, in_order))


def _spread_text(constraint: JsonObject) -> str:
    text = (
        f"{constraint['topologyKey']}:{constraint['whenUnsatisfiable']}"
        f" when max skew {constraint['maxSkew']} is exceeded"
    )
    selector = constraint.get("labelSelector")
    return text if selector is None else f"{text} for selector {selector_or_none(selector)}"


def write_scheduling_group(lines: Lines, group: JsonObject | None, indent: str = "") -> None:
    """Write the group that is scheduled together with the pod; nothing without one."""
    if group:
        lines.text(f"{indent}SchedulingGroup:")
        lines.field("PodGroupName", group.get("podGroupName", ""), level=1)
