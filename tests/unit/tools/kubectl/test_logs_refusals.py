"""k8s_logs where there is no log: what is said instead, and what to ask next."""

from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_deployment, a_namespace, a_pod, an_object

JsonObject = dict[str, Any]
GONE = b"unable to retrieve container logs for containerd://153c95d7bceae5695ae23b7b1b8f4440"


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace("shop"))
    return cluster


def runs(
    cluster: Cluster, state: JsonObject | None = None, restarts: int = 0, **status: Any
) -> None:
    """Let pod "web" run on a node, its container in a state."""
    container = {"name": "web", "restartCount": restarts, "state": state or {"running": {}}}
    status = {"phase": "Running", "containerStatuses": [container], **status}
    init = [{"name": "migrate"}, {"name": "seed"}]
    spec = {
        "nodeName": "node-1",
        "initContainers": init if "initContainerStatuses" in status else [],
    }
    cluster.store.create(a_pod("web", spec=spec, status=status))


async def refused(call: Call, **arguments: Any) -> str:
    answer = await call("k8s_logs", **{"namespace": "shop", "pod_name": "web", **arguments})
    assert answer.error
    return answer.text


async def test_a_waiting_container_says_why_it_waits(call: Call, shop: Cluster) -> None:
    message = 'Back-off pulling image "shop/web:2".'
    runs(shop, {"waiting": {"reason": "ImagePullBackOff", "message": message}})
    assert await refused(call) == (
        'container "web" of pod "web" in namespace "shop" has no log: waiting to start: '
        'ImagePullBackOff: Back-off pulling image "shop/web:2".'
    )


async def test_a_container_that_ran_before_has_a_previous_log(call: Call, shop: Cluster) -> None:
    runs(shop, {"waiting": {"reason": "CreateContainerConfigError"}}, restarts=2)
    assert await refused(call) == (
        'container "web" of pod "web" in namespace "shop" has no log: waiting to start: '
        "CreateContainerConfigError. Its last run has a log: previous=true."
    )


async def test_the_init_container_that_all_wait_for_is_named(call: Call, shop: Cluster) -> None:
    done = {"name": "migrate", "state": {"terminated": {"exitCode": 0}}}
    failed = {"name": "seed", "state": {"terminated": {"exitCode": 1, "reason": "Error"}}}
    waiting = {"waiting": {"reason": "PodInitializing"}}
    runs(shop, waiting, initContainerStatuses=[done, failed])
    assert await refused(call) == (
        'container "web" of pod "web" in namespace "shop" has no log: waiting to start: '
        'PodInitializing. Init container "seed" comes first (terminated: Error): '
        'container_name="seed".'
    )


async def test_a_sidecar_that_has_started_holds_nothing_up(call: Call, shop: Cluster) -> None:
    sidecar = {"name": "migrate", "started": True, "state": {"running": {}}}
    itself = {"name": "seed", "state": {"waiting": {"reason": "PodInitializing"}}}
    runs(shop, initContainerStatuses=[sidecar, itself])
    assert await refused(call, container_name="seed") == (
        'container "seed" of pod "web" in namespace "shop" has no log: waiting to start: '
        "PodInitializing."
    )


async def test_a_pod_without_a_node_says_what_the_scheduler_says(call: Call, shop: Cluster) -> None:
    message = "0/3 nodes are available: 3 Insufficient memory."
    condition = {"type": "PodScheduled", "status": "False", "message": message}
    shop.store.create(a_pod("web", status={"phase": "Pending", "conditions": [condition]}))
    assert await refused(call) == (
        'pod "web" in namespace "shop" has no log: not scheduled yet: '
        "0/3 nodes are available: 3 Insufficient memory."
    )


async def test_without_a_previous_run_there_is_no_previous_log(call: Call, shop: Cluster) -> None:
    runs(shop)
    assert await refused(call, previous=True) == (
        'container "web" of pod "web" in namespace "shop" was never restarted: '
        "there is no previous log."
    )


async def test_a_previous_log_may_be_thrown_away(call: Call, shop: Cluster) -> None:
    runs(shop, restarts=3)
    assert await refused(call, previous=True) == (
        'The node keeps no previous log of container "web" of pod "web" in namespace "shop" '
        "any more."
    )


async def test_the_previous_log_is_given(call: Call, shop: Cluster) -> None:
    runs(shop, restarts=1)
    shop.logs.write("shop", "web", "web", "FATAL: no database")
    shop.logs.restart("shop", "web", "web")
    shop.logs.write("shop", "web", "web", "starting")
    answer = await call("k8s_logs", pod_name="web", namespace="shop", previous=True)
    assert answer.text == "FATAL: no database"


async def test_for_a_previous_log_that_is_gone_the_current_one_is_given(
    call: Call, shop: Cluster
) -> None:
    runs(shop, {"terminated": {"reason": "Error", "exitCode": 1}}, restarts=1)
    shop.logs.write("shop", "web", "web", "FATAL: no database")
    shop.faults.body(GONE, path="/pods/web/log$", content_type="text/plain")
    answer = await call("k8s_logs", pod_name="web", namespace="shop", previous=True)
    assert not answer.error
    assert answer.text == (
        "The node keeps no previous log: this is the current one.\nFATAL: no database"
    )
    previous, current = (r.query for r in shop.requests if r.path.endswith("/log"))
    assert (previous["previous"], current.get("previous")) == ("true", None)


async def test_a_current_log_may_be_gone_too(call: Call, shop: Cluster) -> None:
    runs(shop)
    shop.faults.body(GONE, path="/pods/web/log$", content_type="text/plain")
    assert await refused(call) == (
        'The log of container "web" of pod "web" in namespace "shop" is gone: '
        "the node keeps this container no longer."
    )


async def test_what_the_kubelet_refuses_otherwise_is_passed_on(call: Call, shop: Cluster) -> None:
    runs(shop)
    shop.faults.status(400, path="/pods/web/log$", message="failed to read log file")
    assert await refused(call) == "failed to read log file"


async def test_a_missing_permission_is_named(call: Call, shop: Cluster) -> None:
    runs(shop)
    message = (
        'pods "web" is forbidden: User "jane" cannot get resource "pods/log" in API group "" '
        'in the namespace "shop"'
    )
    shop.faults.status(403, path="/pods/web/log$", message=message)
    assert (await refused(call)).startswith(
        'Not allowed: user "jane" lacks "get" on "pods/log" in namespace "shop". '
        "The tool k8s_logs needs get and list on pods; get on pods/log"
    )


async def test_if_no_pod_has_a_log_the_answer_is_a_refusal(call: Call, shop: Cluster) -> None:
    for number in range(2):
        shop.store.create(a_pod(f"web-{number}", labels={"app": "web"}))
    assert await refused(call, pod_name="", label_selector="app=web") == (
        'pod "web-0" in namespace "shop" has no log: not scheduled yet: '
        "no scheduler has looked at it"
    )


async def test_a_missing_pod_is_refused_with_the_nearest_name(call: Call, shop: Cluster) -> None:
    runs(shop)
    assert await refused(call, pod_name="wbe") == (
        'pod "wbe" not found in namespace "shop". Did you mean "web"?'
    )


async def test_a_container_that_is_none_is_shown_on_one_line(call: Call, shop: Cluster) -> None:
    runs(shop)
    assert await refused(call, container_name="web\n") == (
        'container "web\\x0a" not found in pod "web" in namespace "shop". '
        'Did you mean "web"? It has: web.'
    )


async def test_a_workload_of_that_name_is_pointed_at(call: Call, shop: Cluster) -> None:
    shop.store.create(a_deployment("api"))
    assert await refused(call, pod_name="api") == (
        'pod "api" not found in namespace "shop". Did you mean pod_name="deployment/api"?'
    )


async def test_without_the_right_to_look_for_workloads_the_refusal_stands(
    call: Call, shop: Cluster
) -> None:
    shop.store.create(a_deployment("api"))
    shop.faults.status(403, path="/deployments", message="deployments is forbidden")
    assert await refused(call, pod_name="api") == 'pod "api" not found in namespace "shop".'


async def test_a_workload_without_pods_says_so(call: Call, shop: Cluster) -> None:
    shop.store.create(a_deployment("api", replicas=0))
    assert await refused(call, pod_name="deployment/api") == (
        'deployment "api" has no pods with the labels app=api in namespace "shop".'
    )
    assert await refused(call, pod_name="", label_selector="app=none") == (
        'There are no pods with the labels app=none in namespace "shop".'
    )


async def test_what_has_no_pods_of_its_own_is_refused(call: Call, shop: Cluster) -> None:
    shop.store.create(an_object("v1", "Service", "out", spec={"externalName": "example.com"}))
    assert await refused(call, pod_name="service/out") == 'service "out" selects no pods.'


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"pod_name": ""}, 'Give "pod_name" or "label_selector", one of them.'),
        ({"label_selector": "a=b"}, 'Give "pod_name" or "label_selector", one of them.'),
        (
            {"container_name": "web", "all_containers": True},
            'Give "container_name" or "all_containers", not both.',
        ),
        ({"num_lines": 0}, 'Argument "num_lines": "0" is too small; at least 1.'),
        ({"num_lines": 10_001}, 'Argument "num_lines": "10001" is too large; at most 10000.'),
        (
            {"since": "yesterday"},
            'Argument "since": "yesterday" is neither a duration (90s, 1h30m, 2d) '
            "nor a time (2026-11-20T09:00:00Z).",
        ),
        (
            {"pattern": "(?=x)"},
            'Argument "pattern" is not a regular expression that can be used: '
            "look-around, including look-ahead and look-behind, is not supported.",
        ),
        (
            {"pod_name": "--all"},
            'Argument "pod_name": "--all" is not a Kubernetes name '
            '(lower-case letters, digits, "-" and "."; one object per call).',
        ),
        (
            {"pod_name": "pod/web-cache-0 ; rm -rf /"},
            'Argument "pod_name": "pod/web-cache-0 ; rm -rf /" is not a Kubernetes name '
            '(lower-case letters, digits, "-" and "."; one object per call).',
        ),
        (
            {"pod_name": "pod/../secrets/db"},
            'Unknown resource type "pod/../secrets". Did you mean "pod"? '
            "k8s_api_resources lists all.",
        ),
    ],
)
async def test_wrong_arguments_are_refused_before_anything_is_read(
    call: Call, shop: Cluster, arguments: JsonObject, why: str
) -> None:
    assert await refused(call, **arguments) == why
    assert not [line for line in shop.requests.lines if "/namespaces/" in line]
