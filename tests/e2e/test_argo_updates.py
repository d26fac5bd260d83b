"""Updates steered by our tools beside the same ones steered by the plugin, on a real controller.

Two rollouts that are alike: ``theirs`` is steered by the plugin, ``ours`` by the tools. After each
step both have sent the same, and the plugin and our tools show ``ours`` in the same words.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio

from tests.e2e.kubectl import Kubectl
from tests.e2e.rollouts import Looks, Stage, a_blue_green, a_canary, is_at, opened
from tests.e2e.server import Asking
from tests.support.recording_proxy import Recording, Sent, recording
from tests.support.served import served

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def stage(admin: Kubectl) -> Iterator[Stage]:
    with opened(admin) as opened_stage:
        yield opened_stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def proxy(admin: Kubectl) -> AsyncIterator[Recording]:
    """kubectl's own proxy signs in; ours before it remembers what passes."""
    process = await asyncio.create_subprocess_exec(
        "kubectl", "proxy", "--port=0", "--reject-methods=^$",
        env={**admin.default, "KUBECONFIG": str(admin.kubeconfig), "HOME": str(admin.home)},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    address = (await process.stdout.readline()).decode().split()[-1]
    async with recording(f"http://{address}") as far:
        yield far
    process.terminate()
    await process.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def twins(
    stage: Stage, proxy: Recording, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator["Twins"]:
    folder = tmp_path_factory.mktemp("argo")
    config = proxy.kubeconfig(folder, stage.namespace)
    async with served(folder, "--kubeconfig", str(config)) as server:
        yield Twins(replace(stage, config=str(config)), proxy, Asking(server))


@dataclass(frozen=True)
class Twins:
    """Does each step to both, and compares."""

    stage: Stage
    proxy: Recording
    ask: Asking

    async def step(
        self, plugin: Sequence[str], tool: str, state: tuple[Any, ...], **arguments: Any
    ) -> None:
        """Have the plugin steer ``theirs`` and the tool ``ours``, and wait until both are there."""
        self.proxy.taken()
        await self.stage.plugin(*plugin)
        sent = [spelled(each) for each in self.proxy.taken()]
        assert sent, plugin
        said = await self.ask(tool, name="ours", namespace=self.stage.namespace, **arguments)
        assert not said.error, said.text
        own = [spelled(each) for each in self.proxy.taken()]
        assert own == sent, tool
        for name in ("theirs", "ours"):
            await self.stage.until(name, is_at(*state))
        await Looks(self.stage, self.ask).same("ours")


def spelled(sent: Sent) -> tuple[str, str, Any]:
    """Say what was sent, of either twin; how an image is set differs on purpose."""
    path = sent.path.rpartition("/rollouts/")[2].replace("theirs", "ours")
    body = sent.body
    if sent.method == "PUT":
        [container] = body["spec"]["template"]["spec"]["containers"]
        return ("image", path, container["image"])
    if isinstance(body, list) and body[-1]["path"].endswith("/image"):
        return ("image", path, body[-1]["value"])
    if isinstance(body, list):
        return ("template", path, [template(each) for each in body])
    if "restartAt" in body.get("spec", {}):
        body = {"spec": {"restartAt": "now"}}
    return (sent.method, path, {k: v for k, v in body.items() if k != "metadata"})


def template(operation: dict[str, Any]) -> Any:
    """Take the twin's own name out of a template, and what is null."""
    value = operation["value"]
    containers = [each["image"] for each in value["spec"]["containers"]]
    labels = sorted(value["metadata"]["labels"])
    return [operation["op"], operation["path"], labels, containers]


async def test_a_canary_is_taken_through_everything(twins: Twins) -> None:
    twins.stage.create(a_canary("theirs"), a_canary("ours"))
    for name in ("theirs", "ours"):
        await twins.stage.until(name, is_at("Healthy"))
    two = {"image": "toolbox:2"}
    first, later = ("Paused", "CanaryPauseStep", 1), ("Paused", "CanaryPauseStep", 5)
    image = ("set", "image", "theirs", "app=toolbox:2")
    await twins.step(image, "argo_set_image", first, **two)
    await twins.step(("promote", "theirs"), "argo_promote", later)
    await twins.step(("pause", "theirs"), "argo_pause_rollout", ("Paused", "manually paused", 5))
    await resumed_by_hand(twins, later)
    await twins.step(("abort", "theirs"), "argo_abort_rollout", ("Degraded", "RolloutAborted"))
    await twins.step(("retry", "rollout", "theirs"), "argo_retry", first)
    await twins.step(("restart", "theirs"), "argo_rollout_restart", first)
    full = ("promote", "theirs", "--full")
    await twins.step(full, "argo_promote", ("Healthy",), full=True)
    await twins.step(("undo", "theirs"), "argo_undo", first)
    await twins.step(("abort", "theirs"), "argo_abort_rollout", ("Degraded", "RolloutAborted"))
    to = ("undo", "theirs", "--to-revision=2")
    await twins.step(to, "argo_undo", ("Healthy",), to_revision=2)


async def resumed_by_hand(twins: Twins, state: tuple[Any, ...]) -> None:
    """There is no such command in the plugin: the pause by hand alone is lifted with kubectl."""
    patch = ("--type=merge", "-p", '{"spec":{"paused":false}}')
    stage = twins.stage
    stage.kubectl("patch", "rollouts.argoproj.io", "theirs", "-n", stage.namespace, *patch)
    stage.kubectl("patch", "rollouts.argoproj.io", "ours", "-n", stage.namespace, *patch)
    for name in ("theirs", "ours"):
        await stage.until(name, is_at(*state))
    await Looks(stage, twins.ask).same("ours")


async def test_a_blue_green_rollout_is_taken_through_everything(twins: Twins) -> None:
    for name in ("theirs", "ours"):
        twins.stage.kubectl("delete", "rollouts.argoproj.io", name, "-n", twins.stage.namespace,
                            "--ignore-not-found")  # fmt: skip
    twins.stage.create(*a_blue_green("theirs"), *a_blue_green("ours"))
    for name in ("theirs", "ours"):
        await twins.stage.until(name, is_at("Healthy"))
    waiting, aborted = ("Paused", "BlueGreenPause"), ("Degraded", "RolloutAborted")
    image = ("set", "image", "theirs", "app=toolbox:2")
    await twins.step(image, "argo_set_image", waiting, image="toolbox:2")
    await twins.step(("abort", "theirs"), "argo_abort_rollout", aborted)
    await twins.step(("retry", "rollout", "theirs"), "argo_retry", waiting)
    await twins.step(("promote", "theirs"), "argo_promote", ("Healthy",))
    await twins.step(("restart", "theirs"), "argo_rollout_restart", ("Healthy",))
    await asyncio.sleep(6)  # the old version's pods go: an undo before that needs no promotion
    await twins.step(("undo", "theirs"), "argo_undo", waiting)
    await twins.step(("pause", "theirs"), "argo_pause_rollout", ("Paused", "manually paused"))
    full = ("promote", "theirs", "--full")
    await twins.step(full, "argo_promote", ("Healthy",), full=True)


async def test_both_pauses_are_lifted_at_once_where_the_plugins_order_loses_one(
    twins: Twins,
) -> None:
    stage = twins.stage
    stage.create({**a_canary("both"), "metadata": {"name": "both"}})
    await stage.until("both", is_at("Healthy"))
    here = {"name": "both", "namespace": stage.namespace}
    await twins.ask("argo_set_image", image="toolbox:2", **here)
    await stage.until("both", is_at("Paused", "CanaryPauseStep", 1))
    await twins.ask("argo_pause_rollout", **here)
    await stage.until("both", is_at("Paused", "manually paused", 1))
    twins.proxy.taken()
    said = await twins.ask("argo_promote", **here)
    assert said.text == (
        "rollout 'both' promoted\nLifted: the pause by hand and CanaryPauseStep at step 2 of 6."
    )
    sent = [spelled(each) for each in twins.proxy.taken()]
    assert sent[0] == ("PATCH", "both", {"spec": {"paused": False}})
    assert sent[-1] == ("PATCH", "both/status", {"status": {"pauseConditions": None}})
    await stage.until("both", is_at("Paused", "CanaryPauseStep", 5))
    await twins.ask("argo_pause_rollout", **here)
    await stage.until("both", is_at("Paused", "manually paused", 5))
    said = await twins.ask("argo_resume_rollout", **here)
    assert said.text == (
        "rollout 'both' resumed\nLifted: the pause by hand and CanaryPauseStep at step 6 of 6."
    )
    await stage.until("both", is_at("Healthy"))


async def test_a_step_is_passed_over_together_with_the_pause_it_waits_in(twins: Twins) -> None:
    stage, here = twins.stage, {"name": "both", "namespace": twins.stage.namespace}
    await twins.ask("argo_undo", **here)
    await stage.until("both", is_at("Paused", "CanaryPauseStep", 1))
    said = await twins.ask("argo_promote", skip_current_step=True, **here)
    assert said.text == (
        "rollout 'both' promoted\nLifted: CanaryPauseStep at step 2 of 6.\n"
        "Passed over: step 2 of 6 (pause)."
    )
    await stage.until("both", is_at("Paused", "CanaryPauseStep", 5))
