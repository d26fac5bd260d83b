"""The disruption controller: how many pods a PodDisruptionBudget can spare now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, JsonObjects, name_of, namespace_of
from sandbox.controllers import pod_states
from sandbox.controllers.amounts import resolved
from sandbox.controllers.conditions import with_condition
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.loop import Key
from sandbox.controllers.ownership import controller_of, is_deleted, selects

_SCALED = {"ReplicaSet": "replicasets", "StatefulSet": "statefulsets"}


class Budgets:
    """Counts healthy pods against what a budget demands (`pkg/controller/disruption`)."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster

    def concerned(self, change: Change) -> Iterable[Key]:
        """Look at a budget after its change, and at those that choose a changed pod."""
        item, kind = change.object, change.resource.storage
        if kind == ("policy", "poddisruptionbudgets"):
            return [(namespace_of(item), name_of(item))]
        if kind != ("", "pods"):
            return []
        budgets = self._cluster.store.view("policy", "poddisruptionbudgets", namespace_of(item))
        labels = item["metadata"].get("labels")
        return [
            (namespace_of(each), name_of(each))
            for each in budgets
            if selects(each["spec"].get("selector"), labels)
        ]

    def reconcile(self, key: Key) -> datetime | None:
        """Write the budget's status."""
        found = self._cluster.store.peek("policy", "poddisruptionbudgets", *key)
        if found is None:
            return None
        pods = [
            pod
            for pod in self._cluster.store.view("", "pods", namespace_of(found))
            if selects(found["spec"].get("selector"), pod["metadata"].get("labels"))
            and pod_states.phase(pod) not in pod_states.FINISHED
        ]
        self._cluster.set_status(found, self._status(found, pods))
        return None

    def _status(self, budget: JsonObject, pods: JsonObjects) -> JsonObject:
        expected, desired = self._needed(budget, pods)
        healthy = sum(pod_states.is_ready(pod) and not is_deleted(pod) for pod in pods)
        allowed = max(healthy - desired, 0) if expected else 0
        before = budget.get("status") or {}
        generation = budget["metadata"].get("generation", 1)
        new = {
            "type": "DisruptionAllowed",
            "status": "True" if allowed else "False",
            "reason": "SufficientPods" if allowed else "InsufficientPods",
            "message": "",
            "observedGeneration": generation,
        }
        known = before.get("conditions") or []
        return {
            **({"disruptedPods": before["disruptedPods"]} if before.get("disruptedPods") else {}),
            "conditions": with_condition(known, new, self._cluster.stamp()),
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            "disruptionsAllowed": allowed,
            "expectedPods": expected,
            "observedGeneration": generation,
        }

    def _needed(self, budget: JsonObject, pods: JsonObjects) -> tuple[int, int]:
        """Tell how many pods are expected, and how many of them must be healthy."""
        spec = budget["spec"]
        most: Any = spec.get("maxUnavailable")
        if most is not None:
            expected = self._expected(pods)
            return expected, max(expected - resolved(most, expected, up=True), 0)
        least = spec.get("minAvailable", 1)
        if isinstance(least, str):
            expected = self._expected(pods)
            return expected, resolved(least, expected, up=True)
        return len(pods), int(least)

    def _expected(self, pods: JsonObjects) -> int:
        """Add up the sizes of the pods' controllers."""
        sizes: dict[str, int] = {}
        for pod in pods:
            owner = controller_of(pod)
            plural = _SCALED.get(owner["kind"], "") if owner else ""
            place = ("apps", plural, namespace_of(pod), owner["name"] if owner else "")
            found = self._cluster.store.peek(*place) if plural else None
            key = owner["uid"] if owner else pod["metadata"]["uid"]
            sizes[key] = int(found["spec"].get("replicas", 1)) if found else 1
        return sum(sizes.values())
