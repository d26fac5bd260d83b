"""How far a rollout has come, in the sentences of kubectl's ``rollout_status.go``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.render import JsonObject

PROGRESS_DEADLINE_EXCEEDED = "ProgressDeadlineExceeded"


@dataclass(frozen=True, slots=True)
class RolloutState:
    """kubectl's sentence; ``done`` and ``failed`` both end a wait."""

    sentence: str
    done: bool = False
    failed: bool = False


def rollout_state(workload: JsonObject) -> RolloutState:
    """Say how far a Deployment, StatefulSet or DaemonSet has come."""
    match workload["kind"]:
        case "Deployment":
            return _deployment(workload)
        case "StatefulSet":
            return _stateful_set(workload)
    return _daemon_set(workload)


def _deployment(deployment: JsonObject) -> RolloutState:
    name, status = deployment["metadata"]["name"], deployment.get("status") or {}
    if not _observed(deployment):
        return RolloutState("Waiting for deployment spec update to be observed...")
    if _reason(status, "Progressing") == PROGRESS_DEADLINE_EXCEEDED:
        return RolloutState(f'deployment "{name}" exceeded its progress deadline', failed=True)
    wanted = deployment["spec"].get("replicas", 1)
    total, updated = status.get("replicas", 0), status.get("updatedReplicas", 0)
    available = status.get("availableReplicas", 0)
    waiting = f'Waiting for deployment "{name}" rollout to finish:'
    if updated < wanted:
        return RolloutState(
            f"{waiting} {updated} out of {wanted} new replicas have been updated..."
        )
    if total > updated:
        return RolloutState(f"{waiting} {total - updated} old replicas are pending termination...")
    if available < updated:
        return RolloutState(f"{waiting} {available} of {updated} updated replicas are available...")
    return RolloutState(f'deployment "{name}" successfully rolled out', done=True)


def _daemon_set(daemon_set: JsonObject) -> RolloutState:
    if refused := _not_rolling(daemon_set):
        return refused
    if not _observed(daemon_set):
        return RolloutState("Waiting for daemon set spec update to be observed...")
    name, status = daemon_set["metadata"]["name"], daemon_set.get("status") or {}
    wanted = status.get("desiredNumberScheduled", 0)
    updated, available = status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0)
    waiting = f'Waiting for daemon set "{name}" rollout to finish:'
    if updated < wanted:
        return RolloutState(f"{waiting} {updated} out of {wanted} new pods have been updated...")
    if available < wanted:
        return RolloutState(f"{waiting} {available} of {wanted} updated pods are available...")
    return RolloutState(f'daemon set "{name}" successfully rolled out', done=True)


def _stateful_set(stateful_set: JsonObject) -> RolloutState:
    if refused := _not_rolling(stateful_set):
        return refused
    status = stateful_set.get("status") or {}
    if not status.get("observedGeneration") or not _observed(stateful_set):
        return RolloutState("Waiting for statefulset spec update to be observed...")
    wanted, ready = stateful_set["spec"].get("replicas", 1), status.get("readyReplicas", 0)
    if ready < wanted:
        return RolloutState(f"Waiting for {wanted - ready} pods to be ready...")
    rolling = stateful_set["spec"]["updateStrategy"].get("rollingUpdate")
    updated = status.get("updatedReplicas", 0)
    if rolling is not None:
        return _partitioned(updated, wanted - rolling.get("partition", 0))
    if status.get("updateRevision") != status.get("currentRevision"):
        return RolloutState(
            f"waiting for statefulset rolling update to complete {updated} pods at revision "
            f"{status.get('updateRevision', '')}..."
        )
    current = f"{status.get('currentReplicas', 0)} pods at revision {status['currentRevision']}"
    return RolloutState(f"statefulset rolling update complete {current}...", done=True)


def _partitioned(updated: int, wanted: int) -> RolloutState:
    if updated < wanted:
        return RolloutState(
            "Waiting for partitioned roll out to finish: "
            f"{updated} out of {wanted} new pods have been updated..."
        )
    return RolloutState(
        f"partitioned roll out complete: {updated} new pods have been updated...", done=True
    )


def _not_rolling(workload: JsonObject) -> RolloutState | None:
    if workload["spec"]["updateStrategy"].get("type") == "RollingUpdate":
        return None
    return RolloutState(
        "rollout status is only available for RollingUpdate strategy type", failed=True
    )


def _observed(workload: JsonObject) -> bool:
    observed = (workload.get("status") or {}).get("observedGeneration", 0)
    return bool(workload["metadata"].get("generation", 0) <= observed)


def _reason(status: JsonObject, condition_type: str) -> str:
    for condition in status.get("conditions") or ():
        if condition["type"] == condition_type:
            return str(condition.get("reason", ""))
    return ""


def is_paused(workload: JsonObject) -> bool:
    """Whether a Deployment's rollout stands still on purpose."""
    return bool(workload["spec"].get("paused"))


def rollout_progress(workload: JsonObject) -> str:
    """Say it in figures: ``3 of 5 updated, 2 available``."""
    status = workload.get("status") or {}
    if workload["kind"] == "DaemonSet":
        wanted = status.get("desiredNumberScheduled", 0)
        updated, available = (
            status.get("updatedNumberScheduled", 0),
            status.get("numberAvailable", 0),
        )
    else:
        wanted = workload["spec"].get("replicas", 1)
        updated, available = status.get("updatedReplicas", 0), status.get("availableReplicas", 0)
    return f"{updated} of {wanted} updated, {available} available"


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What stands in a rollout's way, in words; the warnings say what is not shown, too."""

    pods: Sequence[str] = ()
    warnings: Sequence[str] = ()


def unfinished(
    workload: JsonObject, state: RolloutState, waited_seconds: int, obstacles: Obstacles
) -> str:
    """Say where a rollout stands, what holds it up, and how to go on."""
    waited = f"Not rolled out after {waited_seconds} s: " if waited_seconds else ""
    lines = [state.sentence, f"{waited}{rollout_progress(workload)}."]
    lines += obstacles.pods
    lines += [f"  {said}" for said in (*_replica_failures(workload), *obstacles.warnings)]
    if len(lines) == 2 and (seconds := workload["spec"].get("minReadySeconds")):
        lines.append(f"  Its pods are ready, for less than minReadySeconds ({seconds} s).")
    return "\n".join([*lines, _next_step(workload, state)])


def _replica_failures(workload: JsonObject) -> Iterator[str]:
    """Say why no pods can be made, a quota for example: no pod could tell."""
    for condition in (workload.get("status") or {}).get("conditions") or ():
        if condition["type"] == "ReplicaFailure" and condition["status"] == "True":
            yield f"{condition.get('reason', '')}: {condition.get('message', '')}"


def _next_step(workload: JsonObject, state: RolloutState) -> str:
    if is_paused(workload) and not state.failed:
        return "It is paused: it goes on when spec.paused is set to false."
    undo = _undo(workload)
    if state.failed:
        return f"Roll back: {undo}." if undo else "There is no earlier revision to go back to."
    return f"Call again to go on waiting{f', or {undo}' if undo else ''}."


def _undo(workload: JsonObject) -> str:
    """Name the call that rolls back, where there is something to roll back to."""
    metadata, kind = workload["metadata"], workload["kind"]
    changes = metadata.get("generation", 1)
    if kind == "Deployment":
        changes = (metadata.get("annotations") or {}).get("deployment.kubernetes.io/revision", 1)
    if int(changes) < 2:
        return ""
    return (
        f'k8s_rollout_undo(name="{metadata["name"]}", resource_type="{kind.lower()}", '
        f'namespace="{metadata["namespace"]}")'
    )
