"""Which pods of a node a drain evicts, which it leaves, and which make it refuse.

Source followed: kubectl ``drain/filters.go``, in its order and with its texts. Where kubectl keeps
the last warning only, all are kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clients.kubernetes.objects import JsonObject

MIRROR = "kubernetes.io/config.mirror"
DAEMON_SET_REFUSAL = "DaemonSet-managed Pods (use ignore_daemonsets=true to ignore)"
DAEMON_SET_WARNING = "ignoring DaemonSet-managed Pods"
LOCAL_STORAGE_REFUSAL = "Pods with local storage (use delete_emptydir_data=true to override)"
LOCAL_STORAGE_WARNING = "deleting Pods with local storage"
UNMANAGED_REFUSAL = "Pods that declare no controller (use force=true to override)"
UNMANAGED_WARNING = "deleting Pods that declare no controller"
_ENDED = ("Succeeded", "Failed")

DaemonSetName = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Allowances:
    """What the caller lets a drain do."""

    ignore_daemonsets: bool = True
    delete_emptydir_data: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """One pod: evicted or left alone, with warnings; a ``refusal`` stops the whole drain."""

    pod: JsonObject
    evict: bool
    warnings: Sequence[str] = ()
    refusal: str = ""

    @property
    def name(self) -> str:
        """``shop/web-0``."""
        return f"{self.pod['metadata']['namespace']}/{self.pod['metadata']['name']}"


def controller_of(obj: JsonObject) -> JsonObject:
    """Return the owner that manages an object; empty without one."""
    owners: Sequence[JsonObject] = obj["metadata"].get("ownerReferences") or ()
    return next((owner for owner in owners if owner.get("controller")), {})


def daemon_set_of(pod: JsonObject) -> DaemonSetName | None:
    """Return namespace and name of the DaemonSet that manages a pod."""
    controller = controller_of(pod)
    if (controller.get("apiVersion"), controller.get("kind")) != ("apps/v1", "DaemonSet"):
        return None
    return pod["metadata"]["namespace"], controller["name"]


def verdict(
    pod: JsonObject, allowed: Allowances, unseen_daemon_sets: Mapping[DaemonSetName, str]
) -> Verdict:
    """Judge one pod; ``unseen_daemon_sets`` says of those that could not be read why not."""
    if (pod.get("status") or {}).get("phase") in _ENDED:
        return Verdict(pod, evict=MIRROR not in _annotations(pod))
    daemon_set = daemon_set_of(pod)
    warnings: list[str] = []
    if daemon_set is not None:
        unseen = unseen_daemon_sets.get(daemon_set, "")
        if not unseen or not (allowed.force and unseen.endswith("not found")):
            return _of_daemon_set(pod, allowed, unseen)
        warnings.append(unseen)
    if MIRROR in _annotations(pod):
        return Verdict(pod, evict=False)
    if any("emptyDir" in volume for volume in pod["spec"].get("volumes") or ()):
        if not allowed.delete_emptydir_data:
            return Verdict(pod, evict=False, refusal=LOCAL_STORAGE_REFUSAL)
        warnings.append(LOCAL_STORAGE_WARNING)
    if not controller_of(pod):
        if not allowed.force:
            return Verdict(pod, evict=False, refusal=UNMANAGED_REFUSAL)
        warnings.append(UNMANAGED_WARNING)
    return Verdict(pod, evict=True, warnings=warnings)


def _of_daemon_set(pod: JsonObject, allowed: Allowances, unseen: str) -> Verdict:
    if unseen:
        return Verdict(pod, evict=False, refusal=unseen)
    if not allowed.ignore_daemonsets:
        return Verdict(pod, evict=False, refusal=DAEMON_SET_REFUSAL)
    return Verdict(pod, evict=False, warnings=[DAEMON_SET_WARNING])


def _annotations(pod: JsonObject) -> Mapping[str, str]:
    return pod["metadata"].get("annotations") or {}


def grouped(verdicts: Sequence[Verdict], *, refusals: bool) -> dict[str, list[str]]:
    """Return the names of pods by refusal, or by warning, in the order of the first."""
    groups: dict[str, list[str]] = {}
    for each in verdicts:
        for text in [each.refusal] if refusals else each.warnings:
            if text:
                groups.setdefault(text, []).append(each.name)
    return groups
