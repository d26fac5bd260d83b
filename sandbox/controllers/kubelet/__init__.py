"""The nodes' part: a pod that is bound to a node is started there, watched, and ended.

Follows kubelet's order of events and its words; nothing really runs. See `outcomes` for what
makes a container fail.
"""

from collections.abc import Iterable
from datetime import datetime

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, JsonObjects, name_of, namespace_of
from sandbox.controllers import pod_states
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import Recorder
from sandbox.controllers.kubelet.addresses import Addresses
from sandbox.controllers.kubelet.containers import Look, Plan, advance, fresh
from sandbox.controllers.kubelet.images import normalised
from sandbox.controllers.kubelet.outcomes import Outcome, Runs, outcome, volume_error
from sandbox.controllers.kubelet.statuses import conditions, is_over, phase
from sandbox.controllers.loop import Key
from sandbox.controllers.ownership import is_deleted

SANDBOX_SECONDS = 1
STOP_SECONDS = 1
MOUNT_RETRY_SECONDS = 60


class Kubelet:
    """Runs the pods of all simulated nodes."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        self._addresses = Addresses(cluster)
        self._recorders: dict[str, Recorder] = {}
        self._plans: dict[str, dict[str, Plan]] = {}
        self._stops: dict[str, datetime] = {}

    def concerned(self, change: Change) -> Iterable[Key]:
        """Look at a pod after its own change."""
        if change.resource.storage != ("", "pods"):
            return []
        if change.type == "DELETED":
            self._plans.pop(change.object["metadata"]["uid"], None)
            return []
        return [(namespace_of(change.object), name_of(change.object))]

    def reconcile(self, key: Key) -> datetime | None:
        """Take whatever step of the pod is due."""
        pod = self._cluster.store.peek("", "pods", *key)
        if pod is None or not pod["spec"].get("nodeName"):
            return None
        if is_deleted(pod):
            return self._stop(pod)
        if pod_states.phase(pod) in pod_states.FINISHED:
            return None
        if not (pod.get("status") or {}).get("startTime"):
            return self._accept(pod)
        if not pod["status"].get("podIP"):
            return self._prepare(pod)
        return self._sync(pod)

    def _recorder(self, pod: JsonObject) -> Recorder:
        node = pod["spec"]["nodeName"]
        return self._recorders.setdefault(node, Recorder(self._cluster, "kubelet", node))

    def _accept(self, pod: JsonObject) -> datetime | None:
        spec = pod["spec"]
        init = [fresh(c, "PodInitializing") for c in spec.get("initContainers") or []]
        reason = "PodInitializing" if init else "ContainerCreating"
        main = [fresh(container, reason) for container in spec["containers"]]
        host = self._addresses.of_node(spec["nodeName"])
        begun = {
            "startTime": self._cluster.stamp(),
            "hostIP": host,
            "hostIPs": [{"ip": host}],
        }
        self._write(pod, {**(pod.get("status") or {}), **begun}, init, main)
        return self._cluster.in_seconds(SANDBOX_SECONDS)

    def _prepare(self, pod: JsonObject) -> datetime | None:
        """Mount the volumes and give the pod its address."""
        if error := volume_error(self._cluster, pod):
            self._recorder(pod).warning(pod, "FailedMount", error)
            return self._cluster.in_seconds(MOUNT_RETRY_SECONDS)
        address = self._addresses.of_pod(pod)
        status = {**pod["status"], "podIP": address, "podIPs": [{"ip": address}]}
        return self._sync(pod | {"status": status})

    def _sync(self, pod: JsonObject) -> datetime | None:
        status, spec = pod["status"], pod["spec"]
        init = list(status.get("initContainerStatuses") or [])
        due = []
        for index, container in enumerate(spec.get("initContainers") or []):
            init[index], time = self._advance(pod, container, init[index], init=True)
            due.append(time)
            if not _initialised(container, init[index]):
                break
        main = self._by_spec(spec, status["containerStatuses"])
        if _all_initialised(spec, init):
            steps = [
                self._advance(pod, container, each, init=False)
                for container, each in zip(spec["containers"], main, strict=True)
            ]
            main = [each for each, _ in steps]
            due += [time for _, time in steps]
        self._write(pod, status, init, main)
        return min((time for time in due if time is not None), default=None)

    def _by_spec(self, spec: JsonObject, statuses: JsonObjects) -> JsonObjects:
        named = {status["name"]: status for status in statuses}
        return [
            named.get(container["name"]) or fresh(container, "ContainerCreating")
            for container in spec["containers"]
        ]

    def _advance(
        self, pod: JsonObject, container: JsonObject, status: JsonObject, *, init: bool
    ) -> tuple[JsonObject, datetime | None]:
        sidecar = container.get("restartPolicy") == "Always"
        policy = "Always" if sidecar else pod["spec"].get("restartPolicy", "Always")
        if init and not sidecar and policy == "Always":
            policy = "OnFailure"
        plans = self._plans.setdefault(pod["metadata"]["uid"], {})
        known = container["name"] in plans
        look = Look(
            cluster=self._cluster,
            recorder=self._recorder(pod),
            pod=pod,
            container=container,
            plan=plans.setdefault(container["name"], Plan()),
            outcome=self._outcome(pod, container, ends=init and not sidecar),
            restarts=policy,
            present=self._present(pod, container),
        )
        if not known:
            _recall(look, status)
        return advance(look, status)

    def _outcome(self, pod: JsonObject, container: JsonObject, *, ends: bool) -> Outcome:
        foretold = outcome(self._cluster, pod, container)
        if ends and isinstance(foretold, Runs) and foretold.exit_code is None:
            return Runs(1, 0)
        return foretold

    def _present(self, pod: JsonObject, container: JsonObject) -> bool:
        image = normalised(container.get("image", ""))
        return any(
            status["image"] == image and status["imageID"]
            for other in self._cluster.pods_on(pod["spec"]["nodeName"])
            for status in (other.get("status") or {}).get("containerStatuses") or []
        )

    def _write(
        self, pod: JsonObject, status: JsonObject, init: JsonObjects, main: JsonObjects
    ) -> None:
        spec = pod["spec"]
        phase_ = phase(spec, init, main)
        written = {
            **status,
            "phase": phase_,
            "observedGeneration": pod["metadata"].get("generation", 1),
            "containerStatuses": sorted(main, key=lambda each: str(each["name"])),
            **({"initContainerStatuses": init} if init else {}),
            "conditions": conditions(
                pod,
                phase_,
                sandbox="podIP" in status,
                initialised=_all_initialised(spec, init),
                unready=[each["name"] for each in main if not each["ready"]],
                now=self._cluster.stamp(),
            ),
        }
        stored = self._cluster.store.peek("", "pods", namespace_of(pod), name_of(pod))
        if stored is not None:
            self._cluster.set_status(stored, written)

    def _stop(self, pod: JsonObject) -> datetime | None:
        uid = pod["metadata"]["uid"]
        if uid not in self._stops:
            self._stops[uid] = self._cluster.in_seconds(STOP_SECONDS)
            for status in (pod.get("status") or {}).get("containerStatuses") or []:
                if "running" in status["state"]:
                    message = f"Stopping container {status['name']}"
                    self._recorder(pod).normal(pod, "Killing", message, container=status["name"])
        if self._cluster.now() < self._stops[uid]:
            return self._stops[uid]
        del self._stops[uid]
        if pod["metadata"].get("deletionGracePeriodSeconds") != 0:
            self._cluster.remove("", "pods", pod)
        return None


def _recall(look: Look, status: JsonObject) -> None:
    """Plan the end of a container that ran before this program did.

    One that is ready and shall always run is not ended for what its environment lacks by now.
    """
    runs, running = look.outcome, status["state"].get("running")
    if not running or not isinstance(runs, Runs) or runs.exit_code is None:
        return
    if not (look.restarts == "Always" and status["ready"]):
        look.plan.ends_at = look.cluster.in_seconds(runs.seconds)
        look.plan.exit_code = runs.exit_code


def _initialised(container: JsonObject, status: JsonObject) -> bool:
    if container.get("restartPolicy") == "Always":
        return bool(status.get("started"))
    return "terminated" in status["state"] and is_over("OnFailure", status)


def _all_initialised(spec: JsonObject, init: JsonObjects) -> bool:
    pairs = zip(spec.get("initContainers") or [], init, strict=True)
    return all(_initialised(container, status) for container, status in pairs)
