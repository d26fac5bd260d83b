"""k8s_wait and wait_for_x_seconds, against the simulated cluster."""

import asyncio
from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_config_map, a_namespace, a_pod, an_object
from tests.support.rollouts import a_workload, available, looks, watched

WEB = {"app": "web"}


def a_pod_that_is(ready: str, name: str = "web", **more: Any) -> dict[str, Any]:
    why = {"reason": "ContainersNotReady"} if ready == "False" else {}
    conditions = [{"type": "Ready", "status": ready, **why}]
    return a_pod(name, labels=WEB, status={"phase": "Running", "conditions": conditions}, **more)


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    return cluster


@pytest.mark.parametrize("condition", ["Ready", "condition=ready", "condition=Ready=True"])
async def test_a_condition_that_is_met_is_said_in_kubectls_words(
    call: Call, shop: Cluster, condition: str
) -> None:
    shop.store.create(a_pod_that_is("True"))
    answer = await call(
        "k8s_wait", resource_type="pods", name="web", namespace="shop", condition=condition
    )
    assert (answer.text, answer.data["met"]) == ("pod/web condition met", True)
    assert not answer.error


async def test_objects_that_come_meanwhile_are_waited_for_too(call: Call, shop: Cluster) -> None:
    shop.store.create(a_pod_that_is("False"))

    async def goes_on() -> None:
        await watched(shop)
        shop.store.create(a_pod_that_is("False", "web-2"))
        shop.store.update(a_pod_that_is("True"))
        shop.store.update(a_pod_that_is("True", "web-2"))

    arguments = {"namespace": "shop", "label_selector": "app=web", "condition": "Ready"}
    answer, _ = await asyncio.gather(call("k8s_wait", resource_type="po", **arguments), goes_on())
    assert answer.text == "pod/web condition met\npod/web-2 condition met"


async def test_at_the_deadline_each_unmet_object_says_what_it_lacks(
    call: Call, shop: Cluster
) -> None:
    shop.store.create(a_pod_that_is("True"))
    shop.store.create(a_pod_that_is("False", "web-2"))
    shop.store.create(a_pod("web-3", labels=WEB, status={"phase": "Pending"}))
    answer = await call(
        "k8s_wait",
        resource_type="pods",
        label_selector="app=web",
        namespace="shop",
        condition="Ready",
        timeout_seconds=1,
    )
    assert answer.error
    assert answer.text == (
        "Ready not met after 1 s (1 of 3 met):\n"
        "pod/web-2: Ready is False (ContainersNotReady)\n"
        "pod/web-3: has no condition Ready (it has: none)"
    )


async def test_an_api_server_that_is_gone_at_the_deadline_is_said_to_be(
    call: Call, shop: Cluster
) -> None:
    shop.store.create(a_pod_that_is("False"))

    async def gone() -> None:
        await watched(shop)
        shop.faults.hold("/pods$", times=None)

    arguments = {"resource_type": "pod/web", "namespace": "shop", "condition": "Ready"}
    answer, _ = await asyncio.gather(call("k8s_wait", timeout_seconds=1, **arguments), gone())
    assert answer.error
    assert answer.text == (
        "The API server did not answer for the last 2 s: this is what was last seen.\n"
        "Ready not met after 1 s:\n"
        "pod/web: Ready is False (ContainersNotReady)"
    )


def may_only(cluster: Cluster, *verbs: str) -> None:
    """Let whoever signs in do no more than this, with everything."""
    cluster.users.add(cluster.token, "jane")
    group = "rbac.authorization.k8s.io"
    rules = [{"apiGroups": ["*"], "resources": ["*"], "verbs": [*verbs]}]
    cluster.store.create(an_object(f"{group}/v1", "ClusterRole", "jane", None, rules=rules))
    reference = {"apiGroup": group, "kind": "ClusterRole", "name": "jane"}
    subject = {"apiGroup": group, "kind": "User", "name": "jane"}
    cluster.store.create(
        an_object(
            f"{group}/v1", "ClusterRoleBinding", "jane", None, roleRef=reference, subjects=[subject]
        )
    )


async def test_who_may_not_watch_waits_all_the_same(call: Call, shop: Cluster) -> None:
    shop.store.create(a_pod_that_is("False"))
    may_only(shop, "get", "list")

    async def ready() -> None:
        await watched(shop)
        shop.store.update(a_pod_that_is("True"))

    arguments = {"resource_type": "pod/web", "namespace": "shop", "condition": "Ready"}
    answer, _ = await asyncio.gather(call("k8s_wait", timeout_seconds=1, **arguments), ready())
    assert (answer.text, answer.error) == ("pod/web condition met", False)


async def test_a_deletion_is_over_when_what_was_there_at_first_is_gone(
    call: Call, shop: Cluster
) -> None:
    for name in ("web", "web-2"):
        shop.store.create(a_pod_that_is("True", name))

    async def replaced() -> None:
        await watched(shop)
        shop.store.delete("", "pods", "shop", "web")
        shop.store.create(a_pod_that_is("True"))
        shop.store.delete("", "pods", "shop", "web-2")

    arguments = {"namespace": "shop", "label_selector": "app=web", "condition": "delete"}
    answer, _ = await asyncio.gather(call("k8s_wait", resource_type="po", **arguments), replaced())
    assert answer.text == "pod/web condition met\npod/web-2 condition met"
    assert looks(shop, "pods") == 1


async def test_a_deletion_that_does_not_come_is_explained(call: Call, shop: Cluster) -> None:
    shop.store.create(a_pod_that_is("True"))
    answer = await call(
        "k8s_wait",
        resource_type="pod/web",
        namespace="shop",
        condition="delete",
        timeout_seconds=0,
    )
    assert answer.text == "delete not met:\npod/web: is there; nobody has deleted it"


async def test_nothing_to_delete_is_no_error(call: Call, shop: Cluster) -> None:
    answer = await call(
        "k8s_wait", resource_type="pod", name="web", namespace="shop", condition="delete"
    )
    assert answer.text == "pod/web is not there: nothing to wait for."
    assert not answer.error


async def test_what_is_not_there_yet_can_be_waited_for(call: Call, shop: Cluster) -> None:
    async def made() -> None:
        await watched(shop)
        shop.store.create(a_config_map("flags", "shop"))

    answer, _ = await asyncio.gather(
        call("k8s_wait", resource_type="cm/flags", namespace="shop", condition="create"), made()
    )
    assert answer.text == "configmap/flags condition met"


async def test_what_is_never_made_is_said_not_to_be_there(call: Call, shop: Cluster) -> None:
    answer = await call(
        "k8s_wait",
        resource_type="cm/flags",
        namespace="shop",
        condition="create",
        timeout_seconds=0,
    )
    assert (answer.text, answer.error) == ("create not met: configmap/flags is not there.", True)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ("jsonpath={.status.phase}=Running", "pod/web condition met"),
        (
            "jsonpath='{.status.conditions[?(@.type==\"Ready\")].status}'=True",
            "pod/web condition met",
        ),
        ("jsonpath={.status.phase}", "pod/web condition met"),
        (
            "jsonpath={.status.phase}=Failed",
            'jsonpath={.status.phase}=Failed not met:\npod/web: is "Running"',
        ),
        (
            "jsonpath={.status.podIP}",
            "jsonpath={.status.podIP} not met:\npod/web: the path leads to nothing",
        ),
        (
            "jsonpath={.metadata.labels}=x",
            "jsonpath={.metadata.labels}=x cannot be met:\n"
            "pod/web: the path leads to an object or a list",
        ),
    ],
)
async def test_a_field_is_compared_as_kubectl_compares_it(
    call: Call, shop: Cluster, condition: str, text: str
) -> None:
    shop.store.create(a_pod_that_is("True"))
    answer = await call(
        "k8s_wait",
        resource_type="pod/web",
        namespace="shop",
        condition=condition,
        timeout_seconds=0,
    )
    assert answer.text == text


async def test_a_rollout_is_waited_for(call: Call, shop: Cluster) -> None:
    shop.store.create(a_workload(status=available(2)))

    async def finished() -> None:
        await watched(shop)
        shop.store.update(a_workload(status=available(3)))

    answer, _ = await asyncio.gather(
        call("k8s_wait", resource_type="deploy/web", namespace="shop", condition="rollout"),
        finished(),
    )
    assert answer.text == "deployment.apps/web condition met"


async def test_a_job_that_has_failed_ends_the_wait_for_its_completion(
    call: Call, shop: Cluster
) -> None:
    failed = {"type": "Failed", "status": "True", "message": "Job has reached its backoff limit"}
    shop.store.create(an_object("batch/v1", "Job", "report", status={"conditions": [failed]}))
    answer = await call(
        "k8s_wait",
        resource_type="job/report",
        namespace="shop",
        condition="complete",
        timeout_seconds=280,
    )
    assert answer.text == (
        "complete cannot be met:\n"
        "job.batch/report: has ended: Failed: Job has reached its backoff limit"
    )


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (
            {"resource_type": "pod/wbe", "condition": "Ready"},
            'pod "wbe" not found in namespace "shop". Did you mean "web"?',
        ),
        (
            {"resource_type": "pods", "label_selector": "a=b", "condition": "Ready"},
            'No pods match the selection in namespace "shop".',
        ),
        (
            {"resource_type": "pods", "condition": "Ready"},
            "Say what to wait for: name, or label_selector.",
        ),
        (
            {"resource_type": "pods,services", "name": "web", "condition": "Ready"},
            "Wait for objects of one type at a time.",
        ),
        (
            {"resource_type": "pod/web", "condition": "rollout"},
            "Only deployments, statefulsets and daemonsets roll out.",
        ),
        (
            {"resource_type": "pod/web", "condition": "ready or not"},
            'Argument "condition": accepted: a condition type (Ready, Available=false), delete, '
            "create, rollout or jsonpath={.status.phase}=Running.",
        ),
        (
            {"resource_type": "pod/web", "condition": "jsonpath={.status.phase}="},
            'Argument "condition": jsonpath needs a value after the equal sign.',
        ),
        (
            {"resource_type": "pods", "name": "web,metadata.namespace=x", "condition": "Ready"},
            'Argument "name": "web,metadata.namespace=x" is not a Kubernetes name (lower-case '
            'letters, digits, "-" and "."; one object per call).',
        ),
    ],
)
async def test_what_cannot_be_waited_for_is_refused(
    call: Call, shop: Cluster, arguments: dict[str, str], refusal: str
) -> None:
    shop.store.create(a_pod_that_is("True"))
    answer = await call("k8s_wait", namespace="shop", **arguments)
    assert (answer.text, answer.error) == (refusal, True)


async def test_waiting_no_time_is_over_at_once(call: Call) -> None:
    assert (await call("wait_for_x_seconds", seconds=0)).text == "Waited for 0 seconds."


async def test_more_time_than_a_call_may_take_is_refused(call: Call) -> None:
    answer = await call("wait_for_x_seconds", seconds=281)
    refusal = 'Argument "seconds": "281" is too large; at most 280.'
    assert (answer.text, answer.error) == (refusal, True)
