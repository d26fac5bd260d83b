"""Run a pod to its end: create it, wait, read its log, and remove it whatever happens.

Source followed: kubectl ``cmd/run``, with ``restartPolicy: Never``, because a pod that is started
again has no end. The pod asks for what the ``restricted`` pod security standard allows, except that
it may run as root unless the namespace forbids that: many images know no other user.
"""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from clients.errors import ClientError, ForbiddenError
from clients.kubernetes.background import Background
from clients.kubernetes.logs.reading import ContainerLog, LogQuery, read_logs
from clients.kubernetes.logs.sources import LogSource
from clients.kubernetes.objects import JsonObject, ObjectRef
from clients.kubernetes.pods.facts import container_status
from clients.kubernetes.waiting import Patience, Present, follow, only
from clients.kubernetes.writer import KubernetesWriter

RUN_ID = "skyflo.ai/run"
LOG_LINES = 2_000
GRACE_SECONDS = 1
# Should this process die, the kubelet ends the pod that it cannot remove any more.
SPARE_SECONDS = 60
_ENDED = ("Succeeded", "Failed")
_HOPELESS = ("InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError")

Told = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class PodRun:
    """What to run; without ``argv`` the image's own command."""

    pod: ObjectRef
    image: str
    argv: Sequence[str] = ()
    keep: bool = False
    seconds: int = 60

    @property
    def container(self) -> str:
        """The container's name, which is a label where the pod's may have dots."""
        return self.pod.name.replace(".", "-")[:63].rstrip("-")

    def manifest(self, run_id: str, *, never_root: bool) -> JsonObject:
        """Build the pod."""
        container: dict[str, Any] = {
            "name": self.container,
            "image": self.image,
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
            },
        }
        if self.argv:
            container["command"] = list(self.argv)
        spec: dict[str, Any] = {
            "containers": [container],
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        }
        if never_root:
            spec["securityContext"]["runAsNonRoot"] = True
        if not self.keep:
            spec["activeDeadlineSeconds"] = self.seconds + SPARE_SECONDS
        metadata = {
            "name": self.pod.name,
            "namespace": self.pod.namespace,
            "labels": {"run": self.pod.name[:63].rstrip("-.")},
            "annotations": {RUN_ID: run_id},
        }
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


@dataclass(slots=True)
class Ran:
    """The pod as last seen, its log, and what became of it; ``gone``: somebody deleted it."""

    pod: JsonObject
    log: ContainerLog | None = None
    no_log: str = ""
    ended: bool = False
    gone: bool = False
    hopeless: bool = False
    left: str = ""

    @property
    def terminated(self) -> JsonObject:
        """How the container ended; empty while it has not, or never began."""
        name = self.pod["spec"]["containers"][0]["name"]
        state = container_status(self.pod, name).get("state") or {}
        return dict(state.get("terminated") or {})


async def run_pod(
    writing: KubernetesWriter, background: Background, run: PodRun, tell: Told
) -> Ran:
    """Run it within its time. A pod that is not kept is removed, also after a cancellation."""
    run_id = secrets.token_hex(8)
    ran = Ran(run.manifest(run_id, never_root=False))
    try:
        ran.pod = await _created(writing, run, run_id)
        if not writing.dry:
            await _followed(writing, run, ran, tell)
            await _read_log(writing, run, ran)
    finally:
        if not (writing.dry or run.keep):
            ran.left = await background.finish(_remove(writing, run.pod, run_id))
    return ran


async def _created(writing: KubernetesWriter, run: PodRun, run_id: str) -> JsonObject:
    """Create the pod; as a user other than root if its namespace asks for that."""
    kind, namespace = run.pod.type, run.pod.namespace
    try:
        return await writing.create(kind, namespace, run.manifest(run_id, never_root=False))
    except ForbiddenError as refusal:
        if 'violates PodSecurity "restricted' not in str(refusal):
            raise
        return await writing.create(kind, namespace, run.manifest(run_id, never_root=True))


async def _followed(writing: KubernetesWriter, run: PodRun, ran: Ran, tell: Told) -> None:
    uid = ran.pod["metadata"]["uid"]

    async def is_over(present: Present) -> bool:
        found = [pod for pod in present.values() if pod["metadata"]["uid"] == uid]
        ran.gone = not found
        if found:
            ran.pod = found[0]
            ran.ended = (ran.pod.get("status") or {}).get("phase") in _ENDED
            await tell(f"{run.pod.qualified_name}: {_present_state(run, ran.pod)}")
        ran.hopeless = _waits_for(run, ran.pod) in _HOPELESS
        return ran.gone or ran.ended or ran.hopeless

    await follow(writing.read, only(run.pod), Patience(run.seconds), is_over)


def _waits_for(run: PodRun, pod: JsonObject) -> str:
    state = container_status(pod, run.container).get("state") or {}
    return str((state.get("waiting") or {}).get("reason", ""))


def _present_state(run: PodRun, pod: JsonObject) -> str:
    phase = (pod.get("status") or {}).get("phase", "Pending")
    waiting = _waits_for(run, pod)
    return f"{phase} ({waiting})" if waiting else str(phase)


async def _read_log(writing: KubernetesWriter, run: PodRun, ran: Ran) -> None:
    state = container_status(ran.pod, run.container).get("state") or {}
    if ran.gone or not ("running" in state or "terminated" in state):
        return
    try:
        source = LogSource(ran.pod, run.container)
        [ran.log] = await read_logs(writing.read, [source], LogQuery(LOG_LINES))
    except ClientError as refusal:
        ran.no_log = str(refusal)


async def _remove(writing: KubernetesWriter, ref: ObjectRef, run_id: str) -> str:
    """Delete the pod if it is the one that this run made; say why it is left if it is."""
    try:
        found = await writing.read.get_or_none(ref)
        if found and (found["metadata"].get("annotations") or {}).get(RUN_ID) == run_id:
            await writing.delete(ref, grace_seconds=GRACE_SECONDS)
    except ClientError as refusal:
        return str(refusal)
    return ""
