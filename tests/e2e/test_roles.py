"""Each tool works as exactly what it says it needs, and names whichever permission is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Said
from tests.e2e.kubectl import Kubectl
from tests.e2e.roles.acting import Acting
from tests.e2e.roles.needed import ALL, TOOLS, Permission, is_wide
from tests.e2e.roles.scenes import SCENES
from tests.e2e.roles.stage import Stage, a_stage
from tests.e2e.roles.users import Users, users_of
from tools.toolsets import TOOLSETS

# A server's TLS connections end a moment after the test's loop has.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
MISSING = [(name, each) for name, permissions_ in ALL.items() for each in permissions_]


@pytest.fixture(scope="module")
def stage(admin: Kubectl) -> Iterator[Stage]:
    with a_stage(admin) as made:
        yield made


@pytest.fixture(scope="module")
def users(stage: Stage) -> Iterator[Users]:
    with users_of(stage, TOOLS, lacking=True) as made:
        yield made


@pytest.fixture
def acting_as(admin: Kubectl, stage: Stage, tmp_path: Path) -> Acting:
    return Acting(admin, stage, tmp_path)


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
