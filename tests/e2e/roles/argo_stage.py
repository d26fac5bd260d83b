"""Rollouts in the state that each scene needs; their controller is the real one.

With no replicas they need no pods: only those that are to fail have one, which is nowhere near the
stage's own node, as that is drained meanwhile.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from clients.argo.observing import is_current
from clients.argo.phase import WORKLOAD_GENERATION
from clients.argo.rollout import INSTANCE, REVISION, revision, workload_ref
from tests.e2e.kubectl import until
from tests.e2e.roles.stage import Manifest, Stage, a_pod, a_template, an_object

ARGO = "argoproj.io/v1alpha1"
ROLLOUTS = "rollouts.argoproj.io"
WORKLOADS = {"Deployment": "apps/v1", "ReplicaSet": "apps/v1", "PodTemplate": "v1"}
REDEPLOYED = ("plain", *(f"of-{kind.lower()}" for kind in WORKLOADS))
STEERED = ("steered", "given-up")
# So many that no scene's promotions come to their end.
PAUSES = {"canary": {"steps": [{"pause": {}}] * 30}}
WAITING: Mapping[str, object] = {
    "observedGeneration": "0",
    "phase": "Paused",
    "currentPodHash": "new",
    "stableRS": "old",
    "currentStepIndex": 1,
    "controllerPause": True,
    "pauseConditions": [{"reason": "CanaryPauseStep", "startTime": "2026-01-01T00:00:00Z"}],
    "abort": False,
}


def rollouts(stage: Stage) -> None:
    """Have them all: those to steer and to redeploy with two revisions, those that fail failing."""
    if not stage.first("rollouts"):
        return
    lagging = a_rollout(stage, "lagging", "1")
    lagging["metadata"]["labels"][INSTANCE] = "nobody"
    stage.create(lagging, *_failing(stage))
    for number in ("1", "2"):
        stage.create(*(a_rollout(stage, name, number) for name in STEERED))
        stage.create(*_redeployed(stage, number))
        _until(stage, {f".metadata.annotations.{REVISION}": number}, *STEERED, *REDEPLOYED)
    _until_it_crashed(stage)


def redeployed(stage: Stage) -> None:
    """Have the second revision the newest again, as the controller sees it."""
    rollouts(stage)
    stage.create(*_redeployed(stage, "2"))
    until(lambda: _is_at_second_revision(stage), "the second revision is back")


def let_go(stage: Stage) -> None:
    """Have an update that waits at a step, and is not paused by hand."""
    rollouts(stage)
    _patch(stage, "steered", {"spec": {"paused": False}})
    _until(stage, {".status.pauseConditions[0].reason": "CanaryPauseStep"}, "steered")


def held(stage: Stage) -> None:
    """Have an update that waits at a step, and is paused by hand beside that."""
    let_go(stage)
    _patch(stage, "steered", {"spec": {"paused": True}})


def to_promote(stage: Stage) -> None:
    """Have updates that wait: one held by hand, one whose controller has not looked yet."""
    held(stage)
    _patch(stage, "lagging", {"status": WAITING})


def to_give_up(stage: Stage) -> None:
    """Have updates that go on: one of them without its controller having looked."""
    rollouts(stage)
    _patch(stage, "given-up", {"status": {"abort": False}})
    _until(stage, {".status.phase": "Paused"}, "given-up")
    _patch(stage, "lagging", {"status": WAITING})


def to_retry(stage: Stage) -> None:
    """Have updates that were given up, and an experiment that is over."""
    rollouts(stage)
    _patch(stage, "given-up", {"status": {"abort": True}})
    _until(stage, {".status.phase": "Degraded"}, "given-up")
    _patch(stage, "lagging", {"status": {**WAITING, "abort": True}})
    stage.remove("experiments.argoproj.io/over")
    stage.create({**_experiment(stage, "over"), "status": {"phase": "Successful"}})


def endless(stage: Stage) -> None:
    """Have an analysis run and an experiment that do not end by themselves."""
    for plural in ("analysisruns", "experiments"):
        stage.remove(f"{plural}.argoproj.io/endless")
    provider = {"web": {"url": "http://127.0.0.1/", "jsonPath": "{$}"}}
    metrics = [{"name": "later", "initialDelay": "1h", "provider": provider}]
    run = an_object("AnalysisRun", "endless", ARGO, spec={"metrics": metrics})
    stage.create(run, _experiment(stage, "endless"))


def catch_up(stage: Stage) -> None:
    """Play the controller that looks at last."""
    _patch(stage, "lagging", {"status": {"observedGeneration": "1000000"}})


def a_rollout(stage: Stage, name: str, number: str) -> Manifest:
    """Build a rollout of no pods, whose update pauses at every step."""
    return _rollout(name, template=a_template(name, a_pod(stage.image, number)))


def _rollout(name: str, **rest: object) -> Manifest:
    selector = {"matchLabels": {"app": name}}
    spec = {"replicas": 0, "selector": selector, "strategy": PAUSES, **rest}
    return an_object("Rollout", name, ARGO, spec=spec)


def _redeployed(stage: Stage, number: str) -> Iterator[Manifest]:
    """Build the rollouts to redeploy, and what those by reference take their pods from."""
    yield a_rollout(stage, "plain", number)
    for kind, version in WORKLOADS.items():
        name, work = f"of-{kind.lower()}", f"work-{kind.lower()}"
        template = a_template(name, a_pod(stage.image, number))
        selector = {"matchLabels": {"app": name}}
        spec = {"replicas": 0, "selector": selector, "template": template}
        rest: dict[str, Any] = {"template": template} if kind == "PodTemplate" else {"spec": spec}
        yield an_object(kind, work, version, **rest)
        yield _rollout(name, workloadRef={"apiVersion": version, "kind": kind, "name": work})


def _failing(stage: Stage) -> Iterator[Manifest]:
    """Build a rollout whose pod crashes, never ready between, and one whose pod no node takes."""
    pod = a_pod(stage.image, "")
    fails = {"command": ["false"], "readinessProbe": {"exec": {"command": ["false"]}}}
    crashing = {"containers": [{**pod["containers"][0], **fails}]}
    stuck = {**pod, "nodeSelector": {"stage": "nowhere"}}
    how = {"replicas": 1, "strategy": {"canary": {}}, "progressDeadlineSeconds": 3600}
    yield _rollout("crashing", **how, template=a_template("crashing", {**pod, **crashing}))
    yield _rollout("stuck", **how, template=a_template("stuck", stuck))


def _experiment(stage: Stage, name: str) -> Manifest:
    template = a_template(name, a_pod(stage.image, ""))
    selector = {"matchLabels": {"app": name}}
    only = {"name": "only", "replicas": 0, "selector": selector, "template": template}
    return an_object("Experiment", name, ARGO, spec={"templates": [only]})


def _patch(stage: Stage, name: str, patch: Mapping[str, Any]) -> None:
    where = ("--subresource=status",) if "status" in patch else ()
    given = ("--type=merge", "-p", json.dumps(patch), *where)
    stage.admin("patch", ROLLOUTS, name, "-n", stage.namespace, *given)


def _until(stage: Stage, wanted: Mapping[str, str], *names: str) -> None:
    [(path, value)] = wanted.items()
    where = path.replace("rollout.argoproj.io", r"rollout\.argoproj\.io")
    objects = [f"{ROLLOUTS}/{name}" for name in names]
    condition = f"--for=jsonpath={{{where}}}={value}"
    stage.admin("wait", *objects, condition, "-n", stage.namespace, "--timeout=60s")


def _until_it_crashed(stage: Stage) -> None:
    path = "{.items[*].status.containerStatuses[*].lastState.terminated.exitCode}"
    pods = ("get", "pods", "-l", "app=crashing", "-n", stage.namespace, "-o", f"jsonpath={path}")
    stage.admin.until(bool, *pods)


def _is_at_second_revision(stage: Stage) -> bool:
    """Whether the controller has seen all that was redeployed, and numbered its ReplicaSets."""
    types = f"{ROLLOUTS},replicasets.apps,deployments.apps,podtemplates"
    found = stage.admin.json("get", types, "-n", stage.namespace)["items"]
    there = {(each["kind"], each["metadata"]["name"]): each for each in found}
    sets = sorted((each for each in found if each["kind"] == "ReplicaSet"), key=revision)
    newest = {each["spec"]["selector"]["matchLabels"]["app"]: each for each in sets}
    return all(
        _is_seen(there["Rollout", name], there) and _is_second(stage, newest[name])
        for name in REDEPLOYED
    )


def _is_seen(rollout: Manifest, there: Mapping[tuple[str, str], Manifest]) -> bool:
    if not (reference := workload_ref(rollout)):
        return is_current(rollout)
    workload = there[reference["kind"], reference["name"]]["metadata"]
    known = rollout["metadata"]["annotations"].get(WORKLOAD_GENERATION)
    return bool(known == str(workload["generation"]))


def _is_second(stage: Stage, replica_set: Manifest) -> bool:
    [container] = replica_set["spec"]["template"]["spec"]["containers"]
    return (container["env"][0].get("value"), container["image"]) == ("2", stage.image)
