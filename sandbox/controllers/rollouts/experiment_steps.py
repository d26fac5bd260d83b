"""The experiments that a canary's steps start (`rollout/experiment.go`)."""

from sandbox.cluster.objects import JsonObject, JsonObjects, copied, name_of, namespace_of
from sandbox.controllers.ownership import controlled_by
from sandbox.controllers.rollouts import pauses, sets, spec, templates
from sandbox.controllers.rollouts.context import Context
from sandbox.controllers.rollouts.phase import completed
from sandbox.controllers.rollouts.sets import hash_of

_KEPT = 5


def found_experiments(
    rollout: JsonObject, owned: JsonObjects
) -> tuple[JsonObject | None, JsonObjects]:
    """Tell the experiment that the status names from all others."""
    name = (spec.status_of(rollout).get("canary") or {}).get("currentExperiment")
    current = next((each for each in owned if name and name_of(each) == name), None)
    return current, [each for each in owned if each is not current]


def reconcile(context: Context) -> None:
    """Start the step's experiment, follow it, and end those that are wanted no more."""
    others = list(context.other_experiments)
    if context.pauses.is_aborted or context.status.get("promoteFull"):
        _cancel(context, [*others, *([context.experiment] if context.experiment else [])])
        return
    if context.pauses.condition(pauses.INCONCLUSIVE_RUN) is not None:
        return
    step, index = spec.current_step(context.rollout)
    if step is not None and index is not None and spec.does(step, "experiment"):
        if context.experiment is None:
            if context.sets.stable is None:
                return
            context.experiment = _start(context, step["experiment"], index)
        _follow(context, context.experiment)
        others = [each for each in others if name_of(each) != name_of(context.experiment)]
    elif context.experiment is not None:
        others.append(context.experiment)
    _cancel(context, others)
    _clean_up(context, others)


def _follow(context: Context, experiment: JsonObject) -> None:
    status = experiment.get("status") or {}
    phase = status.get("phase", "")
    if phase == "Inconclusive":
        context.pauses.add(pauses.INCONCLUSIVE_EXPERIMENT)
    elif phase in ("Error", "Failed"):
        message = "Experiment analysis phase is error/failed"
        told = f": {status['message']}" if status.get("message") else ""
        context.pauses.abort(message + told)
    elif phase != "Successful":
        context.section("canary")["currentExperiment"] = name_of(experiment)


def _start(context: Context, step: JsonObject, index: int) -> JsonObject:
    rollout = context.rollout
    revision = sets.annotation(rollout, sets.REVISION)
    digest = hash_of(context.sets.new)
    name = f"{name_of(rollout)}-{digest}-{revision}-{index}"
    labels = {**(rollout["metadata"].get("labels") or {}), sets.HASH_LABEL: digest}
    experiment: JsonObject = {
        "apiVersion": f"{spec.GROUP}/v1alpha1",
        "kind": "Experiment",
        "metadata": {
            "name": name,
            "namespace": namespace_of(rollout),
            "labels": labels,
            "annotations": {sets.REVISION: revision},
            "ownerReferences": controlled_by(rollout),
        },
        "spec": _spec(context, step),
    }
    number = 0
    while True:
        where = (namespace_of(rollout), experiment["metadata"]["name"])
        there = context.cluster.store.get(*spec.EXPERIMENTS, *where)
        if there is None:
            created = context.cluster.store.create(experiment)
            context.event("ExperimentCreated", f"Created Experiment '{name_of(created)}'")
            return created
        if not completed((there.get("status") or {}).get("phase", "")):
            return there
        number += 1
        experiment["metadata"]["name"] = f"{name}-{number}"


def _spec(context: Context, step: JsonObject) -> JsonObject:
    kept = ("duration", "dryRun", "analysisRunMetadata", "scaleDownDelaySeconds")
    asked = {key: step[key] for key in kept if step.get(key)}
    deadline = context.rollout["spec"].get("progressDeadlineSeconds")
    if deadline is not None:
        asked["progressDeadlineSeconds"] = deadline
    asked["templates"] = [_template(context, each) for each in step.get("templates") or []]
    analyses = [_analysis(context, each) for each in step.get("analyses") or []]
    return {**asked, **({"analyses": analyses} if analyses else {})}


def _template(context: Context, asked: JsonObject) -> JsonObject:
    stable = context.sets.stable if asked["specRef"] == "stable" else None
    source = copied((stable or context.sets.new)["spec"])
    template, selector = source["template"], asked.get("selector") or source["selector"]
    labels = (asked.get("metadata") or {}).get("labels") or {}
    if labels:
        template["metadata"]["labels"] = {**template["metadata"].get("labels", {}), **labels}
        selector = {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), **labels}}
    return {
        "name": asked["name"],
        **({"replicas": asked["replicas"]} if asked.get("replicas") is not None else {}),
        "selector": selector,
        "template": template,
    }


def _analysis(context: Context, asked: JsonObject) -> JsonObject:
    arguments = templates.resolved(asked.get("args") or [], context.rollout, context.sets)
    kept = ("name", "templateName", "clusterScope", "requiredForCompletion")
    named = {key: asked[key] for key in kept if asked.get(key)}
    return {**named, **({"args": arguments} if arguments else {})}


def _cancel(context: Context, experiments: JsonObjects) -> None:
    for each in experiments:
        phase = (each.get("status") or {}).get("phase", "")
        if not each["spec"].get("terminate") and not completed(phase):
            changed = copied(each)
            changed["spec"]["terminate"] = True
            context.cluster.store.update(changed)


def _clean_up(context: Context, others: JsonObjects) -> None:
    known = {hash_of(each) for each in context.sets.all}
    ended = [e for e in others if completed((e.get("status") or {}).get("phase", ""))]
    ended.sort(key=lambda each: each["metadata"]["creationTimestamp"], reverse=True)
    for number, each in enumerate(ended):
        if number >= _KEPT or hash_of(each) not in known:
            context.cluster.remove(*spec.EXPERIMENTS, each)
