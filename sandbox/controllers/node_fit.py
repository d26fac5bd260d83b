"""Whether a pod fits a node, in the scheduler's order of filters and with its words."""

from dataclasses import dataclass
from decimal import Decimal

from sandbox.cluster.objects import JsonObject, name_of
from sandbox.controllers.amounts import quantity, requested
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.ownership import meets
from sandbox.controllers.pod_states import FINISHED, phase

_UNSCHEDULABLE_TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
_MOST_PODS = 110


@dataclass(frozen=True)
class Refusal:
    """Why a node does not take a pod: no reasons when it does."""

    reasons: tuple[str, ...] = ()
    hopeless: bool = False
    """Whether not even evicting other pods would help."""


def refusal(cluster: ControlPlane, pod: JsonObject, node: JsonObject) -> Refusal:
    """Name what keeps a pod from a node: the first filter that refuses."""
    if node["spec"].get("unschedulable") and not tolerates(pod, _UNSCHEDULABLE_TAINT):
        return Refusal(("node(s) were unschedulable",), hopeless=True)
    if any(not tolerates(pod, taint) for taint in hard_taints(node)):
        return Refusal(("node(s) had untolerated taint(s)",), hopeless=True)
    if not matches_node(pod, node):
        return Refusal(("node(s) didn't match Pod's node affinity/selector",), hopeless=True)
    return _shortage(cluster, pod, node)


def _shortage(cluster: ControlPlane, pod: JsonObject, node: JsonObject) -> Refusal:
    room = (node.get("status") or {}).get("allocatable") or {}
    there = [p for p in cluster.pods_on(name_of(node)) if phase(p) not in FINISHED]
    reasons = ["Too many pods"] if len(there) >= int(room.get("pods", _MOST_PODS)) else []
    hopeless = False
    for resource in ("cpu", "memory"):
        total, wanted = quantity(room.get(resource, 0)), requested(pod, resource)
        used = sum((requested(p, resource) for p in there), Decimal(0))
        if wanted and used + wanted > total:
            reasons.append(f"Insufficient {resource}")
            hopeless = hopeless or wanted > total
    return Refusal(tuple(reasons), hopeless)


def hard_taints(node: JsonObject) -> list[JsonObject]:
    """Return the taints that keep pods away, not those that only discourage."""
    taints = node["spec"].get("taints") or []
    return [taint for taint in taints if taint["effect"] != "PreferNoSchedule"]


def tolerates(pod: JsonObject, taint: JsonObject) -> bool:
    """Tell whether one of the pod's tolerations covers a taint."""
    return any(_covers(each, taint) for each in pod["spec"].get("tolerations") or [])


def _covers(toleration: JsonObject, taint: JsonObject) -> bool:
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    if toleration.get("operator") == "Exists":
        return toleration.get("key") in (None, "", taint["key"])
    wanted = (taint["key"], taint.get("value", ""))
    return (toleration.get("key"), toleration.get("value", "")) == wanted


def matches_node(pod: JsonObject, node: JsonObject) -> bool:
    """Tell whether a node is one that the pod's selector and required affinity allow."""
    labels = node["metadata"].get("labels") or {}
    selector = pod["spec"].get("nodeSelector") or {}
    if not selector.items() <= labels.items():
        return False
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if not required:
        return True
    fields = {"metadata.name": name_of(node)}
    return any(
        all(meets(each, labels) for each in term.get("matchExpressions") or [])
        and all(meets(each, fields) for each in term.get("matchFields") or [])
        for term in required["nodeSelectorTerms"]
    )
