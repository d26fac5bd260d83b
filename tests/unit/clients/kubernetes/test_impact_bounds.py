"""What effects cost and what they do without: few reads, refusals told, never a fault."""

import json
from typing import Any

import pytest

from clients.kubernetes import ObjectRef
from clients.kubernetes.changes import Change
from clients.kubernetes.impact import caveats_of, effects_of
from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_deployment, a_namespace, an_object
from tests.support.story import effects, told
from tools.dependencies import Clients

JsonObject = dict[str, Any]
SHOP = {"namespace": "shop"}
LISTS = ("services", "endpointslices", "horizontalpodautoscalers")


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    return told(cluster)


def documents(many: int, image: str) -> str:
    """Write a manifest of workloads and what goes with them."""
    objects: list[JsonObject] = []
    for number in range(many // 2):
        workload = a_deployment(f"app-{number}")
        workload["spec"]["template"]["spec"]["containers"][0]["image"] = image
        port = {"port": 80, "targetPort": 8080}
        spec = {"selector": {"app": f"app-{number}"}, "ports": [port]}
        objects += [workload, an_object("v1", "Service", f"app-{number}", spec=spec)]
    return "\n---\n".join(json.dumps(each) for each in objects)


async def test_a_preview_of_fifty_documents_costs_less_than_twice_their_apply(
    call: Call, cluster: Cluster
) -> None:
    cluster.store.create(a_namespace())
    await call("k8s_apply", content=documents(50, "web:1"))
    cluster.requests.clear()
    preview = await call(
        "k8s_preview", tool="k8s_apply", arguments={"content": documents(50, "web:2")}
    )
    asked = cluster.requests.lines
    cluster.requests.clear()
    await call("k8s_apply", content=documents(50, "web:2"))
    assert preview.text.startswith("Would change 25 objects, leave 25 unchanged.")
    assert len(asked) <= len(cluster.requests) + 5
    assert [line for line in asked if "endpointslices" in line] == [
        "GET /apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"
    ]


async def test_reads_are_bounded_however_much_is_changed(call: Call, cluster: Cluster) -> None:
    cluster.store.create(a_namespace())
    await call("k8s_apply", content=documents(400, "web:1"))
    cluster.requests.clear()
    stopped = documents(400, "web:1").replace('"replicas": 3', '"replicas": 0')
    answer = await call("k8s_preview", tool="k8s_apply", arguments={"content": stopped})
    pods = [line for line in cluster.requests.lines if line.endswith("/pods")]
    assert 0 < len(pods) <= 80
    assert "Not visible: pods (not looked at: too many changes at once)." in " ".join(
        answer.text.split()
    )


async def test_what_may_not_be_read_is_told_once(call: Call, shop: Cluster) -> None:
    allow(shop, ["get", "patch"], ["deployments", "deployments/scale"])
    said = await effects(call, "k8s_scale", name="web", resource_type="deploy", replicas=0, **SHOP)
    assert said == [
        "Effect: Not visible: horizontalpodautoscalers, poddisruptionbudgets, pods (forbidden).",
        "! removes all 3 pods: none is left.",
    ]


def allow(cluster: Cluster, verbs: list[str], resources: list[str]) -> None:
    """Let the caller do so much and nothing else."""
    cluster.users.add(cluster.token, "jane")
    rules = [{"apiGroups": ["*"], "resources": resources, "verbs": verbs}]
    group = "rbac.authorization.k8s.io"
    cluster.store.create(an_object(f"{group}/v1", "ClusterRole", "jane", None, rules=rules))
    reference = {"apiGroup": group, "kind": "ClusterRole", "name": "jane"}
    subject = {"apiGroup": group, "kind": "User", "name": "jane"}
    cluster.store.create(
        an_object(
            f"{group}/v1", "ClusterRoleBinding", "jane", None, roleRef=reference, subjects=[subject]
        )
    )


async def test_a_change_is_told_as_done_though_nothing_beside_it_can_be_read(
    call: Call, shop: Cluster
) -> None:
    allow(shop, ["get", "patch"], ["deployments", "deployments/scale"])
    answer = await call("k8s_scale", name="web", resource_type="deploy", replicas=5, **SHOP)
    assert answer.text == "deployment.apps/web scaled: 3 → 5 replicas."


KINDS = [
    *(("apps/v1", kind) for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")),
    *(("batch/v1", kind) for kind in ("Job", "CronJob")),
    *(("v1", kind) for kind in ("Pod", "Service", "ConfigMap", "Secret", "Namespace", "Node")),
    *(("v1", kind) for kind in ("PersistentVolume", "PersistentVolumeClaim")),
    ("networking.k8s.io/v1", "Ingress"),
    ("policy/v1", "PodDisruptionBudget"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
]
ODD: list[Any] = [None, [], "text", 3, {"replicas": "many", "selector": [], "template": 1}]


@pytest.mark.parametrize(("api_version", "kind"), KINDS)
@pytest.mark.parametrize("odd", ODD, ids=map(str, range(len(ODD))))
async def test_objects_of_an_odd_shape_have_few_effects_and_no_faults(
    clients: Clients, api_version: str, kind: str, odd: Any
) -> None:
    reader = clients.kubernetes.reader
    resource = await reader.kind(api_version, kind)
    where = "default" if resource.namespaced else None
    plain = an_object(api_version, kind, "odd", where)
    strange = {**plain, "spec": odd, "data": odd, "status": odd, "subjects": odd}
    ref = ObjectRef(resource, "odd", where)
    changes = [
        Change("created", ref, None, strange),
        Change("changed", ref, plain, strange),
        Change("changed", ref, strange, plain),
        Change("deleted", ref, strange, None),
        Change("evicted", ref, strange, None),
    ]
    told_ = await effects_of(reader, changes)
    assert "unexpected shape" not in " ".join(each for said in told_ for each in said)
    assert list(await caveats_of(reader, changes)) == []
