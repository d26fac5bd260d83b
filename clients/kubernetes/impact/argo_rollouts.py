"""What a change does to an Argo rollout: which weight moves, which ReplicaSet scales, what waits.

Nothing here depends on the time, and figures come from the rollout itself: the controller names its
ReplicaSets after the hashes in the status.
"""

from collections.abc import Iterator

from clients.argo import outlook
from clients.argo import rollout as facts
from clients.argo.rollout import JsonObject, part, spec, status
from clients.argo.templates import is_derived, without_hash
from clients.kubernetes.changes import Change
from clients.kubernetes.impact.fields import at, counted, kind_of
from clients.kubernetes.impact.surroundings import Sight
from clients.kubernetes.impact.workloads import APPS, ARGO, share, template_changes

ROLLOUT = (ARGO, "Rollout")
_RUNS = ((ARGO, "AnalysisRun"), (ARGO, "Experiment"))


async def rollout_steered(sight: Sight) -> list[str]:
    """Say what promoting, pausing, aborting and the like lead to."""
    change = sight.change
    if change.kind != "changed" or not (change.before and change.after):
        return []
    if kind_of(change) in _RUNS:
        return [*_run(change.before, change.after)]
    if kind_of(change) != ROLLOUT or template_changes(change):
        return []
    if change.subresource == "status":
        return [*_status(change.before, change.after)]
    return [] if change.subresource else [*_spec(change.before, change.after)]


async def rollout_of_workload(sight: Sight) -> list[str]:
    """Say which rollouts take their pods from a workload whose template changes."""
    change = sight.change
    if kind_of(change) not in ((APPS, "Deployment"), (APPS, "ReplicaSet"), ("", "PodTemplate")):
        return []
    if not _other_template(change):
        return []
    rollouts = await sight.here("rollouts.argoproj.io", optional=True)
    template = _template(change)
    return [f"rollout {part(r, 'metadata').get('name')} takes its pods from it and "
            f"{await begun(sight, r, template)}."
            for r in rollouts if _refers_to(r, change)]  # fmt: skip


def _other_template(change: Change) -> bool:
    if change.ref.type.kind == "PodTemplate":
        return at(change.before, "template") != at(change.after, "template")
    return template_changes(change)


def _template(change: Change) -> JsonObject:
    path = ("template",) if change.ref.type.kind == "PodTemplate" else ("spec", "template")
    return at(change.after, *path)


def _refers_to(rollout: JsonObject, change: Change) -> bool:
    reference = facts.workload_ref(rollout)
    wanted = (change.ref.type.kind, change.ref.name)
    return (reference.get("kind"), reference.get("name")) == wanted


async def begun(sight: Sight, rollout: JsonObject, template: JsonObject) -> str:
    """Say what a new pod template begins, as the rest of a sentence; the stable one, nothing."""
    _, stable = outlook.stack_names(rollout)
    if status(rollout).get("stableRS") and not spec(rollout).get("paused"):
        kept = await sight.get("replicasets.apps", stable, sight.change.ref.namespace)
        if kept and is_derived(template, without_hash(at(kept, "spec", "template"))):
            return f"goes back to {stable}, the stable version, at once and without steps"
    return _started(rollout)


def _started(rollout: JsonObject) -> str:
    pods = counted(facts.replicas(rollout), "pod")
    if spec(rollout).get("paused"):
        return "waits with the new version: it is paused by hand, until it is resumed"
    if facts.blue_green(rollout) is not None:
        return f"starts {pods} beside those that serve (blue-green){_cutover(rollout)}"
    listed = facts.steps(rollout)
    if not listed:
        return f"starts a rolling update over {pods}"
    begun = f"starts a canary of {counted(len(listed), 'step')} over {pods}"
    return f"{begun}: {outlook.ahead(rollout, 0)}"


def _cutover(rollout: JsonObject) -> str:
    how = facts.blue_green(rollout) or {}
    if how.get("autoPromotionEnabled") is False:
        return ", then waits for a promotion"
    wait = how.get("autoPromotionSeconds")
    return f", then switches to them {f'after {wait} s' if wait else 'as soon as they are ready'}"


def _status(before: JsonObject, after: JsonObject) -> Iterator[str]:
    was, now = status(before), status(after)
    if now.get("abort") and not was.get("abort"):
        yield from _aborted(before)
    elif was.get("abort") and not now.get("abort"):
        yield f"begins the update again: {_begun_again(before)}."
    elif now.get("promoteFull") and not was.get("promoteFull"):
        yield from _promoted_fully(before)
    elif _moved_on(was, now):
        yield from _goes_on(before, after)


def _moved_on(was: JsonObject, now: JsonObject) -> bool:
    unpaused = bool(was.get("pauseConditions")) and not now.get("pauseConditions")
    return unpaused or was.get("currentStepIndex") != now.get("currentStepIndex")


def _begun_again(rollout: JsonObject) -> str:
    if facts.blue_green(rollout) is not None:
        return f"starts {counted(facts.replicas(rollout), 'pod')} beside those that serve"
    return outlook.ahead(rollout, 0) if facts.steps(rollout) else "a rolling update"


def _aborted(rollout: JsonObject) -> Iterator[str]:
    new, stable = outlook.stack_names(rollout)
    pods = counted(facts.replicas(rollout), "pod")
    if facts.blue_green(rollout) is not None:
        if outlook.is_switched(rollout):
            yield f"! switches the active service back from {new} to {stable}."
        else:
            yield f"the active service stays with {stable}; {_left(rollout, new)}."
    elif part(facts.canary(rollout), "trafficRouting"):
        weight = facts.set_weight(rollout)
        yield f"canary weight {weight} → 0: all traffic to {stable}; {_left(rollout, new)}."
    else:
        weight = facts.set_weight(rollout)
        yield f"canary weight {weight} → 0: {stable} goes back to {pods}, {new} to none, at once."
    yield (
        "! gives the update up: the rollout stays Degraded until argo_retry (from its first step), "
        "argo_undo or another version."
    )


def _left(rollout: JsonObject, new: str) -> str:
    delay = outlook.abort_delay(rollout)
    if delay is None:
        return f"{new} keeps its pods"
    return f"{new} loses its pods {f'after {delay} s' if delay else 'at once'}"


def _promoted_fully(rollout: JsonObject) -> Iterator[str]:
    new, stable = outlook.stack_names(rollout)
    pods = counted(facts.replicas(rollout), "pod")
    if facts.blue_green(rollout) is not None:
        yield f"{_switches(rollout, new, stable)}."
        yield "! leaves out pauses and analyses, before and after the switch."
        return
    move = f"canary weight {facts.set_weight(rollout)} → {facts.full_weight(rollout)}"
    yield f"{move}: {new} goes to {pods}, {stable} to none."
    if left := facts.steps(rollout)[facts.step_index(rollout) :]:
        words = ", ".join(outlook.step_text(step) for step in left[:6])
        yield f"! leaves out what is left of its steps ({words}), analyses included."


def _goes_on(before: JsonObject, after: JsonObject) -> Iterator[str]:
    new, stable = outlook.stack_names(before)
    if facts.blue_green(before) is not None:
        yield f"{_switches(before, new, stable)}."
        return
    index = facts.step_index(before)
    moved = facts.step_index(after) != index
    then = facts.step_index(after) if moved else facts.next_index(before)
    if not facts.steps(before):
        yield "goes on."
        return
    yield f"{_weights(before, then, new, stable)}next: {outlook.ahead(before, then)}."
    passed = facts.current_step(before)
    if moved and passed is not None and "pause" not in passed:
        many = len(facts.steps(before))
        yield f"! passes over step {index + 1} of {many} ({outlook.step_text(passed)})."


def _weights(rollout: JsonObject, index: int, new: str, stable: str) -> str:
    """Say what becomes of the weight and of the pods."""
    move = outlook.weight_move(rollout, index)
    if not move:
        return ""
    to = outlook.next_weight(rollout, index)
    of_new, of_stable = outlook.canary_pods(rollout, to)
    return f"{move}: {new} goes to {counted(of_new, 'pod')}, {stable} to {of_stable}; "


def _switches(rollout: JsonObject, new: str, stable: str) -> str:
    service = (facts.blue_green(rollout) or {}).get("activeService")
    delay = outlook.scale_down_delay(rollout)
    return (
        f"the active service {service} switches from {stable} to {new}; {stable} loses its pods "
        f"{f'{delay} s later' if delay else 'then'}"
    )


def _spec(before: JsonObject, after: JsonObject) -> Iterator[str]:
    was, now = bool(spec(before).get("paused")), bool(spec(after).get("paused"))
    if now and not was:
        yield _held(before)
    elif was and not now:
        yield _let_go(before)
    if spec(after).get("restartAt") not in (None, spec(before).get("restartAt")):
        yield from _restarted(after)


def _held(rollout: JsonObject) -> str:
    if facts.is_fully_promoted(rollout):
        return "pods stay as they are; the next version waits until the rollout is resumed."
    return (
        "stands still: no ReplicaSet is scaled and no step ends until it is resumed; analyses that "
        "run go on."
    )


def _let_go(rollout: JsonObject) -> str:
    if reasons := facts.pause_reasons(rollout):
        return f"ends the pause by hand; {', '.join(reasons)} holds on its own."
    if facts.is_fully_promoted(rollout):
        return "ends the pause by hand; there is no update that waited."
    if facts.steps(rollout):
        return f"goes on: {outlook.ahead(rollout, facts.step_index(rollout))}."
    return "goes on with the update."


def _restarted(rollout: JsonObject) -> Iterator[str]:
    pods = facts.replicas(rollout)
    how = facts.canary(rollout) or facts.blue_green(rollout) or {}
    given = how.get("maxUnavailable", "25%" if facts.canary(rollout) is not None else 0)
    together = max(1, share(given, pods, 0, up=False))
    yield (
        f"evicts {counted(pods, 'pod')}, {together} at a time, those of the stable version first; "
        "no new revision, no steps."
    )
    if pods == 1:
        yield "! its only pod: nothing serves until the new one is ready."


def _run(before: JsonObject, after: JsonObject) -> Iterator[str]:
    if spec(after).get("terminate") and not spec(before).get("terminate"):
        yield from _ended(before)
    elif status(before) and not status(after):
        yield "runs again from its beginning."


def _ended(run: JsonObject) -> Iterator[str]:
    yield "ends it by what was measured so far; a measurement under way counts as inconclusive."
    owner = next((o.get("name") for o in facts.entries(run, "metadata", "ownerReferences")), "")
    if owner:
        yield (
            f"! without failures it counts as passed and {owner} goes on. To stop an update: "
            "argo_abort_rollout."
        )
