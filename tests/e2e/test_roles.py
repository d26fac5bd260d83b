"""Each tool works as exactly what it says it needs, and names whichever permission is missing."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastmcp import Client

from mcp_server.app import create_app
from mcp_server.settings import Settings
from scripts import permissions
from tests.conftest import Said
from tests.e2e.kubectl import Kubectl
from tests.e2e.roles.scene import Call
from tests.e2e.roles.scenes import SCENES
from tests.e2e.roles.stage import Stage, a_stage
from tools.needs import Need, rbac_names
from tools.tool import PlatformTool
from tools.toolsets import TOOLSETS

# A server's TLS connections end a moment after the test's loop has.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
TOOLS = {tool.name: tool for toolset in TOOLSETS for tool in toolset if tool.name in SCENES}
RBAC = "rbac.authorization.k8s.io"
# The cluster gives these to everybody who is signed in; without them the server knows no types.
EVERYBODYS = "selfsubject"


@dataclass(frozen=True)
class Permission:
    """One verb on one resource of one group."""

    verb: str
    group: str
    resource: str

    def __str__(self) -> str:
        return f"{self.verb} {self.full}"

    @property
    def full(self) -> str:
        return f"{self.resource}.{self.group}" if self.group else self.resource


def needs_of(tool: PlatformTool) -> list[Need]:
    """Return what a tool needs, and what it borrows from the tool it calls."""
    borrowed = SCENES[tool.name].borrows
    return [*tool.needs, *(TOOLS[borrowed].needs if borrowed else ())]


def is_wide(need: Need) -> bool:
    return any(rbac_names(resource)[0] == "*" for resource in need.resources)


def needed(tool: PlatformTool) -> list[Permission]:
    """Return every single permission, the wide ones on what the scene touches."""
    narrow = [need for need in needs_of(tool) if not is_wide(need)]
    found = [
        Permission(verb, *rbac_names(resource))
        for need in (*narrow, *SCENES[tool.name].touched)
        for resource in need.resources
        for verb in need.verbs
    ]
    return list(dict.fromkeys(each for each in found if not each.resource.startswith(EVERYBODYS)))


ALL = {name: needed(tool) for name, tool in TOOLS.items()}
MISSING = [(name, each) for name, permissions_ in ALL.items() for each in permissions_]


@dataclass(frozen=True)
class Users:
    """Users by what they may do; nobody else has their names."""

    prefix: str

    def with_all_of(self, tool: str) -> str:
        return f"{self.prefix}:{tool}"

    def without(self, tool: str, missing: Permission) -> str:
        return f"{self.prefix}:{tool}:without:{missing}".replace(" ", ":").replace("/", ":")


@pytest.fixture(scope="module")
def stage(admin: Kubectl) -> Iterator[Stage]:
    with a_stage(admin) as made:
        yield made


@pytest.fixture(scope="module")
def users(admin: Kubectl, stage: Stage) -> Iterator[Users]:
    """One user for each tool, and one for each permission a tool can lack."""
    made = Users(stage.namespace)
    objects: list[dict[str, object]] = []
    for name, permissions_ in ALL.items():
        objects += a_role(stage, made.with_all_of(name), generated(TOOLS[name]))
        for missing in permissions_:
            left = [each for each in permissions_ if each != missing]
            objects += a_role(stage, made.without(name, missing), [rule(each) for each in left])
    listed = {"apiVersion": "v1", "kind": "List", "items": objects}
    admin("create", "-f", "-", given=json.dumps(listed))
    yield made
    kinds = "clusterroles,clusterrolebindings"
    admin("delete", kinds, "-l", f"stage={stage.namespace}", "--wait=false")


def generated(tool: PlatformTool) -> list[permissions.Rule]:
    """Return the rules that the chart grants for this tool alone."""
    return permissions.rules(permissions.granted(needs_of(tool)))


def rule(permission: Permission) -> permissions.Rule:
    group, resource = [permission.group], [permission.resource]
    return {"apiGroups": group, "resources": resource, "verbs": [permission.verb]}


def a_role(stage: Stage, user: str, rules: Sequence[permissions.Rule]) -> list[dict[str, object]]:
    metadata = {"name": user, "labels": {"stage": stage.namespace}}
    subject = {"kind": "User", "name": user, "apiGroup": RBAC}
    reference = {"kind": "ClusterRole", "name": user, "apiGroup": RBAC}
    kind = {"apiVersion": f"{RBAC}/v1", "metadata": metadata}
    return [
        {**kind, "kind": "ClusterRole", "rules": rules},
        {**kind, "kind": "ClusterRoleBinding", "roleRef": reference, "subjects": [subject]},
    ]


@pytest.fixture
def acting_as(admin: Kubectl, stage: Stage, tmp_path: Path) -> "Acting":
    return Acting(admin, stage, tmp_path)


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


def test_every_tool_has_a_scene_and_every_scene_a_tool() -> None:
    assert {tool.name for toolset in TOOLSETS for tool in toolset} == {*SCENES}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_scene_touches_whatever_a_wide_need_allows(tool: str) -> None:
    wide = {verb for need in TOOLS[tool].needs if is_wide(need) for verb in need.verbs}
    touched = {verb for need in SCENES[tool].touched for verb in need.verbs}
    assert wide <= touched or SCENES[tool].borrows


@pytest.mark.parametrize("tool", TOOLS)
async def test_a_tool_works_as_exactly_its_generated_role(
    acting_as: Acting, users: Users, tool: str
) -> None:
    gaps = [said for said in SCENES[tool].goes_on_without.values() if "(forbidden)" in said]
    for said in await acting_as(users.with_all_of(tool), tool):
        assert not [gap for gap in ("Not allowed", *gaps) if gap in said.text]
        assert not said.error or SCENES[tool].far, said.text


@pytest.mark.parametrize(
    ("tool", "missing"), MISSING, ids=[f"{name}-{missing}" for name, missing in MISSING]
)
async def test_a_tool_names_the_permission_it_lacks(
    acting_as: Acting, users: Users, stage: Stage, tool: str, missing: Permission
) -> None:
    def named(said: Said) -> bool:
        want, full = f'"{missing.verb}"', f'"{missing.full}"'
        return f"{want} on {full}" in said.text or f"{want} is missing on {full}" in said.text

    answers = await acting_as(users.without(tool, missing), tool, named)
    said = "\n".join(each.text for each in answers)
    if words := SCENES[tool].goes_on_without.get(str(missing)):
        assert words in said
        return
    assert named(answers[-1]), said
    where = ('in namespace "', "at the cluster scope")
    assert any(place in answers[-1].text for place in where), said
