"""Rollouts of a real controller: steered by our tools, and looked at by the plugin too."""

import asyncio
import json
import re
import secrets
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.conftest import Said
from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.support.argo_recording.scenes import (
    JsonObject,
    a_rollout,
    a_service,
    blue_green,
    canary,
    pause,
    weight,
)

SECONDS = 90.0
LOOK_EVERY_SECONDS = 0.3
TRIES = 20
_AGE = re.compile(r"\b(?:\d+[ydhms])+\b|(?<=delay:)passed")
_SPACES = re.compile(r" {2,}")
STEPS = (weight(25), pause(), weight(50), pause("3s"), weight(75), pause())


@dataclass(frozen=True)
class Stage:
    """A namespace with rollouts; ``kubectl`` owns it, ``config`` is what the plugin is given."""

    namespace: str
    kubectl: Kubectl
    config: str = ""

    def create(self, *objects: JsonObject) -> None:
        given = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})
        self.kubectl("create", "-n", self.namespace, "-f", "-", given=given)

    def rollout(self, name: str) -> dict[str, Any]:
        return self.kubectl.json("get", "rollouts.argoproj.io", name, "-n", self.namespace)

    async def plugin(self, *arguments: str) -> str:
        """Run the plugin and return both of its outputs; an exit status is an answer too."""
        environment = {
            **self.kubectl.default,
            "KUBECONFIG": self.config or str(self.kubectl.kubeconfig),
            "HOME": str(self.kubectl.home),
        }
        process = await asyncio.create_subprocess_exec(
            "kubectl-argo-rollouts", "-n", self.namespace, *arguments, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        return (out + err).decode()

    async def until(self, name: str, done: Callable[[JsonObject], bool]) -> JsonObject:
        """Look again and again; what the controller does cannot be awaited."""
        async with asyncio.timeout(SECONDS):
            while not done(rollout := self.rollout(name)):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_EVERY_SECONDS)
        return rollout


@contextmanager
def opened(kubectl: Kubectl) -> Iterator[Stage]:
    """Make the namespace, and remove it afterwards."""
    stage = Stage(f"argo-{secrets.token_hex(3)}", kubectl)
    types = kubectl.answer("get", "crd", "rollouts.argoproj.io", "-o", "name")
    assert types, "these tests need Argo Rollouts with its controller"
    kubectl("create", "namespace", stage.namespace)
    try:
        yield stage
    finally:
        kubectl("delete", "namespace", stage.namespace, "--wait=false")


def is_at(phase: str, message: str = "", step: int | None = None) -> Callable[[JsonObject], bool]:
    """Wait for a phase of the present generation."""

    def done(rollout: JsonObject) -> bool:
        status = rollout.get("status") or {}
        seen = str(status.get("observedGeneration")) == str(rollout["metadata"]["generation"])
        unpausing = status.get("controllerPause") and not status.get("pauseConditions")
        at_step = step is None or status.get("currentStepIndex") == step
        told = status.get("phase") == phase and message in (status.get("message") or "")
        return bool(seen and told and at_step and not unpausing)

    return done


def without_ages(text: str) -> str:
    plain = "\n".join(line.rstrip() for line in text.rstrip("\n").split("\n"))
    return _SPACES.sub("  ", _AGE.sub("AGE", plain))


def first_part(description: str) -> str:
    """Return the plugin's part of what argo_describe says: its header and its tree."""
    head, tree, *_ = description.split("\n\n")
    return f"{head}\n\n{tree}"


@dataclass(frozen=True)
class Looks:
    """Compares status, tree and list of a rollout with the plugin's."""

    stage: Stage
    ask: Asking

    async def same(self, name: str) -> None:
        await self._check(
            ("get", "rollout", name, "--no-color"), "argo_describe", first_part, name=name
        )
        await self._check(("status", name, "--watch=false"), "argo_status", _first_lines, name=name)
        await self._check(("list", "rollouts"), "argo_list_rollouts", str)

    async def _check(
        self, words: Sequence[str], tool: str, ours: Callable[[str], str], **arguments: str
    ) -> None:
        for _ in range(TRIES):
            before = without_ages(await self.stage.plugin(*words))
            said: Said = await self.ask(tool, namespace=self.stage.namespace, **arguments)
            after = without_ages(await self.stage.plugin(*words))
            if before == after:
                assert not said.error, said.text
                assert without_ages(ours(said.text)) == _status(before)
                return
        raise AssertionError(f"{words}: never the same twice")


def _first_lines(status: str) -> str:
    first, second, *_ = status.split("\n")
    return f"{first}\n{second}" if first == "Degraded" else first


def _status(text: str) -> str:
    """Take the plugin's frame off the message of a degraded rollout."""
    return text.replace("Error: The rollout is in a degraded state with message: ", "")


def a_canary(name: str, **more: Any) -> JsonObject:
    return a_rollout(name, canary(*STEPS), real=True, replicas=4, **more)


def a_blue_green(name: str, **more: Any) -> Sequence[JsonObject]:
    services = [a_service(f"{name}-{side}", name) for side in ("active", "preview")]
    how = blue_green(name, scaleDownDelaySeconds=5, abortScaleDownDelaySeconds=5, **more)
    return [a_rollout(name, how, real=True), *services]
