"""k8s_rollout_status and k8s_rollout_history say what kubectl rollout says."""

import json
import re

import pytest
from fastmcp import Client

from tests.e2e.comparing import Parity, require_same
from tests.e2e.kubectl import Kubectl
from tests.e2e.shop import Shop
from tests.support.served import Served

WORKLOADS = ["deployment/web", "statefulset/orders-db", "daemonset/agent"]


@pytest.mark.parametrize("workload", WORKLOADS)
async def test_a_finished_rollout_has_kubectls_sentence(
    parity: Parity, shop: Shop, workload: str
) -> None:
    resource_type, _, name = workload.partition("/")
    command = f"rollout status {workload} -n {shop.namespace} --timeout=20s"
    theirs, said = await parity.of(
        "k8s_rollout_status",
        command,
        name=name,
        resource_type=resource_type,
        namespace=shop.namespace,
    )
    assert (said.text, said.error) == (theirs.splitlines()[-1], False)


async def test_a_failed_rollout_has_kubectls_sentence_and_says_what_holds_it_up(
    parity: Parity, shop: Shop
) -> None:
    theirs = parity.kubectl.refused("rollout", "status", "deployment/catalog", "-n", shop.namespace)
    said = await parity.ask("k8s_rollout_status", name="catalog", namespace=shop.namespace)
    assert said.error
    assert said.text.startswith(theirs.removeprefix("error: ").strip())
    assert "localhost:1/there/is/no:such" in said.text


async def test_a_rollout_is_followed_to_its_end_and_tells_how_far_it_is(
    server: Served, admin: Kubectl, shop: Shop
) -> None:
    told: list[str] = []

    async def progress(done: float, total: float | None, message: str | None) -> None:
        told.append(message or "")

    image = admin(
        *("get", "pod", "pair", "-n", shop.namespace),
        *("-o", "jsonpath={.spec.containers[0].image}"),
    )
    probe = {"exec": {"command": ["true"]}, "initialDelaySeconds": 3, "periodSeconds": 1}
    container = {"name": "slow", "image": image, "command": ["sleep", "60"]}
    labels = {"app": "moving"}
    moving = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "moving", "namespace": shop.tight},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{**container, "readinessProbe": probe}]},
            },
        },
    }
    admin("create", "-f", "-", given=json.dumps(moving))
    async with Client(server.mcp, progress_handler=progress) as client:
        asked = {"name": "moving", "namespace": shop.tight, "wait_seconds": 60}
        answer = await client.call_tool("k8s_rollout_status", asked)
    admin("delete", "deployment/moving", "-n", shop.tight, "--wait=false")
    assert answer.content[0].text == 'deployment "moving" successfully rolled out'
    assert "1 of 1 updated, 0 available" in told


@pytest.mark.parametrize("workload", WORKLOADS)
async def test_a_history_is_kubectls_with_ages_and_images_beside_it(
    parity: Parity, shop: Shop, workload: str
) -> None:
    resource_type, _, name = workload.partition("/")
    await parity.check(
        "k8s_rollout_history",
        f"rollout history {workload} -n {shop.namespace}",
        theirs=without_margins,
        ours=first_two_columns,
        name=name,
        resource_type=resource_type,
        namespace=shop.namespace,
    )


def without_margins(text: str) -> str:
    """kubectl ends its lines with spaces."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def first_two_columns(text: str) -> str:
    """Cut what is added: AGE and IMAGES."""
    heading, header, *rows = text.splitlines()
    end = header.index("AGE")
    return without_margins("\n".join([heading, header[:end], *(row[:end] for row in rows)]))


def without_widths(text: str) -> str:
    """kubectl leaves its tabs as they are, we align them into columns."""
    return "\n".join(re.sub(r"\s+", " ", line.rstrip()) for line in text.strip().splitlines())


@pytest.mark.parametrize(
    ("workload", "revision"),
    [("deployment/web", 1), ("deployment/web", 3), ("sts/orders-db", 1), ("ds/agent", 1)],
)
async def test_one_revision_is_kubectls_text(
    parity: Parity, shop: Shop, workload: str, revision: int
) -> None:
    resource_type, _, name = workload.partition("/")
    theirs, said = await parity.of(
        "k8s_rollout_history",
        f"rollout history {workload} -n {shop.namespace} --revision={revision}",
        name=name,
        resource_type=resource_type,
        namespace=shop.namespace,
        revision=revision,
    )
    require_same(without_widths(said.text), without_widths(theirs))


async def test_a_revision_that_is_not_there_is_refused_with_those_that_are(
    parity: Parity, shop: Shop
) -> None:
    asked = ("rollout", "history", "deployment/web", "-n", shop.namespace, "--revision=9")
    assert "unable to find the specified revision" in parity.kubectl.refused(*asked)
    said = await parity.ask(
        "k8s_rollout_history",
        name="web",
        resource_type="deployment",
        namespace=shop.namespace,
        revision=9,
    )
    assert said.error
    assert "unable to find the specified revision 9; it has: 1, 2, 3." in said.text
