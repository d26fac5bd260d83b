"""One container's life on a simulated node: pulling, running, ending, waiting, starting again."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.conditions import moment
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import Recorder
from sandbox.controllers.kubelet.images import (
    PULL_SECONDS,
    image_id,
    normalised,
    pulled_message,
)
from sandbox.controllers.kubelet.outcomes import Outcome, Runs, Waits

LONGEST_BACK_OFF_SECONDS = 300
SYNC_SECONDS = 12  # how often kubelet looks at a pod, and says again what is wrong
FORGIVEN_AFTER_SECONDS = 600
# A short back-off ends before kubelet looks again, so that the state stays `terminated`.
SHOWN_WAITING_FROM_RESTART = 5
STARTING = ("", "ContainerCreating", "PodInitializing")


@dataclass
class Plan:
    """What a node remembers of a container beside its status."""

    pulled_at: datetime | None = None
    retry_at: datetime | None = None
    pulls: int = 0
    ends_at: datetime | None = None
    exit_code: int = 0


@dataclass(frozen=True)
class Look:
    """One look at one container."""

    cluster: ControlPlane
    recorder: Recorder
    pod: JsonObject
    container: JsonObject
    plan: Plan
    outcome: Outcome
    restarts: str
    """The policy that applies: Always, OnFailure or Never."""
    present: bool
    """Whether the image is on the node already."""

    @property
    def name(self) -> str:
        """The container's name."""
        return str(self.container["name"])

    def say(self, reason: str, message: str, *, warning: bool = False, times: int = 1) -> None:
        """Record an event about the container."""
        record = self.recorder.warning if warning else self.recorder.normal
        record(self.pod, reason, message, container=self.name, times=times)


Step = tuple[JsonObject, datetime | None]
"""The status that follows, and when to look again."""


def advance(look: Look, status: JsonObject) -> Step:
    """Take the step that is due."""
    state = status["state"]
    if "running" in state:
        return _running(look, status)
    if "terminated" in state:
        return _terminated(look, status)
    reason = state["waiting"].get("reason", "")
    if reason == "CrashLoopBackOff":
        return _resting(look, status, status["lastState"]["terminated"])
    return _start(look, status, reason)


def fresh(container: JsonObject, reason: str) -> JsonObject:
    """Make the status of a container that has not been started."""
    status = {
        "name": container["name"],
        "image": container.get("image", ""),
        "imageID": "",
        "lastState": {},
        "ready": False,
        "restartCount": 0,
        "started": False,
        "state": {"waiting": {"reason": reason}},
    }
    mounts = [_mounted(mount) for mount in container.get("volumeMounts") or []]
    return status | ({"volumeMounts": mounts} if mounts else {})


def _mounted(mount: JsonObject) -> JsonObject:
    kept = {key: mount[key] for key in ("name", "mountPath", "readOnly") if key in mount}
    return kept | ({"recursiveReadOnly": "Disabled"} if mount.get("readOnly") else {})


def _start(look: Look, status: JsonObject, reason: str) -> Step:
    now = look.cluster.now()
    if isinstance(look.outcome, Runs):
        return _pull_and_run(look, status)
    if reason not in STARTING and look.plan.retry_at is None:  # begun before this program was
        look.plan.retry_at = now + timedelta(seconds=LONGEST_BACK_OFF_SECONDS)
    if look.plan.retry_at is not None and now < look.plan.retry_at:
        return status, look.plan.retry_at
    if not look.outcome.retried:
        return _wait(look, look.outcome, status, reason)
    if reason == "ErrImagePull":
        return _back_off_pulling(look, look.outcome, status)
    return _fail_pull(look, look.outcome, status)


def _wait(look: Look, waits: Waits, status: JsonObject, reason: str) -> Step:
    again = reason == waits.reason
    error = waits.reason if waits.event == "InspectFailed" else waits.message
    if waits.event == "InspectFailed":
        look.say(waits.event, waits.message, warning=True, times=5 if again else 1)
    look.say("Failed", f"Error: {error}", warning=True, times=5 if again else 1)
    waiting = {"reason": waits.reason, "message": waits.message}
    look.plan.retry_at = look.cluster.in_seconds(5 * SYNC_SECONDS)
    return status | {"state": {"waiting": waiting}}, look.plan.retry_at


def _fail_pull(look: Look, waits: Waits, status: JsonObject) -> Step:
    image = look.container["image"]
    look.say("Pulling", f'Pulling image "{image}"')
    look.say("Failed", f'Failed to pull image "{image}": {waits.message}', warning=True)
    look.say("Failed", "Error: ErrImagePull", warning=True)
    look.plan.pulls += 1
    waiting = {"reason": "ErrImagePull", "message": waits.message}
    look.plan.retry_at = look.cluster.in_seconds(PULL_SECONDS + 1)
    return status | {"state": {"waiting": waiting}}, look.plan.retry_at


def _back_off_pulling(look: Look, waits: Waits, status: JsonObject) -> Step:
    image, pause = look.container["image"], _doubled(max(look.plan.pulls, 1))
    times = max(pause // SYNC_SECONDS, 1)
    look.say("BackOff", f'Back-off pulling image "{image}"', times=times)
    look.say("Failed", "Error: ImagePullBackOff", warning=True, times=times)
    look.plan.retry_at = look.cluster.in_seconds(pause)
    text = f'Back-off pulling image "{image}": ErrImagePull: {waits.message}'
    waiting = {"reason": "ImagePullBackOff", "message": text}
    return status | {"state": {"waiting": waiting}}, look.plan.retry_at


def _pull_and_run(look: Look, status: JsonObject) -> Step:
    image, plan, now = look.container["image"], look.plan, look.cluster.now()
    absent = not look.present or look.container.get("imagePullPolicy") == "Always"
    if plan.pulled_at is None and absent:
        look.say("Pulling", f'Pulling image "{image}"')
        plan.pulled_at = now + timedelta(seconds=PULL_SECONDS)
    if plan.pulled_at is not None and now < plan.pulled_at:
        return status, plan.pulled_at
    _say_pulled(look, pulled=absent)
    return _run(look, status)


def _say_pulled(look: Look, *, pulled: bool) -> None:
    image = look.container["image"]
    there = f'Container image "{image}" already present on machine and can be accessed by the pod'
    look.say("Pulled", pulled_message(image) if pulled else there)


def _run(look: Look, status: JsonObject) -> Step:
    look.say("Created", "Container created")
    look.say("Started", "Container started")
    _plan_end(look)
    image = look.container["image"]
    started = status | {
        "image": normalised(image),
        "imageID": image_id(image),
        "containerID": _container_id(look, status["restartCount"]),
        "started": True,
        "ready": False,
        "resources": look.container.get("resources") or {},
        "state": {"running": {"startedAt": look.cluster.stamp()}},
    }
    return _running(look, started)


def _plan_end(look: Look) -> None:
    runs = look.outcome
    if isinstance(runs, Runs) and runs.exit_code is not None:
        look.plan.ends_at = look.cluster.in_seconds(runs.seconds)
        look.plan.exit_code = runs.exit_code
    else:
        look.plan.ends_at = None


def _running(look: Look, status: JsonObject) -> Step:
    now, ends_at = look.cluster.now(), look.plan.ends_at
    if ends_at is not None and now >= ends_at:
        return _end(look, status)
    ready_at = _ready_at(look.container, status)
    status = status | {"ready": now >= ready_at}
    times = [ends_at, ready_at if now < ready_at else None]
    return status, min((time for time in times if time is not None), default=None)


def _ready_at(container: JsonObject, status: JsonObject) -> datetime:
    """A container without a probe is ready as soon as it runs."""
    probe = container.get("readinessProbe")
    delay = max(probe.get("initialDelaySeconds", 0), 1) if probe is not None else 0
    return moment(status["state"]["running"]["startedAt"]) + timedelta(seconds=delay)


def _end(look: Look, status: JsonObject) -> Step:
    code = look.plan.exit_code
    ended = {
        "containerID": status["containerID"],
        "exitCode": code,
        "reason": "Error" if code else "Completed",
        "startedAt": status["state"]["running"]["startedAt"],
        "finishedAt": look.cluster.stamp(),
    }
    look.plan.ends_at = None
    ended_status = status | {"ready": False, "started": False, "state": {"terminated": ended}}
    pause = _pause(status["restartCount"], ended)
    if _restarts(look, ended) and pause >= SYNC_SECONDS - 2:
        _say_back_off(look, times=max(pause // SYNC_SECONDS, 1))
    return _terminated(look, ended_status)


def _terminated(look: Look, status: JsonObject) -> Step:
    ended = status["state"]["terminated"]
    if not _restarts(look, ended):
        return status, None
    return _resting(look, status, ended)


def _resting(look: Look, status: JsonObject, ended: JsonObject) -> Step:
    """Start the container again when its back-off is over; show it waiting when that is long."""
    now, pause = look.cluster.now(), _pause(status["restartCount"], ended)
    finished = moment(ended["finishedAt"])
    if now >= finished + timedelta(seconds=pause):
        _say_pulled(look, pulled=False)
        again = {"restartCount": status["restartCount"] + 1, "lastState": {"terminated": ended}}
        return _run(look, status | again)
    shown_at = finished + timedelta(seconds=SYNC_SECONDS)
    if status["restartCount"] < SHOWN_WAITING_FROM_RESTART:
        return status, finished + timedelta(seconds=pause)
    if now < shown_at:
        return status, shown_at
    waiting = {"reason": "CrashLoopBackOff", "message": _crash_loop(look, pause)}
    shown = status | {"lastState": {"terminated": ended}, "state": {"waiting": waiting}}
    return shown, finished + timedelta(seconds=pause)


def _crash_loop(look: Look, pause: int) -> str:
    metadata = look.pod["metadata"]
    minutes, seconds = divmod(pause, 60)
    length = f"{minutes}m{seconds}s" if minutes else f"{seconds}s"
    pod = f"{metadata['name']}_{metadata['namespace']}({metadata['uid']})"
    return f"back-off {length} restarting failed container={look.name} pod={pod}"


def _say_back_off(look: Look, times: int) -> None:
    metadata = look.pod["metadata"]
    pod = f"{metadata['name']}_{metadata['namespace']}({metadata['uid']})"
    message = f"Back-off restarting failed container {look.name} in pod {pod}"
    look.say("BackOff", message, warning=True, times=times)


def _restarts(look: Look, ended: JsonObject) -> bool:
    return look.restarts == "Always" or (look.restarts == "OnFailure" and ended["exitCode"] != 0)


def _pause(restarts: int, ended: JsonObject) -> int:
    ran = moment(ended["finishedAt"]) - moment(ended["startedAt"])
    if restarts == 0 or ran.total_seconds() >= FORGIVEN_AFTER_SECONDS:
        return 1
    return _doubled(restarts)


def _doubled(times: int) -> int:
    """10 s, doubled each time, five minutes at most (kubelet `MaxContainerBackOff`)."""
    return min(int(10 * 2 ** min(times - 1, 10)), LONGEST_BACK_OFF_SECONDS)


def _container_id(look: Look, restarts: int) -> str:
    seed = f"{look.pod['metadata']['uid']}/{look.name}/{restarts}"
    return f"containerd://{hashlib.sha256(seed.encode()).hexdigest()}"
