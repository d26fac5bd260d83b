"""Analyses, experiments and referenced workloads of a real controller, through our tools.

The controller has to reach this machine: the ``web`` metrics ask a server that the tests start.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.conftest import Said
from tests.e2e.kubectl import Kubectl
from tests.e2e.rollouts import Looks, Stage, is_at, opened, without_ages
from tests.e2e.server import Asking
from tests.support.argo_recording.scenes import (
    JsonObject,
    a_job_template,
    a_rollout,
    a_template,
    analyses,
    analysis,
    canary,
    pause,
    weight,
)
from tests.support.served import served

pytestmark = pytest.mark.asyncio(loop_scope="module")
GOOD = {"duration": "60s", "templates": [{"name": "base", "specRef": "stable", "replicas": 1}]}


@pytest.fixture(scope="module")
def stage(admin: Kubectl) -> Iterator[Stage]:
    with opened(admin) as opened_stage:
        yield opened_stage


@dataclass(frozen=True)
class Tools:
    """Calls tools in the stage's namespace."""

    stage: Stage
    ask: Asking

    async def __call__(self, tool: str, **arguments: object) -> Said:
        said = await self.ask(tool, namespace=self.stage.namespace, **arguments)
        assert not said.error, said.text
        return said

    async def updated(self, rollout: JsonObject, *state: object) -> str:
        """Make a rollout, give it another image, and wait for a state."""
        name = str(rollout["metadata"]["name"])
        self.stage.create(rollout)
        await self.stage.until(name, is_at("Healthy"))
        await self("argo_set_image", name=name, image="toolbox:2")
        await self.stage.until(name, is_at(*state))  # type: ignore[arg-type]
        return name

    async def same(self, name: str) -> None:
        await Looks(self.stage, self.ask).same(name)


async def five(_: web.Request) -> web.Response:
    return web.json_response({"value": 5})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def call(
    stage: Stage, admin: Kubectl, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Tools]:
    app = web.Application()
    app.router.add_get("/five", five)
    folder = tmp_path_factory.mktemp("argo")
    async with (
        TestServer(app, host="127.0.0.1") as far,
        served(folder, "--kubeconfig", str(admin.kubeconfig)) as server,
    ):
        url = str(far.make_url("")).rstrip("/")
        rare = a_job_template("rare", "exit 0", count=9, interval="60s")
        stage.create(*analyses(url), a_job_template("long", "sleep 99"), rare)
        yield Tools(stage, Asking(server))


async def test_a_failed_analysis_is_told_with_its_metric(call: Tools) -> None:
    steps = canary(weight(50), analysis("fails"), pause())
    name = await call.updated(a_rollout("fail", steps, real=True), "Degraded")
    await call.same(name)
    reason = 'Metric "check" assessed Failed due to failed (1) > failureLimit (0)'
    status = await call("argo_status", name=name)
    assert status.text.splitlines()[0] == "Degraded"
    assert reason in status.text.splitlines()[1]
    assert "Next: argo_retry, argo_promote with full, argo_undo." in status.text
    runs = await call("argo_list_analysisruns", rollout_name=name)
    assert f"Failed: {reason}" in runs.text
    assert "  check: Failed (1 failed) job " in runs.text
    assert reason in (await call("argo_describe", name=name)).text
    assert "Failed" in (await call("argo_history", name=name)).text


async def test_one_without_verdict_runs_again_when_resumed_and_is_passed_when_promoted(
    call: Tools,
) -> None:
    steps = canary(weight(50), analysis("inconclusive"), pause(), weight(80))
    rollout = a_rollout("unsure", steps, real=True)
    waiting = ("Paused", "InconclusiveAnalysisRun", 1)
    name = await call.updated(rollout, *waiting)
    await call.same(name)
    said = await call("argo_resume_rollout", name=name)
    assert said.text == (
        "rollout 'unsure' resumed\nLifted: InconclusiveAnalysisRun at step 2 of 4.\nThe analysis "
        "without verdict runs again, and may pause again; argo_promote goes past it."
    )
    await until(lambda: runs_of(call, name) == 2)
    await call.stage.until(name, is_at(*waiting))
    said = await call("argo_promote", name=name)
    assert said.text == (
        "rollout 'unsure' promoted\nLifted: InconclusiveAnalysisRun at step 2 of 4.\n"
        "Passed over: step 2 of 4 (analysis)."
    )
    await call.stage.until(name, is_at("Paused", "CanaryPauseStep", 2))
    await call.same(name)


async def test_an_analysis_that_is_ended_between_measurements_counts_as_passed(
    call: Tools,
) -> None:
    steps = canary(weight(50), analysis("rare"), pause())
    rollout = a_rollout("ended", steps, real=True)
    name = await call.updated(rollout, "Progressing", "more replicas", 1)
    run = await until(lambda: run_of(call, name))
    await until(lambda: measured(call, run))
    preview = await call("argo_terminate", name=run, dry_run=True)
    assert "! without failures it counts as passed and ended goes on." in preview.text
    said = await call("argo_terminate", name=run)
    assert said.text.startswith(f"analysisrun '{run}' terminated\nWithout failures so far it is")
    await call.stage.until(name, is_at("Paused", "CanaryPauseStep", 2))
    again = await call.ask("argo_terminate", name=run, namespace=call.stage.namespace)
    assert again.error
    assert again.text.endswith("is Successful. Nothing was sent.")


async def test_one_that_is_ended_in_the_middle_of_one_is_without_verdict(call: Tools) -> None:
    steps = canary(weight(50), analysis("long"), pause())
    rollout = a_rollout("cut", steps, real=True)
    name = await call.updated(rollout, "Progressing", "more replicas", 1)
    run = await until(lambda: run_of(call, name))
    status = await call("argo_status", name=name)
    assert f"AnalysisRun of the step, {run}: Running" in status.text
    await call("argo_terminate", name=run)
    await call.stage.until(name, is_at("Paused", "InconclusiveAnalysisRun", 1))


async def test_an_experiment_is_drawn_listed_and_ended(call: Tools) -> None:
    steps = canary({"experiment": GOOD}, weight(50), pause())
    rollout = a_rollout("tried", steps, real=True)
    name = await call.updated(rollout, "Progressing", "more replicas", 0)
    [experiment] = (await until(lambda: experiments_of(call, name))).split()
    await until(lambda: experiment_is(call, experiment, "Running"))
    await call.same(name)
    theirs = without_ages(await call.stage.plugin("list", "experiments"))
    ours = without_ages((await call("argo_list_experiments", rollout_name=name)).text)
    assert ours == theirs
    await call("argo_terminate", name=experiment, resource_type="experiment")
    await call.stage.until(name, is_at("Paused", "CanaryPauseStep", 2))


async def test_an_experiment_that_is_done_is_tried_again(call: Tools) -> None:
    template = {"name": "one", "replicas": 1, "selector": {"matchLabels": {"app": "alone"}}}
    template["template"] = a_template("alone", real=True)
    spec = {"duration": "2s", "templates": [template]}
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Experiment"}
    call.stage.create({**kind, "metadata": {"name": "alone"}, "spec": spec})
    await until(lambda: experiment_is(call, "alone", "Successful"))
    alone = {"name": "alone", "resource_type": "experiment"}
    preview = await call("argo_retry", dry_run=True, **alone)
    assert "~ experiment.argoproj.io/alone" in preview.text
    assert "runs again from its beginning." in preview.text
    said = await call("argo_retry", **alone)
    assert said.text == "experiment 'alone' retried"
    await until(lambda: experiment_is(call, "alone", "Running"))


async def test_a_referenced_workload_is_changed_in_the_rollouts_place(call: Tools) -> None:
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "held"},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {"app": "held"}},
            "template": a_template("held", real=True),
        },
    }
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "held"}
    rollout = a_rollout("holder", canary(weight(50), pause()), workloadRef=reference)
    del rollout["spec"]["template"], rollout["spec"]["selector"]
    call.stage.create(deployment, rollout)
    await call.stage.until("holder", is_at("Healthy"))
    two = {"name": "holder", "image": "toolbox:2"}
    preview = await call("argo_set_image", dry_run=True, **two)
    assert "~ deployment.apps/held" in preview.text
    assert "rollout holder takes its pods from it and starts a canary of 2 steps" in " ".join(
        preview.text.split()
    )
    said = await call("argo_set_image", **two)
    assert said.text == 'deployment "held" image updated\n  app: toolbox:1 → toolbox:2'
    await call.stage.until("holder", is_at("Paused", "CanaryPauseStep", 1))
    await call.same("holder")
    said = await call("argo_undo", name="holder")
    assert "Back to revision 1 (holder-" in said.text
    assert "the stable one" in said.text
    await call.stage.until("holder", is_at("Healthy"))
    await call.same("holder")
    assert "app=toolbox:2" in (await call("argo_history", name="holder")).text


async def test_templates_are_listed_with_their_metrics(call: Tools) -> None:
    said = await call("argo_list_templates")
    rows = [line.split()[1:3] for line in said.text.splitlines()[1:]]
    assert ["fails", "check(job)"] in rows
    assert ["good", "web(web)"] in rows


def names(call: Tools, plural: str, name: str) -> list[str]:
    found = call.stage.kubectl.json("get", f"{plural}.argoproj.io", "-n", call.stage.namespace)
    return [
        each["metadata"]["name"]
        for each in found["items"]
        if any(o["name"] == name for o in each["metadata"].get("ownerReferences", ()))
    ]


def runs_of(call: Tools, name: str) -> int:
    return len(names(call, "analysisruns", name))


def run_of(call: Tools, name: str) -> str:
    return " ".join(names(call, "analysisruns", name))


def measured(call: Tools, name: str) -> bool:
    found = call.stage.kubectl.json(
        "get", "analysisruns.argoproj.io", name, "-n", call.stage.namespace
    )
    results = (found.get("status") or {}).get("metricResults") or [{}]
    return bool(results[0].get("successful"))


def experiments_of(call: Tools, name: str) -> str:
    return " ".join(names(call, "experiments", name))


def experiment_is(call: Tools, name: str, phase: str) -> bool:
    found = call.stage.kubectl.json(
        "get", "experiments.argoproj.io", name, "-n", call.stage.namespace
    )
    return bool((found.get("status") or {}).get("phase") == phase)


async def until(found: object, within: float = 60.0) -> str:
    """Look again and again until there is something."""
    assert callable(found)
    async with asyncio.timeout(within):
        while not (said := found()):  # noqa: ASYNC110 - what the controller does
            await asyncio.sleep(0.3)
    return str(said)
