"""A drain as text: what became of each pod, and, before it, what would."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from tools.render import JsonObject
from tools.render.tabwriter import align

MOST_NAMES = 40
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Left:
    """A pod that is still there, and why."""

    name: str
    state: str
    why: str = ""


def drained(node: str, gone: Sequence[str], ignored: Mapping[str, Sequence[str]]) -> str:
    """Say that a node is empty."""
    return "\n".join([f"node/{node} drained: {_pods(len(gone))} evicted", *_lists(gone, ignored)])


def undrained(
    node: str,
    gone: Sequence[str],
    left: Sequence[Left],
    ignored: Mapping[str, Sequence[str]],
    seconds: float,
) -> str:
    """Say what is left and why, and that the node stays closed."""
    total = len(gone) + len(left)
    hopeless = all(each.state == "failed" for each in left)
    when = "" if hopeless else f" after {seconds:g} s"
    head = (
        f"node/{node} is not drained{when}: {len(gone)} of {_pods(total)} evicted, "
        f"{len(left)} left. It stays cordoned."
    )
    rows = [f"  {each.name}\t{_state(each)}" for each in left[:MOST_LINES]]
    more = [f"  … and {len(left) - MOST_LINES} more"] if len(left) > MOST_LINES else []
    way_on = f'Call again to go on, or k8s_uncordon(node_name="{node}") to open it again.'
    lines = [head, *align(rows, minimum=0, padding=2), *more, *_lists(gone, ignored), way_on]
    return "\n".join(lines)


def _state(left: Left) -> str:
    return f"{left.state}: {left.why}" if left.why else left.state


def _lists(gone: Sequence[str], ignored: Mapping[str, Sequence[str]]) -> list[str]:
    lines = [f"  evicted: {names(gone)}"] if gone else []
    return [*lines, *(f"Warning: {why}: {names(pods)}" for why, pods in ignored.items())]


def names(listed: Sequence[str]) -> str:
    """Print names, the first of many."""
    more = f", … and {len(listed) - MOST_NAMES} more" if len(listed) > MOST_NAMES else ""
    return ", ".join(listed[:MOST_NAMES]) + more


def _pods(number: int) -> str:
    return f"{number} pod{'' if number == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One pod that would go: the budgets over it, and what the API server says of it now."""

    pod: JsonObject
    budgets: Sequence[JsonObject] = ()
    refusal: str = ""
    warnings: Sequence[str] = field(default=())


def outlook(going: Sequence[Foreseen]) -> list[str]:
    """Say for each workload how many pods go, what holds them and what is lost."""
    groups: dict[str, list[Foreseen]] = {}
    for each in going:
        groups.setdefault(workload_of(each.pod), []).append(each)
    rows = [f"  {len(pods)} x {name}\t{_fate(pods)}" for name, pods in groups.items()]
    return align(rows, minimum=0, padding=2)


def workload_of(pod: JsonObject) -> str:
    """Name what makes a pod anew; a ReplicaSet's name without its hash is its Deployment's."""
    metadata = pod["metadata"]
    owners = metadata.get("ownerReferences") or ()
    owner = next((each for each in owners if each.get("controller")), None)
    if owner is None:
        return f"pod {metadata['namespace']}/{metadata['name']}"
    kind, name = owner["kind"].lower(), owner["name"]
    pod_hash = (metadata.get("labels") or {}).get("pod-template-hash", "")
    if kind == "replicaset" and pod_hash and name.endswith(f"-{pod_hash}"):
        kind, name = "deployment", name.removesuffix(f"-{pod_hash}")
    return f"{kind} {metadata['namespace']}/{name}"


def _fate(group: Sequence[Foreseen]) -> str:
    said = [*_held(group), *_lost(group)]
    return "; ".join(said) or "evicted at once"


def _held(group: Sequence[Foreseen]) -> list[str]:
    refused = Counter(each.refusal for each in group if each.refusal)
    if refused:
        return [f"BLOCKED now: {why}" for why in refused]
    budgets = {budget["metadata"]["name"]: budget for each in group for budget in each.budgets}
    return [_rounds(budget, len(group)) for budget in budgets.values()]


def _rounds(budget: JsonObject, pods: int) -> str:
    name, status = budget["metadata"]["name"], budget.get("status") or {}
    allowed = int(status.get("disruptionsAllowed") or 0)
    if not allowed:
        needed, healthy = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
        return f"budget {name} allows 0 now: BLOCKS (needs {needed} healthy pods, has {healthy})"
    if allowed >= pods:
        return f"budget {name} allows it"
    return f"budget {name} allows {allowed} at a time: takes at least {ceil(pods / allowed)} rounds"


def _lost(group: Sequence[Foreseen]) -> list[str]:
    lost = []
    if any("local storage" in warning for each in group for warning in each.warnings):
        lost.append("emptyDir data is lost")
    if not (group[0].pod["metadata"].get("ownerReferences") or ()):
        lost.append("no controller: nothing makes it anew")
    return lost
