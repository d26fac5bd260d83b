"""What only the controller finds wrong with a Rollout (`pkg/apis/rollouts/validation`).

Not every rule is here: those that a person or a model commonly breaks.
"""

from collections.abc import Iterator

import orjson

from sandbox.cluster.objects import JsonObject, name_of, namespace_of
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.ownership import selects
from sandbox.controllers.rollouts import services, spec, templates

_STEPS = ("experiment", "pause", "setWeight", "analysis", "setCanaryScale", "setHeaderRoute",
          "setMirrorRoute", "plugin")  # fmt: skip
_SAME_SERVICES = "This rollout uses the same service for the {} and {} services, but two different services are required."  # noqa: E501


def fault(cluster: ControlPlane, rollout: JsonObject) -> str:
    """Return the first thing that is wrong, empty when nothing is."""
    return next(_faults(cluster, rollout), "")


def _faults(cluster: ControlPlane, rollout: JsonObject) -> Iterator[str]:
    yield from _template(rollout)
    yield from _deadline(rollout)
    canary, blue_green = spec.canary(rollout), spec.blue_green(rollout)
    if canary is None and blue_green is None:
        missing = ".spec.strategy.canary or .spec.strategy.blueGreen"
        yield f"spec.strategy.strategy: Required value: Rollout has missing field '{missing}'"
    elif canary is not None and blue_green is not None:
        yield invalid(
            "strategy.strategy",
            "blueGreen: true canary: true",
            "Multiple Strategies can not be listed",
        )
    elif blue_green is not None:
        yield from _blue_green(blue_green)
    else:
        yield from _canary(rollout, canary or {})
    yield from _references(cluster, rollout)


def _template(rollout: JsonObject) -> Iterator[str]:
    selector, template = rollout["spec"].get("selector"), rollout["spec"]["template"]
    labels = (template.get("metadata") or {}).get("labels")
    if not selector:
        yield "spec.selector: Required value: Rollout has missing field '.spec.selector'"
    elif not selects(selector, labels):
        yield invalid(
            "template.metadata.labels", labels, "`selector` does not match template `labels`"
        )
    containers = (template.get("spec") or {}).get("containers") or []
    if not containers:
        yield "spec.template.spec.containers: Required value"
    for index, each in enumerate(containers):
        if not each.get("image"):
            yield f"spec.template.spec.containers[{index}].image: Required value"


def _deadline(rollout: JsonObject) -> Iterator[str]:
    seconds = spec.deadline_seconds(rollout)
    if seconds <= int(rollout["spec"].get("minReadySeconds") or 0):
        yield invalid("progressDeadlineSeconds", seconds, "must be greater than minReadySeconds")


def _blue_green(strategy: JsonObject) -> Iterator[str]:
    active = strategy.get("activeService", "")
    if active == strategy.get("previewService", ""):
        yield invalid("strategy.activeService", active, _SAME_SERVICES.format("active", "preview"))


def _canary(rollout: JsonObject, strategy: JsonObject) -> Iterator[str]:
    stable = strategy.get("stableService")
    if stable and stable == strategy.get("canaryService"):
        yield invalid("strategy.stableService", stable, _SAME_SERVICES.format("stable", "canary"))
    bounds = (strategy.get("maxSurge"), strategy.get("maxUnavailable"))
    if all(str(each).rstrip("%") == "0" for each in bounds):
        yield invalid("strategy.maxSurge", 0, "MaxSurge and MaxUnavailable both can not be zero")
    most = spec.max_weight(rollout)
    for index, step in enumerate(spec.steps(rollout)):
        where = f"strategy.steps[{index}]"
        weight = step.get("setWeight")
        if weight is not None and not 0 <= weight <= most:
            why = f"SetWeight needs to be between 0 and {most}"
            yield invalid(f"{where}.setWeight", weight, why)
        if spec.does(step, "pause") and step["pause"].get("duration") is not None:
            seconds = spec.pause_seconds(step["pause"])
            if seconds < 0:
                why = "Duration needs to be greater than 0"
                yield invalid(f"{where}.pause.duration", seconds, why)
        if spec.does(step, "setCanaryScale") and not spec.routed(rollout):
            why = "SetCanaryScale requires TrafficRouting to be set"
            yield f"spec.strategy.trafficRouting: Required value: {why}"
        if not any(spec.does(step, kind) for kind in _STEPS):
            kinds = ("Experiment", "Pause", "SetWeight", "Analysis", "SetCanaryScale",
                     "SetHeaderRoute", "SetMirrorRoute", "Plugin")  # fmt: skip
            given = " ".join(f"step.{kind}: true" for kind in kinds)
            why = "Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause"  # noqa: E501
            yield invalid(where, given, why)


def _references(cluster: ControlPlane, rollout: JsonObject) -> Iterator[str]:
    strategy = spec.blue_green(rollout) or spec.canary(rollout) or {}
    names = ("activeService", "previewService", "stableService", "canaryService")
    for member in names:
        if name := strategy.get(member):
            yield from _service(cluster, rollout, member, name)
    for where, analysis in _analyses(rollout):
        references = analysis.get("templates") or []
        for each in references:
            try:
                templates.found_templates(cluster, namespace_of(rollout), [each])
            except templates.TemplateError:
                kind = "ClusterAnalysisTemplate" if each.get("clusterScope") else "AnalysisTemplate"
                name = each.get("templateName", "")
                yield invalid(where, name, f"{kind} '{name}' not found")


def _analyses(rollout: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    strategy = spec.blue_green(rollout)
    if strategy is not None:
        for name in ("prePromotionAnalysis", "postPromotionAnalysis"):
            if strategy.get(name) is not None:
                yield f"strategy.blueGreen.{name}.templates", strategy[name]
        return
    for index, step in enumerate(spec.steps(rollout)):
        if spec.does(step, "analysis"):
            yield f"strategy.canary.steps[{index}].analysis.templates", step["analysis"]
    background = (spec.canary(rollout) or {}).get("analysis")
    if background is not None:
        yield "strategy.canary.analysis.templates", background


def _service(cluster: ControlPlane, rollout: JsonObject, member: str, name: str) -> Iterator[str]:
    kind = "blueGreen" if spec.blue_green(rollout) is not None else "canary"
    where = f"strategy.{kind}.{member}"
    found = cluster.store.peek("", "services", namespace_of(rollout), name)
    if found is None:
        yield invalid(where, name, f'service "{name}" not found')
        return
    labels = (rollout["spec"]["template"].get("metadata") or {}).get("labels") or {}
    for key, value in (found["spec"].get("selector") or {}).items():
        if key != "rollouts-pod-template-hash" and labels.get(key) != value:
            yield invalid(where, name, f'Service "{name}" has unmatch label "{key}" in rollout')
    manager = (found["metadata"].get("annotations") or {}).get(services.MANAGED_BY)
    if manager is not None and manager != name_of(rollout):
        yield invalid(where, name, f'Service "{name}" is managed by another Rollout')


def invalid(where: str, value: object, why: str) -> str:
    """Word the fault of a value as field errors do."""
    return f"spec.{where}: Invalid value: {orjson.dumps(value).decode()}: {why}"
