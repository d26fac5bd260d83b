"""k8s_wait ends when kubectl wait ends, and says what it says."""

import asyncio

import pytest
from fastmcp import Client

from tests.e2e.comparing import Parity
from tests.e2e.kubectl import Kubectl
from tests.e2e.shop import Shop
from tests.support.served import Served

MET = [
    ("pod/pair --for=condition=Ready", "pod", "pair", "Ready"),
    ("job/import --for=condition=Complete", "job", "import", "condition=Complete"),
    ("deployment/web --for=condition=Available", "deployment", "web", "Available"),
    (
        "pod/pair --for=jsonpath={.status.phase}=Running",
        *("pod", "pair", "jsonpath={.status.phase}=Running"),
    ),
]


@pytest.mark.parametrize(("command", "resource_type", "name", "condition"), MET)
async def test_a_condition_that_is_met_has_kubectls_sentence(
    parity: Parity, shop: Shop, command: str, resource_type: str, name: str, condition: str
) -> None:
    await parity.check(
        "k8s_wait",
        f"wait {command} -n {shop.namespace} --timeout=10s",
        resource_type=resource_type,
        name=name,
        condition=condition,
        namespace=shop.namespace,
    )


async def test_all_that_a_selector_selects_are_waited_for(parity: Parity, shop: Shop) -> None:
    await parity.check(
        "k8s_wait",
        f"wait pods -l app=orders-db --for=condition=Ready -n {shop.namespace} --timeout=10s",
        resource_type="pods",
        label_selector="app=orders-db",
        condition="Ready",
        namespace=shop.namespace,
    )


CHANGES = [("leaving", "delete"), ("coming", "create")]


@pytest.mark.parametrize(("name", "condition"), CHANGES)
async def test_what_happens_while_it_waits_ends_the_wait(
    server: Served, admin: Kubectl, shop: Shop, name: str, condition: str
) -> None:
    if condition == "delete":
        admin("create", "configmap", name, "-n", shop.tight)
    looks = asyncio.Event()

    async def progress(done: float, total: float | None, message: str | None) -> None:
        looks.set()

    async with Client(server.mcp, progress_handler=progress) as client:
        asked = {"resource_type": "configmap", "name": name, "namespace": shop.tight}
        wanted = {**asked, "condition": condition, "timeout_seconds": 60}
        waiting = asyncio.create_task(client.call_tool("k8s_wait", wanted))
        await looks.wait()
        await asyncio.to_thread(admin, condition, "configmap", name, "-n", shop.tight)
        answer = await waiting
    assert answer.content[0].text == f"configmap/{name} condition met"


async def test_a_wait_that_runs_out_says_what_is_missing(parity: Parity, shop: Shop) -> None:
    asked = ("wait", "pod/pending", "-n", shop.namespace, "--for=condition=Ready", "--timeout=1s")
    assert "timed out waiting for the condition on pods/pending" in parity.kubectl.refused(*asked)
    said = await parity.ask(
        "k8s_wait",
        resource_type="pod",
        name="pending",
        condition="Ready",
        namespace=shop.namespace,
        timeout_seconds=1,
    )
    assert (said.error, said.data["met"]) == (True, False)
    assert said.text.startswith("Ready not met after 1 s:\npod/pending: ")
