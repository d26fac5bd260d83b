"""The one pod to act on: named itself, or the most active one of a workload or service.

Sources followed: kubectl's ``polymorphichelpers.AttachablePodForObject`` and
``podutils.ActivePods``.
"""

from dataclasses import dataclass

from clients.errors import InvalidError, NotFoundError
from clients.kubernetes.logs.sources import named_pod
from clients.kubernetes.names import check_name
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectRef
from clients.kubernetes.pods.facts import (
    condition,
    container_names,
    container_status,
    is_assigned,
    pod_label,
    pod_selector,
)
from clients.kubernetes.reader import KubernetesReader

ENDED = ("Succeeded", "Failed")
_PHASES = {"Running": 0, "Unknown": 1}
_LAST = "~"  # after every timestamp


@dataclass(frozen=True, slots=True)
class ChosenPod:
    """A pod, what it was chosen for (itself, or a service), and what is to be said about that."""

    pod: JsonObject
    ref: ObjectRef
    named: JsonObject
    notice: str = ""


async def chosen_pod(
    kubernetes: KubernetesReader, text: str, namespace: str | None, argument: str = "pod_name"
) -> ChosenPod:
    """Find the pod that ``web-0``, ``deployment/web`` or ``service/web`` means."""
    kind, slash, name = text.rpartition("/")
    check_name(name or text, argument=argument)
    where = namespace or await kubernetes.namespace()
    if not slash:
        named = await named_pod(kubernetes, name, where)
    else:
        named = await kubernetes.get(await kubernetes.ref(kind, name, where))
    if named["kind"] == "Pod":
        return ChosenPod(named, await _ref(kubernetes, named), named)
    pods = await _pods_of(kubernetes, named)
    notice = f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}"
    ref = await _ref(kubernetes, pods[0])
    return ChosenPod(pods[0], ref, named, notice if len(pods) > 1 else "")


async def _pods_of(kubernetes: KubernetesReader, owner: JsonObject) -> list[JsonObject]:
    selector = pod_selector(owner)
    namespace = owner["metadata"].get("namespace")
    pods = await kubernetes.resource_type("pods")
    found = await kubernetes.list(ListQuery(pods, namespace, selector))
    if not found.items:
        name = f'{owner["kind"].lower()} "{owner["metadata"]["name"]}"'
        raise NotFoundError(
            f'{name} has no pods with the labels {selector} in namespace "{namespace}".'
        )
    return sorted(found.items, key=_inactivity)


async def _ref(kubernetes: KubernetesReader, pod: JsonObject) -> ObjectRef:
    pods = await kubernetes.resource_type("pods")
    return ObjectRef(pods, pod["metadata"]["name"], pod["metadata"]["namespace"])


def _inactivity(pod: JsonObject) -> tuple[bool, int, bool, bool, str, int, str]:
    """Order as the reverse of ``ActivePods``: the pod to act on comes first."""
    status, metadata = pod.get("status") or {}, pod["metadata"]
    ready = condition(pod, "Ready")
    is_ready = ready.get("status") == "True"
    restarts = [each.get("restartCount", 0) for each in status.get("containerStatuses") or ()]
    return (
        not is_assigned(pod),
        _PHASES.get(status.get("phase", ""), 2),
        not is_ready,
        "deletionTimestamp" in metadata,
        (ready.get("lastTransitionTime") or _LAST) if is_ready else "",
        max(restarts, default=0),
        metadata.get("creationTimestamp") or _LAST,
    )


def refuse_ended(pod: JsonObject, deed: str) -> None:
    """Refuse a pod that has ended, or has no node yet: nothing runs there."""
    phase = (pod.get("status") or {}).get("phase")
    if phase in ENDED:
        raise InvalidError(
            f"Cannot {deed} a completed pod: {pod_label(pod)} is {phase}. "
            "Its log may tell more: k8s_logs."
        )
    if not is_assigned(pod):
        scheduled = condition(pod, "PodScheduled")
        reason = scheduled.get("message") or scheduled.get("reason") or "no scheduler has seen it"
        raise InvalidError(f"{pod_label(pod)} does not run yet: not scheduled: {reason}")


def why_not_running(pod: JsonObject, container: str) -> str:
    """Say from the pod's status why nothing can be done in a container; empty if it runs."""
    status = container_status(pod, container)
    state = status.get("state") or {}
    if "running" in state:
        return ""
    kind = next(iter(state), "not started yet")
    details = state.get(kind) or {}
    exit_code = f"exit {details['exitCode']}" if "exitCode" in details else ""
    why = ": ".join(filter(None, (kind, details.get("reason"), exit_code, details.get("message"))))
    running = [name for name in container_names(pod) if _runs(pod, name)]
    others = f" Running now: {', '.join(running)}." if running else ""
    return f'container "{container}" of {pod_label(pod)} does not run ({why.rstrip(".")}).{others}'


def _runs(pod: JsonObject, container: str) -> bool:
    return "running" in (container_status(pod, container).get("state") or {})
