"""k8s_logs prints what kubectl logs prints: of the same container, with the same notices."""

from typing import Any

import pytest

from tests.e2e.comparing import Parity
from tests.e2e.shop import Shop

FORMS = [
    ("pair", {"pod_name": "pair"}),
    ("pair -c second", {"pod_name": "pair", "container_name": "second"}),
    ("pair --timestamps", {"pod_name": "pair", "timestamps": True}),
    ("pair --since=5s", {"pod_name": "pair", "since": "5s"}),
    ("deployment/several", {"pod_name": "deployment/several"}),
    ("deploy/several --tail=2", {"pod_name": "deploy/several", "num_lines": 2}),
    ("deployment/several -c setup", {"pod_name": "deployment/several", "container_name": "setup"}),
    ("deployment/web", {"pod_name": "deployment/web"}),
    ("service/web", {"pod_name": "service/web"}),
    ("sts/orders-db", {"pod_name": "sts/orders-db"}),
    ("job/import", {"pod_name": "job/import"}),
    ("job/failing --timestamps", {"pod_name": "job/failing", "timestamps": True}),
    ("deployment/checkout", {"pod_name": "deployment/checkout"}),
    ("-l app=failing", {"label_selector": "app=failing"}),
]


@pytest.mark.parametrize(("command", "arguments"), FORMS, ids=[form[0] for form in FORMS])
async def test_logs_are_kubectls(
    parity: Parity, shop: Shop, command: str, arguments: dict[str, Any]
) -> None:
    await parity.check(
        "k8s_logs",
        f"logs {command} -n {shop.namespace}",
        ours=without_footer,
        namespace=shop.namespace,
        **arguments,
    )


MERGED = [
    ("pair --all-containers --prefix", {"pod_name": "pair", "all_containers": True}),
    (
        "deployment/several --all-containers --prefix",
        {"pod_name": "deployment/several", "all_containers": True},
    ),
    ("-l app=web --prefix", {"label_selector": "app=web"}),
    ("-l app=import --prefix --timestamps", {"label_selector": "app=import", "timestamps": True}),
    ("deployment/web --all-pods --prefix", {"pod_name": "deployment/web", "all_pods": True}),
]


@pytest.mark.parametrize(("command", "arguments"), MERGED, ids=[form[0] for form in MERGED])
async def test_several_streams_are_kubectls_lines_merged_by_time(
    parity: Parity, shop: Shop, command: str, arguments: dict[str, Any]
) -> None:
    """kubectl prints one stream after the other."""
    await parity.check(
        "k8s_logs",
        f"logs {command} -n {shop.namespace}",
        theirs=in_any_order,
        ours=in_any_order,
        namespace=shop.namespace,
        **arguments,
    )


def without_footer(text: str) -> str:
    """What was left out, and how to get it, is said below; that there is nothing, in words."""
    lines = text.split("\n")
    if lines[-1].startswith(("…", "No lines since", "The log is empty")):
        lines.pop()
    return "\n".join(lines)


def in_any_order(text: str) -> str:
    """Sort the lines of streams; how many pods were found is said of several pods at once."""
    return "\n".join(sorted(line for line in text.split("\n") if line.startswith("[")))


async def test_the_run_before_a_crash_is_told_whatever_state_the_container_is_in(
    parity: Parity, shop: Shop
) -> None:
    said = await parity.ask(
        "k8s_logs", pod_name="deployment/checkout", namespace=shop.namespace, previous=True
    )
    assert not said.error
    assert "FATAL: no payment provider" in said.text
    assert "unable to retrieve container logs" not in said.text


async def test_a_pattern_keeps_what_matches(parity: Parity, shop: Shop) -> None:
    said = await parity.ask(
        "k8s_logs", pod_name="deployment/several", namespace=shop.namespace, pattern="line [24]"
    )
    assert said.text == 'line 2\nline 4\n… "line [24]" matches 2 of 5 lines.'


async def test_a_container_that_is_not_there_is_refused_with_those_that_are(
    parity: Parity, shop: Shop
) -> None:
    theirs = parity.kubectl.refused("logs", "pair", "-n", shop.namespace, "-c", "nope")
    said = await parity.ask(
        "k8s_logs", pod_name="pair", namespace=shop.namespace, container_name="nope"
    )
    assert said.error
    assert "first" in said.text
    assert "second" in said.text
    assert "container nope is not valid for pod pair" in theirs


async def test_a_pod_without_a_node_has_no_log_and_says_why(parity: Parity, shop: Shop) -> None:
    said = await parity.ask("k8s_logs", pod_name="pending", namespace=shop.namespace)
    assert "not scheduled" in said.text
