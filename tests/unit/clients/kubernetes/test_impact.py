"""What follows from changes, in the story: pods, traffic, data, configuration, owners."""

import json
from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_config_map, an_object
from tests.support.story import effects, told

HPA = "! HorizontalPodAutoscaler web (min 2, max 4)"
NO_WEB = [
    "! Service web loses its last ready endpoint (3 now).",
    "! ingress shop: shop.example.com/ is then without a backend.",
]
HELM = "! managed by Helm release web-cache: the next helm upgrade reverts what the chart sets."
FINAL = "! cannot be undone."
SHOP = {"namespace": "shop"}
WEB = {"name": "web", "resource_type": "deployment", **SHOP}
SERVES = "! ingress shop serves shop.example.com now (5 ready endpoints)."
ORDERS = {"name": "orders-db", "resource_type": "statefulset", **SHOP}


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    return told(cluster)


def patch(target: dict[str, str], **spec: Any) -> tuple[str, dict[str, str]]:
    return "k8s_patch", {**target, "patch": json.dumps({"spec": spec})}


def image(name: str, kind: str) -> tuple[str, dict[str, str]]:
    given = {"resource_name": name, "resource_type": kind, "container_images": "*=shop/new:1"}
    return "k8s_set_image", {**given, **SHOP}


def strategy(**rolling: Any) -> dict[str, Any]:
    return {"strategy": {"rollingUpdate": rolling}}


NEW_TEMPLATE = {"metadata": {"annotations": {"a": "b"}}}
KEEPS = "Service web keeps its endpoints."
ROLLED = [
    (
        image("web", "deployment"),
        f"rolls 3 pods; at most 1 extra at a time, none unavailable. {KEEPS}",
    ),
    (
        patch(WEB, template=NEW_TEMPLATE, **strategy(maxSurge=0, maxUnavailable="50%")),
        f"rolls 3 pods; none extra at a time, at most 1 unavailable. {KEEPS}",
    ),
    (
        patch(WEB, template=NEW_TEMPLATE, **strategy(maxSurge="34%", maxUnavailable=1)),
        f"rolls 3 pods; at most 2 extra at a time and 1 unavailable. {KEEPS}",
    ),
    (
        patch(WEB, template=NEW_TEMPLATE, **strategy(maxUnavailable="100%")),
        "rolls 3 pods; at most 1 extra at a time and 3 unavailable. "
        "Service web may have no ready endpoint meanwhile (3 now).",
    ),
    (
        patch(WEB, template=NEW_TEMPLATE, paused=True),
        f"rolls nothing: it is paused, the new template waits until it is resumed. {KEEPS}",
    ),
    (
        ("k8s_rollout_restart", {"name": "web", **SHOP}),
        f"rolls 3 pods; at most 1 extra at a time, none unavailable. {KEEPS}",
    ),
    (
        image("orders-db", "statefulset"),
        "replaces 2 pods, one at a time, the last first. Service orders-db keeps its endpoints.",
    ),
    (
        patch(ORDERS, template=NEW_TEMPLATE, updateStrategy={"rollingUpdate": {"partition": 1}}),
        "replaces 1 pod, one at a time, the last first; partition 1 leaves the others as they are. "
        "Service orders-db keeps its endpoints.",
    ),
    (
        patch(ORDERS, template=NEW_TEMPLATE, updateStrategy={"rollingUpdate": {"partition": 5}}),
        "replaces no pod: partition 2 leaves all pods as they are. "
        "Service orders-db keeps its endpoints.",
    ),
    (
        patch(
            ORDERS,
            template=NEW_TEMPLATE,
            updateStrategy={"type": "OnDelete", "rollingUpdate": None},
        ),
        "replaces no pod by itself (OnDelete): each gets the change when deleted. "
        "Service orders-db keeps its endpoints.",
    ),
    (
        ("k8s_rollout_pause", {"name": "web", **SHOP}),
        "stops rolling out: further changes of the template wait until it is resumed.",
    ),
    (
        image("orders-cleanup", "cronjob"),
        'takes effect with the next run ("17 * * * *"); running jobs go on.',
    ),
    (
        patch({"name": "orders-cleanup", "resource_type": "cronjob", **SHOP}, suspend=True),
        "no run starts until it is resumed.",
    ),
    (("k8s_label", {**WEB, "labels": {"a": "b"}}), ""),
]


@pytest.mark.parametrize(("change", "expected"), ROLLED)
async def test_what_becomes_of_the_pods_is_said(
    call: Call, shop: Cluster, change: tuple[str, dict[str, str]], expected: str
) -> None:
    said = await effects(call, change[0], **change[1])
    assert said == ([f"Effect: {expected}"] if expected else [])


@pytest.mark.parametrize(
    ("replicas", "expected"),
    [
        (4, ["Effect: adds 1 pod.", f"{HPA} will go on setting replicas as its metrics ask."]),
        (6, ["Effect: adds 3 pods.", f"{HPA} will set replicas back to 4."]),
        (1, ["Effect: removes 2 of 3 pods.", f"{HPA} will set replicas back to 2."]),
        (
            0,
            [
                "! removes all 3 pods: none is left.",
                *NO_WEB,
                f"{HPA} stops working while replicas are 0.",
            ],
        ),
    ],
)
async def test_another_size_and_who_puts_it_back(
    call: Call, shop: Cluster, replicas: int, expected: list[str]
) -> None:
    assert await effects(call, "k8s_scale", **WEB, replicas=replicas) == expected


async def test_a_time_without_any_pod_is_a_caution(call: Call, shop: Cluster) -> None:
    tool, arguments = image("checkout", "deployment")
    assert await effects(call, tool, **arguments) == [
        "! stops all 3 pods and starts new ones after that: none runs in between."
    ]


async def test_a_new_size_comes_before_a_new_template(call: Call, shop: Cluster) -> None:
    tool, arguments = patch(WEB, replicas=5, template=NEW_TEMPLATE)
    said = await effects(call, tool, **arguments)
    assert said[0] == (
        "Effect: adds 2 pods, then rolls 5 pods; at most 2 extra at a time and 1 unavailable. "
        f"{KEEPS}"
    )


async def test_a_smaller_set_keeps_its_claims_and_says_which_budget_it_breaks(
    call: Call, shop: Cluster
) -> None:
    assert await effects(call, "k8s_scale", **ORDERS, replicas=1) == [
        "Effect: removes 1 of 2 pods. Keeps 1 claim (20 GiB) with the data.",
        "! PodDisruptionBudget orders-db asks for 2 healthy pods, this leaves 1; "
        "it does not hold it back.",
    ]


async def test_a_set_that_drops_its_claims_says_so(call: Call, shop: Cluster) -> None:
    policy = {"whenDeleted": "Delete", "whenScaled": "Delete"}
    stored = shop.store.get("apps", "statefulsets", "shop", "orders-db")
    assert stored is not None
    stored["spec"]["persistentVolumeClaimRetentionPolicy"] = policy
    shop.store.update(stored)
    said = await effects(call, "k8s_delete", **ORDERS)
    assert said[0] == "Effect: deletes 2 pods with it."
    assert (
        "! deletes 2 claims (40 GiB) with its pods, reclaim policy Delete: the data is lost."
    ) in said


DELETED = [
    (WEB, ["Effect: deletes 4 replicasets and 3 pods with it.", *NO_WEB, FINAL]),
    ({**WEB, "cascade": "orphan"}, ["Effect: leaves 4 replicasets without an owner.", FINAL]),
    (
        {"name": "orders-cleanup", "resource_type": "cronjob", **SHOP},
        ["Effect: deletes 3 jobs and 3 pods with it.", FINAL],
    ),
    (
        {"name": "web", "resource_type": "service", **SHOP},
        [
            "Effect: It has 3 ready endpoints now; its name and address stop answering.",
            NO_WEB[1],
            FINAL,
        ],
    ),
    ({"name": "shop", "resource_type": "ingress", **SHOP}, [SERVES, FINAL]),
    (
        {"name": "shop", "resource_type": "namespace"},
        [
            "Effect: deletes everything in it: 3 deployments, 2 statefulsets, 4 jobs, 1 cronjob, "
            "29 pods, 9 services, 4 configmaps, 10 secrets, 1 ingress, 2 widgets, 3 rollouts, "
            "3 analysistemplates, 3 analysisruns, 1 Helm release (web-cache).",
            "! 3 persistent volume claims (48 GiB), reclaim policy Delete: the data is lost.",
            SERVES,
            FINAL,
        ],
    ),
    (
        {"name": "data-orders-db-0", "resource_type": "pvc", **SHOP},
        [
            "Effect: It stays until these pods are gone: orders-db-0.",
            "! 20 GiB, reclaim policy Delete: the data is lost.",
            FINAL,
        ],
    ),
    (
        {"name": "db", "resource_type": "secret", **SHOP},
        [
            "! needed by deployment catalog, deployment checkout, statefulset orders-db and "
            "cronjob orders-cleanup: their new pods will not start.",
            FINAL,
        ],
    ),
    (
        {"name": "shop-tls", "resource_type": "secret", **SHOP},
        ["Effect: No workload here needs it.", "! ingress shop loses its certificate.", FINAL],
    ),
    (
        {"name": "widgets.example.com", "resource_type": "crd"},
        ["! deletes all 2 Widget objects, in every namespace.", FINAL],
    ),
    ({"name": "blue-widget", "resource_type": "widget", **SHOP}, [FINAL]),
]


@pytest.mark.parametrize(("target", "expected"), DELETED)
async def test_what_goes_with_a_deleted_object_is_said(
    call: Call, shop: Cluster, target: dict[str, str], expected: list[str]
) -> None:
    assert await effects(call, "k8s_delete", **target) == expected


async def test_a_volume_is_lost_or_kept_by_its_policy(call: Call, shop: Cluster) -> None:
    volume = shop.store.list("", "persistentvolumes", None)[0]
    said = await effects(call, "k8s_delete", name=volume["metadata"]["name"], resource_type="pv")
    claim = volume["spec"]["claimRef"]
    assert said == [
        f"Effect: It stays until its claim {claim['namespace']}/{claim['name']} is gone.",
        "! reclaim policy Delete: the data is lost.",
        FINAL,
    ]


async def test_a_pod_of_a_controller_comes_again(call: Call, shop: Cluster) -> None:
    pods = shop.store.list("", "pods", "shop")
    pod = next(each for each in pods if each["metadata"]["labels"]["app"] == "web")
    name, owner = pod["metadata"]["name"], pod["metadata"]["ownerReferences"][0]["name"]
    assert await effects(call, "k8s_delete", name=name, resource_type="pod", **SHOP) == [
        "Effect: Service web keeps 2 of 3 ready endpoints.",
        f"! Pod {name} is controlled by ReplicaSet {owner}: it makes another one.",
    ]


async def test_what_an_operator_made_goes_with_its_custom_resource(
    call: Call, shop: Cluster
) -> None:
    widget = shop.store.get("example.com", "widgets", "shop", "blue-widget")
    assert widget is not None
    owner = {"apiVersion": "example.com/v1", "kind": "Widget", "name": "blue-widget"}
    owner["uid"] = widget["metadata"]["uid"]
    shop.store.create(an_object("v1", "ConfigMap", "made", ownerReferences=[owner]))
    widget["metadata"]["finalizers"] = ["example.com/hold"]
    shop.store.update(widget)
    assert await effects(
        call, "k8s_delete", name="blue-widget", resource_type="widget", **SHOP
    ) == [
        "Effect: deletes 1 configmap with it. "
        "It stays until its finalizers are removed: example.com/hold.",
        FINAL,
    ]


CONFIGURED = [
    (
        "web-config",
        {"A": "b"},
        ["Effect: Read at start by deployment web: running pods keep the old values."],
    ),
    (
        "orders-db-config",
        {"a": "b"},
        [
            "Effect: Mounted by statefulset orders-db: "
            "files follow in about a minute (subPath: never)."
        ],
    ),
    ("kube-root-ca.crt", {"a": "b"}, ["Effect: No workload here refers to it."]),
]


@pytest.mark.parametrize(("name", "data", "expected"), CONFIGURED)
async def test_who_uses_a_config_map_is_said(
    call: Call, shop: Cluster, name: str, data: dict[str, str], expected: list[str]
) -> None:
    if shop.store.get("", "configmaps", "shop", name) is None:
        shop.store.create(a_config_map(name))
    target = {"name": name, "resource_type": "configmap", **SHOP}
    assert await effects(call, "k8s_patch", **target, patch=json.dumps({"data": data})) == expected


async def test_a_key_that_somebody_needs_is_missed(call: Call, shop: Cluster) -> None:
    patch_ = json.dumps({"data": {"password": None}})
    said = await effects(call, "k8s_patch", name="db", resource_type="secret", patch=patch_, **SHOP)
    assert "! statefulset orders-db needs key password: its new pods will not start." in said


OWNERS = [
    ({"labels": {"app.kubernetes.io/managed-by": "Helm"}}, []),
    (
        {
            "labels": {"app.kubernetes.io/managed-by": "Helm"},
            "annotations": {"meta.helm.sh/release-name": "shop"},
        },
        ["! managed by Helm release shop: the next helm upgrade reverts what the chart sets."],
    ),
    (
        {"labels": {"argocd.argoproj.io/instance": "shop"}},
        ["! managed by Argo CD application shop: its next sync reverts this."],
    ),
    (
        {"annotations": {"argocd.argoproj.io/tracking-id": "shop:/ConfigMap:shop/owned"}},
        ["! managed by Argo CD application shop: its next sync reverts this."],
    ),
    (
        {
            "labels": {
                "kustomize.toolkit.fluxcd.io/name": "apps",
                "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
            }
        },
        ["! managed by Flux Kustomization flux-system/apps: its next reconciliation reverts this."],
    ),
    (
        {"labels": {"helm.toolkit.fluxcd.io/name": "shop"}},
        ["! managed by Flux HelmRelease shop: its next reconciliation reverts this."],
    ),
]


@pytest.mark.parametrize(("metadata", "expected"), OWNERS)
async def test_who_keeps_an_object_as_it_was_is_said(
    call: Call, shop: Cluster, metadata: dict[str, Any], expected: list[str]
) -> None:
    shop.store.create(an_object("v1", "ConfigMap", "owned", data={"a": "b"}, **metadata))
    target = {"name": "owned", "resource_type": "configmap", **SHOP}
    said = await effects(call, "k8s_patch", **target, patch='{"data": {"a": "c"}}')
    assert said == ["Effect: No workload here refers to it.", *expected]


async def test_a_replica_set_is_put_back_by_its_deployment(call: Call, shop: Cluster) -> None:
    sets = shop.store.list("apps", "replicasets", "shop")
    name = next(
        each["metadata"]["name"]
        for each in sets
        if each["metadata"]["name"].startswith("web-") and each["spec"]["replicas"]
    )
    said = await effects(
        call, "k8s_scale", name=name, resource_type="replicaset", replicas=5, **SHOP
    )
    assert said == [
        "Effect: adds 2 pods.",
        f"! ReplicaSet {name} is controlled by Deployment web: it will put this back.",
    ]


async def test_after_the_call_only_what_undoes_it_is_said(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_scale", **WEB, replicas=5)
    assert answer.text == (
        "deployment.apps/web scaled: 3 → 5 replicas.\n"
        "Note: HorizontalPodAutoscaler web (min 2, max 4) will set replicas back to 4."
    )
    answer = await call("k8s_scale", name="web-cache", resource_type="sts", replicas=2, **SHOP)
    assert answer.text.splitlines()[1] == f"Note: {HELM.removeprefix('! ')}"


async def test_a_restart_is_nothing_that_helm_reverts(call: Call, shop: Cluster) -> None:
    said = await effects(call, "k8s_rollout_restart", name="statefulset/web-cache", **SHOP)
    assert said == [
        "Effect: replaces 1 pod, one at a time, the last first. "
        "Service web-cache may have no ready endpoint meanwhile (1 now)."
    ]


async def test_a_closed_node_keeps_its_pods(call: Call, shop: Cluster) -> None:
    said = await effects(call, "k8s_cordon", node_name="node-1")
    assert said == [
        "Effect: 15 pods on it stay; no new ones come. New pods then find 1 of 3 nodes."
    ]
