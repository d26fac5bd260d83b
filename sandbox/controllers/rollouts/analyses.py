"""The analysis runs that a Rollout starts, follows and ends (`rollout/analysis.go`)."""

from sandbox.cluster.objects import JsonObject, JsonObjects, copied, name_of
from sandbox.controllers.rollouts import pauses, rollbacks, sets, spec, templates
from sandbox.controllers.rollouts.context import Context, Runs
from sandbox.controllers.rollouts.phase import completed
from sandbox.controllers.rollouts.sets import hash_of

STEP = "currentStepAnalysisRunStatus"
BACKGROUND = "currentBackgroundAnalysisRunStatus"
BEFORE = "prePromotionAnalysisRunStatus"
AFTER = "postPromotionAnalysisRunStatus"
_TYPES = {STEP: "Step", BACKGROUND: "Background", BEFORE: "PrePromotion", AFTER: "PostPromotion"}
_FAILED = {
    STEP: "Step-based analysis phase error/failed",
    BACKGROUND: "Background analysis phase error/failed",
    BEFORE: "Blue/green pre-promotion analysis phase error/failed",
    AFTER: "Blue/green post-promotion analysis phase error/failed",
}
_KEPT = 5  # of those that succeeded, and as many of those that did not


def found_runs(rollout: JsonObject, owned: JsonObjects) -> Runs:
    """Tell the runs that the status names from all others."""
    status = spec.status_of(rollout)
    named = {
        (part.get(member) or {}).get("name"): member
        for part, members in (
            (status.get("canary") or {}, (STEP, BACKGROUND)),
            (status.get("blueGreen") or {}, (BEFORE, AFTER)),
        )
        for member in members
    }
    current = {named[name_of(each)]: each for each in owned if name_of(each) in named}
    return Runs(current, [each for each in owned if name_of(each) not in named])


def reconcile(context: Context) -> None:
    """Start what is due, cancel what is not wanted any more, and react to results."""
    current: dict[str, JsonObject] = {}
    before = context.runs.current
    if _all_cancelled(context):
        _cancel(context, before.values())
        current = {member: before[member] for member in (BEFORE, AFTER) if member in before}
    elif spec.canary(context.rollout) is not None:
        _keep(current, STEP, _step(context))
        _keep(current, BACKGROUND, _background(context))
    else:
        for member in (BEFORE, AFTER):
            _keep(current, member, _promotion(context, member))
    _note(context, current)
    names = {name_of(each) for each in current.values()}
    others = [each for each in context.runs.others if name_of(each) not in names]
    _cancel(context, others)
    _clean_up(context, others)
    context.runs.current = current


def passed_before(context: Context) -> bool:
    """Tell whether the analysis before a promotion succeeded, or there is none."""
    strategy = spec.blue_green(context.rollout) or {}
    run = context.runs.current.get(BEFORE)
    return strategy.get("prePromotionAnalysis") is None or _phase(run) == "Successful"


def is_judging(context: Context) -> bool:
    """Tell whether the analysis after a promotion has yet to succeed."""
    strategy = spec.blue_green(context.rollout) or {}
    if strategy.get("postPromotionAnalysis") is None or _is_skipped(context, AFTER):
        return False
    return _phase(context.runs.current.get(AFTER)) != "Successful"


def _all_cancelled(context: Context) -> bool:
    return bool(
        context.fully_promoted
        or context.pauses.is_aborted
        or context.status.get("promoteFull")
        or not context.status.get("stableRS")
        or rollbacks.is_fast(context)
    )


def _step(context: Context) -> JsonObject | None:
    run, (step, index) = context.runs.current.get(STEP), spec.current_step(context.rollout)
    if context.status.get("pauseConditions") or context.status.get("abort"):
        return run
    analysis = (step or {}).get("analysis") or {}
    if run is not None and run["metadata"]["labels"].get("step-index") != str(index):
        _cancel(context, [run])
        return None
    if not analysis.get("templates"):
        _cancel(context, [run] if run else [])
        return None
    if run is None or _is_needed_again(context, run):
        return _start(context, STEP, analysis, str(index), {"step-index": str(index)})
    _react(context, STEP, run)
    return run


def _background(context: Context) -> JsonObject | None:
    run = context.runs.current.get(BACKGROUND)
    analysis = (spec.canary(context.rollout) or {}).get("analysis") or {}
    if not analysis.get("templates"):
        _cancel(context, [run] if run else [])
        return None
    index = spec.current_step(context.rollout)[1]
    if index is not None and index < int(analysis.get("startingStep") or 0):
        return None
    if context.pauses.condition(pauses.INCONCLUSIVE_RUN) is not None:
        return run
    if run is None or _is_needed_again(context, run):
        return _start(context, BACKGROUND, analysis, "", {})
    _react(context, BACKGROUND, run)
    return run


def _promotion(context: Context, member: str) -> JsonObject | None:
    run = context.runs.current.get(member)
    name = member.removesuffix("RunStatus")
    analysis = (spec.blue_green(context.rollout) or {}).get(name) or {}
    if not analysis.get("templates"):
        _cancel(context, [run] if run else [])
        return None
    if _is_skipped(context, member):
        _cancel(context, [run] if run else [])
    elif context.pauses.condition(pauses.INCONCLUSIVE_RUN) is None and (
        run is None or _is_needed_again(context, run)
    ):
        run = _start(context, member, analysis, "pre" if member == BEFORE else "post", {})
    if run is not None:
        _react(context, member, run)
    return run


def _is_skipped(context: Context, member: str) -> bool:
    current = hash_of(context.sets.new)
    active = (context.status.get("blueGreen") or {}).get("activeSelector") or ""
    if context.status.get("stableRS") == current or not active:
        return True
    if (active == current) == (member == BEFORE):
        return True
    if context.runs.current.get(member) is not None:
        return False
    size = (spec.blue_green(context.rollout) or {}).get("previewReplicaCount")
    if member == BEFORE and size is not None:
        new = context.sets.new
        return not sets.wanted(new) == size == sets.counted(new, "availableReplicas")
    return not sets.saturated(context.rollout, context.sets.new)


def _is_needed_again(context: Context, run: JsonObject) -> bool:
    """Tell whether an inconclusive run that somebody resumed is repeated, or an aborted one."""
    own_pause = any(
        context.pauses.condition(each) for each in (pauses.CANARY_STEP, pauses.BLUE_GREEN)
    )
    if context.status.get("controllerPause") and not own_pause:
        return _phase(run) == "Inconclusive"
    return context.status.get("abortedAt") is not None


def _react(context: Context, member: str, run: JsonObject) -> None:
    phase = _phase(run)
    if phase == "Inconclusive":
        context.pauses.add(pauses.INCONCLUSIVE_RUN)
    elif phase in ("Error", "Failed"):
        message = (run.get("status") or {}).get("message")
        context.pauses.abort(_FAILED[member] + (f": {message}" if message else ""))


def _start(
    context: Context, member: str, analysis: JsonObject, infix: str, labels: dict[str, str]
) -> JsonObject:
    rollout = context.rollout
    revision = sets.annotation(rollout, sets.REVISION)
    digest = hash_of(context.sets.new)
    own = {sets.HASH_LABEL: digest, "rollout-type": _TYPES[member], **labels}
    chosen = (rollout["spec"].get("selector") or {}).get("matchLabels") or {}
    more = analysis.get("analysisRunMetadata") or {}
    return templates.start_run(
        context.cluster,
        rollout,
        name="-".join(filter(None, (name_of(rollout), digest, revision, infix))),
        references=analysis["templates"],
        arguments=templates.resolved(analysis.get("args") or [], rollout, context.sets),
        labels={**own, **(more.get("labels") or {}), **chosen},
        annotations={sets.REVISION: revision, **(more.get("annotations") or {})},
    )


def _note(context: Context, current: dict[str, JsonObject]) -> None:
    """Write the runs into the status, with events of those whose phase is another."""
    section = "canary" if spec.canary(context.rollout) is not None else "blueGreen"
    before = context.status.get(section) or {}
    for member, run in current.items():
        said = {"name": name_of(run), "status": _phase(run)}
        message = (run.get("status") or {}).get("message")
        context.section(section)[member] = said | ({"message": message} if message else {})
        old = before.get(member)
        if said["status"] and (
            old is None or (old["name"] == said["name"] and old["status"] != said["status"])
        ):
            _announce(context, member, said, old["status"] if old else "NoPreviousStatus")


def _announce(context: Context, member: str, said: JsonObject, before: str) -> None:
    text = (
        f"{_TYPES[member]} Analysis Run '{said['name']}' "
        f"Status New: '{said['status']}' Previous: '{before}'"
    )
    tell = context.warning if said["status"] in ("Failed", "Error") else context.event
    tell(f"AnalysisRun{said['status']}", text)


def _cancel(context: Context, runs: object) -> None:
    for run in list(runs):  # type: ignore[call-overload]
        if not run["spec"].get("terminate") and not completed(_phase(run)):
            changed = copied(run)
            changed["spec"]["terminate"] = True
            context.cluster.store.update(changed)


def _clean_up(context: Context, others: JsonObjects) -> None:
    """Remove runs of versions that are gone, and the oldest of too many."""
    known = {hash_of(each) for each in context.sets.all}
    kept = {True: 0, False: 0}
    for run in sorted(others, key=lambda each: each["metadata"]["creationTimestamp"], reverse=True):
        phase = _phase(run)
        if not completed(phase) and hash_of(run) in known:
            continue
        kept[phase == "Successful"] += 1
        if hash_of(run) not in known or kept[phase == "Successful"] > _KEPT:
            context.cluster.remove(*spec.RUNS, run)


def _keep(current: dict[str, JsonObject], member: str, run: JsonObject | None) -> None:
    if run is not None:
        current[member] = run


def _phase(run: JsonObject | None) -> str:
    return str(((run or {}).get("status") or {}).get("phase") or "")
