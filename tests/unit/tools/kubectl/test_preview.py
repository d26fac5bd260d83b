"""k8s_preview: what it foretells is what the call then does, and it does nothing itself."""

import pytest

from sandbox import Cluster
from sandbox.controllers import Controllers
from tests.conftest import Call
from tests.support.builders import a_config_map, a_pod
from tests.support.escaping import ESCAPES
from tests.support.foretelling import Foretelling, foretold, foretold_paths, shown
from tests.support.preview_cases import CASES, Case
from tools.changing import ChangingTool
from tools.dependencies import Clients, Writing
from tools.toolset import REGISTERED, Toolset

OWN = "preview-own"


@pytest.fixture
def foretelling(clients: Clients) -> Foretelling:
    return Foretelling(clients)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.is_) for case in CASES])
async def test_the_preview_of_a_change_equals_what_the_call_then_does(
    foretelling: Foretelling, cluster: Cluster, case: Case
) -> None:
    named = case.named("default", OWN)
    controllers = Controllers(cluster.store, heartbeats=False)

    async def settle() -> None:
        controllers.settle()

    await foretelling.give(named, settle)
    controllers.close()
    stored = everything(cluster)
    plan = await foretelling.plan(named)
    before = await foretelling.state("default", OWN, plan)
    assert everything(cluster) == stored
    assert plan.changes

    await foretelling.make(named)
    after = await foretelling.state("default", OWN, plan)
    assert after == foretold(before, plan)
    assert shown(before, after) == foretold_paths(before, plan)


def everything(cluster: Cluster) -> list[object]:
    return [item for _, item in cluster.store.everything()]


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a tool that goes behind its writer's back, and writes while it is previewed."""
    broken = Toolset("k8s")

    @broken.destroy("Wrong", needs=[])
    async def k8s_wrong(writing: Writing, number: int) -> str:
        """Send what must not be sent."""
        await writing._session.json(ESCAPES[number].request("default"))
        return "sent"

    [tool] = broken
    del REGISTERED[tool.name]  # registered for the length of this test only
    monkeypatch.setitem(REGISTERED, "k8s_wrong", tool)
    return "k8s_wrong"


@pytest.mark.parametrize("number", range(len(ESCAPES)), ids=[each.is_ for each in ESCAPES])
async def test_a_wrong_tool_cannot_write_through_a_preview(
    call: Call, cluster: Cluster, wrong: str, number: int
) -> None:
    for each in (a_config_map("victim", "default"), a_pod("victim", "default")):
        cluster.store.create(each)
    before = everything(cluster)
    answer = await call("k8s_preview", tool=wrong, arguments={"number": number})
    escape = ESCAPES[number].request("default")
    sent = f"{escape.method} {escape.path}"
    assert answer.error
    assert answer.text == f"A preview tried to send {sent}; nothing was sent."
    assert sent not in cluster.requests.lines
    assert everything(cluster) == before


def test_every_tool_that_changes_objects_is_in_the_table() -> None:
    changing = {name for name, tool in REGISTERED.items() if isinstance(tool, ChangingTool)}
    in_kubernetes = {name for name in changing if name.startswith("k8s_")}
    # What runs or opens something can only be named, not tried.
    assert in_kubernetes - {case.tool for case in CASES} <= {
        "k8s_exec",
        "k8s_drain",
        "k8s_port_forward",
        "k8s_port_forward_stop",
    }
