"""How many pods of a workload are in which phase."""

from collections import Counter
from typing import Any

from tools.render.describe.lines import Lines
from tools.render.describe.metadata import is_controlled_by
from tools.render.describe.related import Related

JsonObject = dict[str, Any]

PHASES = {
    "Running": "Running",
    "Waiting": "Pending",
    "Succeeded": "Succeeded",
    "Failed": "Failed",
}


def write_pods_status(lines: Lines, obj: JsonObject, related: Related) -> None:
    """Count the pods this object controls, or say why they cannot be counted."""
    if "pods" not in related.objects:
        lines.field("Pods Status", f"not visible ({related.unseen.get('pods', 'not asked for')})")
        return
    uid = obj["metadata"].get("uid", "")
    own = filter(lambda pod: is_controlled_by(pod, uid), related.of("pods"))
    phases = Counter(pod.get("status", {}).get("phase", "") for pod in own)
    counts = (f"{phases[phase]} {label}" for label, phase in PHASES.items())
    lines.field("Pods Status", " / ".join(counts))
