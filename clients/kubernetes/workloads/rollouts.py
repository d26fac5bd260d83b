"""What holds a rollout up: the pods that are not ready, and what they or their owner say."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clients import errors
from clients.hygiene import clean
from clients.kubernetes.inspecting.related import REASONS
from clients.kubernetes.inspecting.related_lists import label_selector
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectRef
from clients.kubernetes.reader import KubernetesReader
from clients.kubernetes.workloads.revisions import is_controlled_by, revisions
from clients.masking import mask_free_text

MOST_SECONDS = 10.0
MOST_EXPLAINED = 5
MOST_PODS = 500
MOST_EVENTS = 50
LAST_LINES = 20
LAST_LINES_BYTES = 64 * 1024
DEPLOYMENT_REVISION = "deployment.kubernetes.io/revision"


@dataclass(frozen=True, slots=True)
class HoldUp:
    """Unready pods; by pod name the last log lines or a warning; warnings about the owner of pods.

    ``unseen`` says why the pods could not be read, ``hidden`` what beside them, and why.
    """

    pods: Sequence[JsonObject] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    unseen: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)

    @property
    def not_shown(self) -> Sequence[str]:
        """Say in sentences what could not be read."""
        pods = [f"Its pods are not shown: {self.unseen}"] if self.unseen else []
        beside = ", ".join(f"{what} ({why})" for what, why in sorted(self.hidden.items()))
        return [*pods, *([f"Not visible: {beside}."] if beside else [])]


async def hold_up(kubernetes: KubernetesReader, workload: JsonObject) -> HoldUp:
    """Look for the pods of the newest revision that are not ready; raises nothing."""
    try:
        async with asyncio.timeout(MOST_SECONDS):
            return await _hold_up(kubernetes, workload)
    except errors.ClientError as refusal:
        return HoldUp(unseen=str(refusal))
    except TimeoutError:
        return HoldUp(unseen=f"no answer within {MOST_SECONDS:g} s")


async def _hold_up(kubernetes: KubernetesReader, workload: JsonObject) -> HoldUp:
    owner = await _owner_of_new_pods(kubernetes, workload)
    if workload["kind"] == "Pod":
        pods = [workload]
    else:
        pods = await _unready_pods(kubernetes, owner) if owner else []
    explained, asking = pods[:MOST_EXPLAINED], _Asking(kubernetes)
    said = await asyncio.gather(*(asking.evidence(pod) for pod in explained))
    names = [pod["metadata"]["name"] for pod in explained]
    evidence = {name: text for name, text in zip(names, said, strict=True) if text}
    warnings = [] if pods else await asking.warnings(owner or workload)
    return HoldUp(pods, evidence, warnings, hidden=asking.hidden)


async def _owner_of_new_pods(
    kubernetes: KubernetesReader, workload: JsonObject
) -> JsonObject | None:
    """Return what makes the pods: for a Deployment, the ReplicaSet of its present revision."""
    if workload["kind"] != "Deployment":
        return workload
    present = _revision(workload)
    kept = await revisions(kubernetes, workload)
    return next((each for each in kept if _revision(each) == present), None)


def _revision(obj: JsonObject) -> str:
    return str((obj["metadata"].get("annotations") or {}).get(DEPLOYMENT_REVISION, ""))


async def _unready_pods(kubernetes: KubernetesReader, owner: JsonObject) -> list[JsonObject]:
    metadata = owner["metadata"]
    query = ListQuery(
        await kubernetes.resource_type("pods"),
        metadata["namespace"],
        label_selector(owner["spec"].get("selector") or {}),
    )
    listed = await kubernetes.list(query, MOST_PODS)
    own = (pod for pod in listed.items if is_controlled_by(pod, metadata["uid"]))
    return [pod for pod in own if not _is_ready(pod)]


def _is_ready(pod: JsonObject) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


class _Asking:
    """What logs and events say; what may not be read is noted in ``hidden``."""

    def __init__(self, kubernetes: KubernetesReader) -> None:
        self._kubernetes = kubernetes
        self.hidden: dict[str, str] = {}

    async def evidence(self, pod: JsonObject) -> str:
        """Return the last lines of a crashed container, else the newest warning about the pod."""
        for status in (pod.get("status") or {}).get("containerStatuses") or ():
            if not status.get("ready") and _has_ended(status):
                previous = "terminated" not in (status.get("state") or {})
                return await self._last_lines(pod, status["name"], previous=previous)
        return next(iter(await self.warnings(pod, most=1)), "")

    async def _last_lines(self, pod: JsonObject, container: str, *, previous: bool) -> str:
        metadata = pod["metadata"]
        kind = await self._kubernetes.resource_type("pods")
        path = ObjectRef(kind, metadata["name"], metadata["namespace"]).path("log")
        params = {
            "container": container,
            "tailLines": str(LAST_LINES),
            "previous": str(previous).lower(),
        }
        try:
            written = await self._kubernetes.text(path, params, LAST_LINES_BYTES)
        except errors.ForbiddenError:
            self.hidden["pods/log"] = "forbidden"
            return ""
        except errors.ClientError:  # there may be no log: the reason stands without it
            return ""
        text = written.decode("utf-8", "replace").strip("\r\n")
        # What the kubelet says, with status 200, while it keeps no earlier container.
        gone = text.startswith("unable to retrieve container logs")
        return "" if gone else mask_free_text(clean(text))

    async def warnings(self, obj: JsonObject, most: int = MOST_EXPLAINED) -> list[str]:
        """Return what warnings say about an object, the newest first, each text once."""
        metadata = obj["metadata"]
        selector = f"involvedObject.uid={metadata['uid']},type=Warning"
        try:
            events = await self._kubernetes.resource_type("events")
            query = ListQuery(events, metadata["namespace"], field_selector=selector)
            listed = await self._kubernetes.list(query, MOST_EVENTS)
        except errors.ClientError as refusal:
            self.hidden["events"] = next(why for kind, why in REASONS if isinstance(refusal, kind))
            return []
        newest_first = sorted(listed.items, key=_last_seen, reverse=True)
        texts = (" ".join(str(event.get("message", "")).split()) for event in newest_first)
        return list(dict.fromkeys(map(mask_free_text, filter(None, texts))))[:most]


def _has_ended(status: JsonObject) -> bool:
    return "terminated" in {**(status.get("state") or {}), **(status.get("lastState") or {})}


def _last_seen(event: JsonObject) -> str:
    """Give the time as text, which sorts as the time does."""
    series = event.get("series") or {}
    return str(
        series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime") or ""
    )
