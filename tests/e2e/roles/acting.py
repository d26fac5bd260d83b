"""A tool called as one of the users."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from fastmcp import Client

from mcp_server.app import create_app
from mcp_server.settings import Settings
from tests.conftest import Said
from tests.e2e.kubectl import Kubectl
from tests.e2e.roles.scene import Call
from tests.e2e.roles.scenes import SCENES
from tests.e2e.roles.stage import Stage


@dataclass(frozen=True)
class Acting:
    """Runs a scene through a server whose identity is one of the users."""

    admin: Kubectl
    stage: Stage
    folder: Path

    async def __call__(
        self,
        user: str,
        tool: str,
        until: Callable[[Said], bool] = lambda _: False,
        calls: Sequence[Call] = (),
    ) -> list[Said]:
        """Return the answers, the last one being that which was looked for."""
        scene = SCENES[tool]
        scene.prepare(self.stage)
        answers: list[Said] = []
        async with scene.beside(self.stage) as beside:
            settings = {**beside.settings, "kubeconfig": str(self._kubeconfig(user))}
            async with Client(create_app(Settings.model_validate(settings))) as client:
                for call in calls or scene.calls:
                    filled = self._filled(call, beside.words)
                    answer = await client.call_tool(tool, filled, raise_on_error=False)
                    answers.append(Said(answer.content[0].text, answer.is_error, {}))
                    if until(answers[-1]):
                        break
        return answers

    def _filled(self, call: Call, words: Mapping[str, str]) -> dict[str, Any]:
        text = json.dumps(call)
        for word, meant in {**self.stage.words, **words}.items():
            text = text.replace(word, meant)
        filled: dict[str, Any] = json.loads(text)
        return filled

    def _kubeconfig(self, user: str) -> Path:
        config = yaml.safe_load(self.admin.kubeconfig.read_text())
        for each in config["users"]:
            each["user"]["as"] = user
        for each in config["contexts"]:
            each["context"]["namespace"] = self.stage.namespace
        file = self.folder / "kubeconfig"
        file.write_text(yaml.safe_dump(config))
        return file
