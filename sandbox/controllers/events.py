"""Events as client-go's two recorders write them; a repeated one is counted, not written again."""

from typing import Any

from sandbox.cluster.objects import JsonObject, name_of, namespace_of
from sandbox.controllers.control_plane import ControlPlane

KEPT_SECONDS = 3600  # kube-apiserver --event-ttl


class Recorder:
    """Writes one component's events: `deployment-controller`, or `kubelet` on a node."""

    def __init__(self, cluster: ControlPlane, component: str, host: str = "") -> None:
        self._cluster = cluster
        self._component = component
        self._host = host
        self._known: dict[tuple[str, ...], str] = {}

    def normal(self, about: JsonObject, reason: str, message: str, **more: Any) -> None:
        """Record what went as it should."""
        self._record(about, "Normal", reason, message, **more)

    def warning(self, about: JsonObject, reason: str, message: str, **more: Any) -> None:
        """Record what did not."""
        self._record(about, "Warning", reason, message, **more)

    def _record(
        self,
        about: JsonObject,
        kind: str,
        reason: str,
        message: str,
        *,
        container: str = "",
        times: int = 1,
    ) -> None:
        field = f"spec.containers{{{container}}}" if container else ""
        sameness = (about["metadata"]["uid"], kind, reason, message, field)
        namespace = namespace_of(about) or "default"
        known = self._cluster.store.get("", "events", namespace, self._known.get(sameness, ""))
        if known is not None:
            self._repeat(known, times)
            return
        created = self._cluster.store.create(
            self._new(about, kind, reason, message, field, times, namespace)
        )
        self._known[sameness] = name_of(created)

    def _repeat(self, event: JsonObject, times: int) -> None:
        event["count"] += times
        event["lastTimestamp"] = self._cluster.stamp()
        self._cluster.store.update(event)

    def _new(
        self,
        about: JsonObject,
        kind: str,
        reason: str,
        message: str,
        field: str,
        times: int,
        namespace: str,
    ) -> JsonObject:
        stamp = self._cluster.stamp()
        source = {"component": self._component}
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": event_name(self._cluster, about), "namespace": namespace},
            "involvedObject": reference(about) | ({"fieldPath": field} if field else {}),
            "type": kind,
            "reason": reason,
            "message": message,
            "count": times,
            "firstTimestamp": stamp,
            "lastTimestamp": stamp,
            "eventTime": None,
            "source": source | ({"host": self._host} if self._host else {}),
            "reportingComponent": self._component,
            "reportingInstance": self._host,
        }


class SchedulerRecorder:
    """Writes the scheduler's events, which follow the newer API: a series instead of a count."""

    _COMPONENT = "default-scheduler"

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        self._known: dict[tuple[str, str], str] = {}

    def record(self, pod: JsonObject, kind: str, reason: str, message: str, action: str) -> None:
        """Record an event, or one more of the series."""
        sameness = (pod["metadata"]["uid"], message)
        known = self._known.get(sameness, "")
        event = self._cluster.store.get("", "events", namespace_of(pod), known)
        if event is not None:
            self._repeat(event)
            return
        created = self._cluster.store.create(self._new(pod, kind, reason, message, action))
        self._known[sameness] = name_of(created)

    def _repeat(self, event: JsonObject) -> None:
        count = (event.get("series") or {"count": 1})["count"] + 1
        event["series"] = {"count": count, "lastObservedTime": self._cluster.micro_stamp()}
        self._cluster.store.update(event)

    def _new(
        self, pod: JsonObject, kind: str, reason: str, message: str, action: str
    ) -> JsonObject:
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": event_name(self._cluster, pod), "namespace": namespace_of(pod)},
            "involvedObject": reference(pod),
            "type": kind,
            "reason": reason,
            "message": message,
            "action": action,
            "eventTime": self._cluster.micro_stamp(),
            "firstTimestamp": None,
            "lastTimestamp": None,
            "source": {},
            "reportingComponent": self._COMPONENT,
            "reportingInstance": f"{self._COMPONENT}-control-1",
        }


def reference(about: JsonObject) -> JsonObject:
    """Refer to an object as events do."""
    metadata = about["metadata"]
    referred = {
        "apiVersion": about["apiVersion"],
        "kind": about["kind"],
        "name": metadata["name"],
        "namespace": metadata.get("namespace"),
        "uid": metadata["uid"],
        "resourceVersion": metadata.get("resourceVersion"),
    }
    return {key: value for key, value in referred.items() if value}


def event_name(cluster: ControlPlane, about: JsonObject) -> str:
    """Name an event: the object's name and the time in nanoseconds, made unique by the store."""
    nanoseconds = int(cluster.now().timestamp()) * 10**9 + cluster.store.revision % 10**9
    return f"{name_of(about)}.{nanoseconds:x}"
