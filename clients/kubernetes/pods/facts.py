"""Facts about pods: their containers, which one kubectl means, and whose pods they are.

Source followed: kubectl's ``cmd/util/podcmd``, ``polymorphichelpers`` and ``util/podutils``.
"""

from collections.abc import Iterator, Sequence

from clients.errors import InvalidError, NotFoundError
from clients.kubernetes.inspecting.related_lists import label_selector
from clients.kubernetes.names import shown
from clients.kubernetes.objects import JsonObject
from clients.suggestions import did_you_mean

DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"

_MAPS_OF_LABELS = ("Service", "ReplicationController")
_PHASES = {"Running": 0, "Unknown": 1, "Pending": 2}
_LAST = "~"  # after every timestamp


def pod_label(pod: JsonObject) -> str:
    """Name a pod in a sentence: ``pod "web" in namespace "shop"``."""
    metadata = pod["metadata"]
    return f'pod "{metadata["name"]}" in namespace "{metadata["namespace"]}"'


def container_names(pod: JsonObject) -> list[str]:
    """Name all containers in the order they start: init, regular, ephemeral."""
    spec = pod["spec"]
    fields = ("initContainers", "containers", "ephemeralContainers")
    return [one["name"] for field in fields for one in spec.get(field) or ()]


def listed_containers(pod: JsonObject) -> str:
    """List them as kubectl's ``AllContainerNames``: ``web, debug (ephem), setup (init)``."""
    spec = pod["spec"]
    kinds = (("containers", ""), ("ephemeralContainers", " (ephem)"), ("initContainers", " (init)"))
    names = (f"{one['name']}{mark}" for field, mark in kinds for one in spec.get(field) or ())
    return ", ".join(names)


def chosen_container(pod: JsonObject, name: str = "") -> tuple[str, str]:
    """Return the container meant, and what kubectl says on standard error about the choice.

    Without a name: the one that the annotation names, else the first regular one.
    """
    names = container_names(pod)
    if name:
        return _existing(pod, name, names), ""
    annotated = (pod["metadata"].get("annotations") or {}).get(DEFAULT_CONTAINER, "")
    if annotated in names:
        return annotated, ""
    first = str(pod["spec"]["containers"][0]["name"])
    notices = []
    if annotated:
        pod_name = pod["metadata"]["name"]
        notices.append(f'Default container name "{annotated}" not found in pod {pod_name}')
    if len(names) > 1:
        notices.append(f'Defaulted container "{first}" out of: {listed_containers(pod)}')
    return first, "\n".join(notices)


def _existing(pod: JsonObject, name: str, names: Sequence[str]) -> str:
    if name in names:
        return name
    raise NotFoundError(
        f"container {shown(name)} not found in {pod_label(pod)}.{did_you_mean(name, names)} "
        f"It has: {listed_containers(pod)}."
    )


def container_status(pod: JsonObject, name: str) -> JsonObject:
    """Return a container's status, empty while the kubelet has written none."""
    status = pod.get("status") or {}
    fields = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
    statuses: Iterator[JsonObject] = (one for f in fields for one in status.get(f) or ())
    return next((one for one in statuses if one["name"] == name), {})


def condition(pod: JsonObject, kind: str) -> JsonObject:
    """Return the condition of this type, empty when it is not there."""
    conditions: Sequence[JsonObject] = (pod.get("status") or {}).get("conditions") or ()
    return next((one for one in conditions if one.get("type") == kind), {})


def is_assigned(pod: JsonObject) -> bool:
    """Whether a node has been chosen for it."""
    return bool(pod["spec"].get("nodeName"))


def by_logging(pods: Sequence[JsonObject]) -> list[JsonObject]:
    """Sort as kubectl's ``podutils.ByLogging``: the first is the one whose log tells most."""
    return sorted(pods, key=_worth)


def _worth(pod: JsonObject) -> tuple[bool, int, bool, str, int, int, str]:
    status = pod.get("status") or {}
    ready = condition(pod, "Ready")
    is_ready = ready.get("status") == "True"
    regular, sidecars = _most_restarts(pod)
    return (
        not is_assigned(pod),
        _PHASES.get(status.get("phase", ""), 0),
        not is_ready,
        (ready.get("lastTransitionTime") or _LAST) if is_ready else "",
        -regular,
        -sidecars,
        pod["metadata"].get("creationTimestamp") or _LAST,
    )


def _most_restarts(pod: JsonObject) -> tuple[int, int]:
    """Return the most restarts of a regular container, and of a sidecar."""
    status, init = pod.get("status") or {}, pod["spec"].get("initContainers") or ()
    sidecars = {one["name"] for one in init if one.get("restartPolicy") == "Always"}
    regular = [one.get("restartCount", 0) for one in status.get("containerStatuses") or ()]
    beside = [
        one.get("restartCount", 0)
        for one in status.get("initContainerStatuses") or ()
        if one["name"] in sidecars
    ]
    return max(regular, default=0), max(beside, default=0)


def pod_selector(obj: JsonObject) -> str:
    """Return the label selector of an object's pods, as the query string spells it.

    Beyond kubectl, any kind with a selector is taken (Argo Rollouts, other custom resources). What
    selects nothing is refused, for an empty selector would mean every pod.
    """
    name = f'{obj["kind"].lower()} "{obj["metadata"]["name"]}"'
    if obj["kind"] == "CronJob":
        raise InvalidError(f"{name} has no pods of its own: name one of its jobs (job/NAME).")
    selector = (obj.get("spec") or {}).get("selector") or {}
    if obj["kind"] in _MAPS_OF_LABELS:
        selector = {"matchLabels": selector}
    text = label_selector(selector) if isinstance(selector, dict) else ""
    text = text or (obj.get("status") or {}).get("selector") or ""
    if not isinstance(text, str) or not text:
        raise InvalidError(f"{name} selects no pods.")
    return text
