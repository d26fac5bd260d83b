"""k8s_logs: one container or many, the newest lines, within bounds."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import NOW, Call
from tests.support.builders import a_deployment, a_namespace, a_pod, an_object

MORE = 'for others: num_lines=, since="10m", pattern="(?i)error"'
BEHIND = "earlier ones are behind a very long line and cannot be read."


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace("shop"))
    return cluster


def runs(cluster: Cluster, name: str = "web", **parts: Any) -> None:
    """Let a pod run on a node."""
    spec = {"nodeName": "node-1", **parts.pop("spec", {})}
    status = {"phase": "Running", **parts.pop("status", {})}
    cluster.store.create(a_pod(name, spec=spec, status=status, **parts))


def writes(
    cluster: Cluster, *lines: str, pod: str = "web", container: str = "web", ago: float = 0
) -> None:
    moment = NOW - timedelta(seconds=ago)
    cluster.logs.write("shop", pod, container, "\n".join(lines), moment)


def asked(cluster: Cluster) -> list[dict[str, str]]:
    """Return the queries of the requests for logs."""
    return [request.query for request in cluster.requests if request.path.endswith("/log")]


async def test_the_log_of_the_only_container_is_given_as_it_is(call: Call, shop: Cluster) -> None:
    runs(shop)
    writes(shop, "starting", "", "  listening on :8080")
    answer = await call("k8s_logs", pod_name="web", namespace="shop")
    assert answer.text == "starting\n\n  listening on :8080"
    assert not answer.error
    assert asked(shop) == [{"container": "web", "tailLines": "51", "limitBytes": "1048576"}]


async def test_the_namespace_of_the_context_is_the_default(call: Call, cluster: Cluster) -> None:
    cluster.store.create(a_pod("web", "default", spec={"nodeName": "node-1"}))
    cluster.logs.write("default", "web", "web", "here")
    assert (await call("k8s_logs", pod_name="web")).text == "here"


async def test_the_last_lines_are_given_and_that_there_are_more(call: Call, shop: Cluster) -> None:
    runs(shop)
    writes(shop, *map(str, range(100)))
    answer = await call("k8s_logs", pod_name="web", namespace="shop", num_lines=2)
    assert answer.text == f"98\n99\n… the last 2 lines; {MORE}"
    answer = await call("k8s_logs", pod_name="web", namespace="shop", num_lines=100)
    assert answer.text.splitlines()[-1] == "99"


async def test_the_default_container_is_said_as_kubectl_says_it(call: Call, shop: Cluster) -> None:
    containers = [{"name": "web"}, {"name": "side"}]
    runs(shop, containers=containers, spec={"initContainers": [{"name": "init"}]})
    writes(shop, "from web")
    answer = await call("k8s_logs", pod_name="web", namespace="shop")
    assert answer.text == 'Defaulted container "web" out of: web, side, init (init)\nfrom web'


async def test_all_containers_are_merged_by_time_with_prefixes(call: Call, shop: Cluster) -> None:
    containers = [{"name": "web"}, {"name": "side"}]
    runs(shop, containers=containers, spec={"initContainers": [{"name": "init"}]})
    writes(shop, "second", container="init", ago=20)
    writes(shop, "fourth", container="web", ago=5)
    writes(shop, "first", container="side", ago=30)
    writes(shop, "third", container="side", ago=10)
    answer = await call("k8s_logs", pod_name="web", namespace="shop", all_containers=True)
    assert answer.text == (
        "[pod/web/side] first\n[pod/web/init] second\n[pod/web/side] third\n[pod/web/web] fourth"
    )


async def test_timestamps_are_shown_on_demand(call: Call, shop: Cluster) -> None:
    runs(shop)
    writes(shop, "hello")
    answer = await call("k8s_logs", pod_name="web", namespace="shop", timestamps=True)
    assert answer.text == "2026-11-20T12:00:00.000000000Z hello"


@pytest.mark.parametrize(
    ("since", "sent"),
    [
        ("10m", {"sinceSeconds": "600"}),
        ("1d", {"sinceSeconds": "86400"}),
        ("400ms", {"sinceSeconds": "1"}),
        ("1.5s", {"sinceSeconds": "2"}),
        ("0", {}),
        ("2026-11-20T12:30:00+01:00", {"sinceTime": "2026-11-20T11:30:00Z"}),
    ],
)
async def test_since_is_a_duration_or_a_moment(
    call: Call, shop: Cluster, since: str, sent: dict[str, str]
) -> None:
    runs(shop)
    await call("k8s_logs", pod_name="web", namespace="shop", since=since)
    [query] = asked(shop)
    assert {key: query[key] for key in query if key.startswith("since")} == sent


async def test_an_empty_log_is_said_to_be_empty(call: Call, shop: Cluster) -> None:
    runs(shop)
    answer = await call("k8s_logs", pod_name="web", namespace="shop")
    assert (answer.text, answer.error) == ("The log is empty.", False)
    writes(shop, "old", ago=600)
    answer = await call("k8s_logs", pod_name="web", namespace="shop", since="5m")
    assert (answer.text, answer.error) == ("No lines since 5m.", False)


async def test_a_pattern_picks_lines_out_of_a_larger_window(call: Call, shop: Cluster) -> None:
    runs(shop)
    writes(shop, "ERROR first", *["fine"] * 200, "error second", *["fine"] * 200, "Error third")
    arguments = {"pod_name": "web", "namespace": "shop", "pattern": "(?i)^error"}
    answer = await call("k8s_logs", **arguments, num_lines=2)
    assert answer.text == (
        'error second\nError third\n… "(?i)^error" matches 3 of 403 lines, the last 2 shown.'
    )
    assert asked(shop) == [{"container": "web", "tailLines": "10000", "limitBytes": "4194304"}]
    answer = await call("k8s_logs", **{**arguments, "pattern": "fatal"})
    assert answer.text == '… "fatal" matches 0 of 403 lines.'


async def test_a_pattern_is_matched_behind_the_timestamp(call: Call, shop: Cluster) -> None:
    runs(shop)
    writes(shop, "ERROR 1", "2026 ERROR 2")
    answer = await call(
        "k8s_logs", pod_name="web", namespace="shop", pattern="^ERROR", timestamps=True
    )
    assert answer.text.splitlines()[0] == "2026-11-20T12:00:00.000000000Z ERROR 1"


async def test_a_pattern_cannot_find_what_is_masked(call: Call, shop: Cluster) -> None:
    runs(shop)
    writes(shop, "password=hunter2")
    answer = await call("k8s_logs", pod_name="web", namespace="shop", pattern="hunter")
    assert answer.text == '… "hunter" matches 0 of 1 line.'


async def test_of_a_window_that_does_not_fit_the_end_is_read(call: Call, shop: Cluster) -> None:
    runs(shop)
    writes(shop, *(f"{number} {'x ' * 500}" for number in range(5_000)))
    answer = await call("k8s_logs", pod_name="web", namespace="shop", num_lines=4_000)
    lines = answer.text.splitlines()
    assert lines[-2].startswith("4999 ")
    assert lines[-1] == f"… the last {len(lines) - 1} lines; {MORE}"
    assert 90_000 < len(answer.text) <= 100_000
    assert answer.data["truncated"] is True
    assert [query["tailLines"] for query in asked(shop)] == ["4001", "937"]


async def test_one_endless_line_is_cut_and_the_lines_after_it_stay(
    call: Call, shop: Cluster
) -> None:
    runs(shop)
    writes(shop, "before", "<" + "=" * 5_000_000, "after")
    answer = await call("k8s_logs", pod_name="web", namespace="shop")
    assert answer.text == f"after\n… the last 1 line; {BEHIND}"
    cut = "<" + "=" * 8_191 + "… [line cut after 8,192 characters]"
    writes(shop, *["<" + "=" * 5_000_000] * 3)
    answer = await call("k8s_logs", pod_name="web", namespace="shop")
    assert answer.text == f"{cut}\n… the last 1 line; {BEHIND}"


async def test_a_search_says_that_an_endless_line_ends_it(call: Call, shop: Cluster) -> None:
    runs(shop)
    writes(shop, "an error", "<" + "=" * 5_000_000, "after")
    answer = await call("k8s_logs", pod_name="web", namespace="shop", pattern="error")
    assert answer.text == (
        '… "error" matches 0 of the last 1 line. '
        "Earlier ones are behind a very long line and cannot be read."
    )


async def test_bytes_escapes_and_credentials_never_reach_the_answer(
    call: Call, shop: Cluster
) -> None:
    runs(shop)
    shop.logs.write("shop", "web", "web", b"\x1b[31mred\x1b[0m \xff password=hunter2")
    answer = await call("k8s_logs", pod_name="web", namespace="shop")
    assert answer.text == "red � password=<redacted>"


@pytest.fixture
def workload(shop: Cluster) -> Cluster:
    """A deployment of three pods: the second is ready, the third has no node."""
    shop.store.create(a_deployment("web"))
    shop.store.create(an_object("v1", "Service", "front", spec={"selector": {"app": "web"}}))
    labels = {"app": "web"}
    ready = [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-11-20T11:00:00Z"}]
    runs(shop, "web-1", labels=labels)
    runs(shop, "web-2", labels=labels, status={"conditions": ready})
    shop.store.create(a_pod("web-3", labels=labels))
    writes(shop, "from one", "again", pod="web-1", ago=10)
    writes(shop, "from two", pod="web-2", ago=5)
    return shop


@pytest.mark.parametrize("name", ["deployment/web", "deploy/web", "service/front", "svc/front"])
async def test_of_a_workload_kubectls_choice_of_a_pod_is_read(
    call: Call, workload: Cluster, name: str
) -> None:
    answer = await call("k8s_logs", pod_name=name, namespace="shop")
    assert answer.text == "Found 3 pods, using pod/web-2\nfrom two"


async def test_a_pod_can_be_named_with_its_type(call: Call, workload: Cluster) -> None:
    assert (await call("k8s_logs", pod_name="pod/web-2", namespace="shop")).text == "from two"


@pytest.mark.parametrize(
    "arguments", [{"pod_name": "deploy/web", "all_pods": True}, {"label_selector": "app=web"}]
)
async def test_all_pods_are_merged_and_one_without_a_log_says_so(
    call: Call, workload: Cluster, arguments: dict[str, Any]
) -> None:
    answer = await call("k8s_logs", namespace="shop", num_lines=1, **arguments)
    assert answer.text == (
        '[pod/web-3/web] pod "web-3" in namespace "shop" has no log: not scheduled yet: '
        "no scheduler has looked at it\n"
        "[pod/web-1/web] again\n"
        "[pod/web-2/web] from two\n"
        f"… the last 2 lines; {MORE}"
    )
    assert not answer.error


async def test_ten_pods_are_the_most_and_the_others_are_named(call: Call, shop: Cluster) -> None:
    for number in range(17):
        name = f"web-{number:02}"
        runs(shop, name, labels={"app": "web"})
        writes(shop, "hello", pod=name)
    answer = await call("k8s_logs", label_selector="app=web", namespace="shop")
    first, *lines = answer.text.splitlines()
    assert first == (
        "Found 17 pods, reading 10; left out: web-10, web-11, web-12, web-13, web-14, …"
    )
    assert lines == [f"[pod/web-{number:02}/web] hello" for number in range(10)]


async def test_twenty_containers_are_the_most(call: Call, shop: Cluster) -> None:
    runs(shop, containers=[{"name": f"c{number:02}"} for number in range(22)])
    writes(shop, "hello", container="c00")
    answer = await call("k8s_logs", pod_name="web", namespace="shop", all_containers=True)
    assert answer.text == (
        "Left out, 20 containers are the most: [pod/web/c20], [pod/web/c21]\n[pod/web/c00] hello"
    )
    assert len(asked(shop)) == 20


async def test_pods_without_the_named_container_are_left_out(call: Call, shop: Cluster) -> None:
    labels = {"app": "web"}
    runs(shop, "web-1", labels=labels, containers=[{"name": "web"}, {"name": "side"}])
    runs(shop, "web-2", labels=labels)
    writes(shop, "hello", pod="web-1", container="side")
    arguments = {"label_selector": "app=web", "namespace": "shop"}
    answer = await call("k8s_logs", **arguments, container_name="side")
    assert answer.text == 'Left out: pod "web-2" has no container "side"\nhello'
    answer = await call("k8s_logs", **arguments, container_name="nope")
    assert answer.text == 'None of these pods has a container "nope".'
    assert answer.error
