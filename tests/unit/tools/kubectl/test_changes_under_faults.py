"""What each changing tool does and says when the answer does not come, or is a refusal.

A change is sent once. When its answer is lost, nobody can know whether it was made: the sentence
says so, names the object, how to look, and what it had before.
"""

from typing import Any

import pytest
import yaml

from sandbox import Cluster
from sandbox.cluster.faults import Fault
from tests.conftest import Call, Said
from tests.support.builders import a_config_map, a_deployment, a_namespace, an_object
from tests.support.changing import stored
from tests.support.rollouts import a_replica_set

WEB = {"namespace": "shop", "name": "web"}
MANIFESTS = yaml.safe_dump_all([a_config_map("a"), a_config_map(colour="red"), a_config_map("z")])
PATCH = '{"spec": {"replicas": 5, "paused": true}}'
LOOK = (
    'Check: k8s_get(resource_type="deployments.apps", name="web", namespace="shop", output="yaml")'
)
NODE = 'Check: k8s_get(resource_type="nodes", name="node-1", output="yaml")'
DEPLOYMENT = 'deployment "web" in namespace "shop" was changed'
# Tool, arguments, the request that changes, what is unknown, how to look, what there was before.
TOOLS: list[Any] = [
    pytest.param(
        "k8s_scale",
        {"resource_type": "deployment", "replicas": 5, **WEB},
        ("PATCH", "/web/scale$"),
        (DEPLOYMENT, LOOK, "before, it had spec.replicas 3 (5 asked for), resourceVersion "),
        id="scale",
    ),
    pytest.param(
        "k8s_patch",
        {"resource_type": "deployment", "patch": PATCH, **WEB},
        ("PATCH", "/web$"),
        (DEPLOYMENT, LOOK, "spec.replicas 3 (5 asked for), spec.paused not set (true asked for)"),
        id="patch",
    ),
    pytest.param(
        "k8s_set_image",
        {
            "resource_type": "deployment",
            "resource_name": "web",
            "namespace": "shop",
            "container_images": "web=shop/web:3",
        },
        ("PATCH", "/web$"),
        (DEPLOYMENT, LOOK, "spec.template.spec.containers[web].image shop/web:2, resourceVersion"),
        id="set_image",
    ),
    pytest.param(
        "k8s_label",
        {"resource_type": "deployment", "labels": {"app": "w"}, **WEB},
        ("PATCH", "/web$"),
        (DEPLOYMENT, LOOK, "before, it had metadata.labels.app web, resourceVersion "),
        id="label",
    ),
    pytest.param(
        "k8s_rollout_restart",
        WEB,
        ("PATCH", "/web$"),
        (DEPLOYMENT, LOOK, "kubectl.kubernetes.io/restartedAt not set, resourceVersion "),
        id="restart",
    ),
    pytest.param(
        "k8s_rollout_undo",
        {"resource_type": "deployment", **WEB},
        ("PATCH", "/web$"),
        (DEPLOYMENT, LOOK, "before, it had resourceVersion "),
        id="undo",
    ),
    pytest.param(
        "k8s_rollout_pause",
        WEB,
        ("PATCH", "/web$"),
        (DEPLOYMENT, LOOK, "before, it had spec.paused not set (true asked for), resourceVersion "),
        id="pause",
    ),
    pytest.param(
        "k8s_delete",
        {"resource_type": "deployment", **WEB},
        ("DELETE", "/web$"),
        (
            'deployment "web" in namespace "shop" was deleted',
            LOOK,
            "before, it had resourceVersion ",
        ),
        id="delete",
    ),
    pytest.param(
        "k8s_cordon",
        {"node_name": "node-1"},
        ("PATCH", "/node-1$"),
        ('node "node-1" was changed', NODE, "spec.unschedulable not set (true asked for)"),
        id="cordon",
    ),
    pytest.param(
        "k8s_uncordon",
        {"node_name": "node-2"},
        ("PATCH", "/node-2$"),
        ('node "node-2" was changed', NODE.replace("1", "2"), "spec.unschedulable true"),
        id="uncordon",
    ),
    pytest.param(
        "k8s_apply",
        {"content": MANIFESTS},
        ("PATCH", "/flags$"),
        (
            'configmap "flags" in namespace "shop" was created',
            'Check: k8s_get(resource_type="configmaps", name="flags", namespace="shop", ',
            "; it was not there before.",
        ),
        id="apply",
    ),
]
each_tool = pytest.mark.parametrize(("tool", "arguments", "change", "said"), TOOLS)


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    numbered = {"deployment.kubernetes.io/revision": "2"}
    web = a_deployment()
    web["metadata"]["annotations"] = numbered
    web["spec"]["template"]["spec"]["containers"][0]["image"] = "shop/web:2"
    deployment = cluster.store.create(web)
    for number in (1, 2):
        cluster.store.create(a_replica_set(deployment, number))
    cluster.store.create(an_object("v1", "Node", "node-1", None))
    cluster.store.create(an_object("v1", "Node", "node-2", None, spec={"unschedulable": True}))
    return cluster


def sent(cluster: Cluster, change: tuple[str, str]) -> int:
    method, path = change
    end = path.rstrip("$")
    return len([r for r in cluster.requests.changes if r.method == method and r.path.endswith(end)])


def is_unknown(answer: Said, said: tuple[str, str, str]) -> None:
    what, look, before = said
    assert answer.error
    assert f"it is unknown whether {what}. " in answer.text
    assert look in answer.text
    assert before in answer.text


@each_tool
async def test_a_connection_lost_before_the_answer_leaves_it_unknown(
    call: Call,
    shop: Cluster,
    tool: str,
    arguments: dict[str, Any],
    change: tuple[str, str],
    said: tuple[str, str, str],
) -> None:
    shop.faults.reset(change[1], times=None, method=change[0])
    answer = await call(tool, **arguments)
    assert "broke after the request was sent" in answer.text
    is_unknown(answer, said)
    assert sent(shop, change) == 1


@each_tool
async def test_an_answer_that_breaks_off_in_its_middle_leaves_it_unknown(
    call: Call,
    shop: Cluster,
    tool: str,
    arguments: dict[str, Any],
    change: tuple[str, str],
    said: tuple[str, str, str],
) -> None:
    """Here the change was made: so it was right not to send it again."""
    shop.faults.add(Fault("truncate", *change, times=None, after=20))
    answer = await call(tool, **arguments)
    is_unknown(answer, said)
    assert sent(shop, change) == 1


@each_tool
@pytest.mark.parametrize("code", [500, 503, 504])
async def test_a_fault_of_the_api_server_leaves_it_unknown(
    call: Call,
    shop: Cluster,
    tool: str,
    arguments: dict[str, Any],
    change: tuple[str, str],
    said: tuple[str, str, str],
    code: int,
) -> None:
    message = "etcdserver: request timed out"
    shop.faults.status(code, change[1], None, "InternalError", message, method=change[0])
    answer = await call(tool, **arguments)
    assert f"answered {code}: {message}: it is unknown" in answer.text
    is_unknown(answer, said)
    assert sent(shop, change) == 1


@each_tool
async def test_a_dry_run_whose_answer_is_lost_has_changed_nothing(
    call: Call,
    shop: Cluster,
    tool: str,
    arguments: dict[str, Any],
    change: tuple[str, str],
    said: tuple[str, str, str],
) -> None:
    shop.faults.reset(change[1], times=None, method=change[0])
    answer = await call(tool, **arguments, dry_run=True)
    assert "it was a dry run. Nothing was changed." in answer.text
    assert "unknown" not in answer.text
    assert shop.requests.changes == []


@each_tool
async def test_a_conflict_is_told_and_not_tried_again(
    call: Call,
    shop: Cluster,
    tool: str,
    arguments: dict[str, Any],
    change: tuple[str, str],
    said: tuple[str, str, str],
) -> None:
    why = "the object has been modified; please apply your changes to the latest version"
    shop.faults.status(409, change[1], None, "Conflict", why, method=change[0])
    answer = await call(tool, **arguments)
    assert answer.error
    assert why in answer.text
    assert "unknown" not in answer.text
    assert sent(shop, change) == 1


@each_tool
async def test_a_missing_right_is_told_with_what_the_tool_needs(
    call: Call,
    shop: Cluster,
    tool: str,
    arguments: dict[str, Any],
    change: tuple[str, str],
    said: tuple[str, str, str],
) -> None:
    why = 'x is forbidden: User "eve" cannot patch resource "x" in the namespace "shop"'
    shop.faults.status(403, change[1], None, "Forbidden", why, method=change[0])
    answer = await call(tool, **arguments)
    assert answer.error
    assert 'Not allowed: user "eve" lacks "patch" on "x" in namespace "shop".' in answer.text
    if tool != "k8s_apply":  # which goes on to tell of the other documents
        assert f"The tool {tool} needs " in answer.text
    assert sent(shop, change) == 1


@each_tool
async def test_too_many_requests_are_tried_again_when_a_time_is_given_for_it(
    call: Call,
    shop: Cluster,
    tool: str,
    arguments: dict[str, Any],
    change: tuple[str, str],
    said: tuple[str, str, str],
) -> None:
    """It was refused before it was looked at: sent again, it is carried out once."""
    shop.faults.too_many_requests(change[1], times=2, retry_after=1, method=change[0])
    answer = await call(tool, **arguments)
    assert not answer.error, answer.text
    assert sent(shop, change) == 3


@each_tool
async def test_too_many_requests_without_a_time_are_told(
    call: Call,
    shop: Cluster,
    tool: str,
    arguments: dict[str, Any],
    change: tuple[str, str],
    said: tuple[str, str, str],
) -> None:
    shop.faults.too_many_requests(change[1], times=None, retry_after=None, method=change[0])
    answer = await call(tool, **arguments)
    assert answer.error
    assert "asks to wait" in answer.text
    assert sent(shop, change) == 1


async def test_a_manifest_says_what_is_done_what_is_unknown_and_what_is_not_tried(
    call: Call, shop: Cluster
) -> None:
    shop.faults.add(Fault("truncate", "PATCH", "/flags$", after=20))
    answer = await call("k8s_apply", content=MANIFESTS)
    first, a, flags, z = answer.text.splitlines()
    assert first == "Applied 1 of 3 documents, then stopped."
    assert a == "  configmap/a      created"
    assert flags.startswith("  configmap/flags  unknown: The connection to the API server at ")
    assert z == "  configmap/z      not tried"
    assert stored(shop, "ConfigMap", "flags")["data"] == {"colour": "red"}


async def test_a_webhook_that_cannot_be_asked_leaves_nothing_unknown(
    call: Call, shop: Cluster
) -> None:
    why = 'Internal error occurred: failed calling webhook "policy.example.com": connection refused'
    shop.faults.status(500, "/web$", None, "InternalError", why, method="PATCH")
    answer = await call("k8s_rollout_restart", **WEB)
    assert answer.error
    assert why in answer.text
    assert "unknown" not in answer.text


async def test_an_object_that_the_server_names_is_looked_for_in_its_namespace(
    call: Call, shop: Cluster
) -> None:
    shop.faults.reset("/configmaps$", method="POST")
    content = "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: run-}"
    answer = await call("k8s_apply", content=content, namespace="shop")
    assert answer.text.endswith(
        "it is unknown whether a configmap was created. "
        'Check: k8s_get(resource_type="configmaps", namespace="shop").'
    )
    assert sent(shop, ("POST", "/configmaps")) == 1


async def test_a_secrets_former_values_are_not_repeated(call: Call, shop: Cluster) -> None:
    shop.store.create(an_object("v1", "Secret", "db", data={"password": "aHVudGVyMg=="}))
    shop.faults.reset("/db$", method="PATCH")
    asked = {"resource_type": "secret", "name": "db", "namespace": "shop"}
    answer = await call("k8s_patch", **asked, patch='{"data": {"password": "czNzYW1l"}}')
    assert "data.password <redacted 7 bytes, fingerprint " in answer.text
    assert "aHVudGVyMg" not in answer.text
    assert "czNzYW1l" not in answer.text
