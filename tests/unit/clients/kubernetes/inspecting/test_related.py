"""What is read beside an object that is described, and what happens when it may not be."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from clients.kubernetes import Kubernetes, KubernetesReader, KubernetesSettings
from clients.kubernetes.configuration.config import ClusterSource
from clients.kubernetes.inspecting.related import related_to
from clients.kubernetes.inspecting.related_lists import backend_services, label_selector

JsonObject = dict[str, Any]

TYPES = {
    "v1": ("pods", "services", "events", "resourcequotas", "limitranges", "nodes"),
    "apps/v1": ("replicasets", "deployments"),
    "argoproj.io/v1alpha1": ("rollouts",),
    "discovery.k8s.io/v1": ("endpointslices",),
    "coordination.k8s.io/v1": ("leases",),
}
KINDS = {"replicasets": "ReplicaSet", "endpointslices": "EndpointSlice"}
CLUSTER_WIDE = ("nodes",)


class Api:
    """An API server that answers lists and objects by path, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, JsonObject | int] = {}
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        if request.path in ("/api", "/apis"):
            return web.json_response(discovery(core=request.path == "/api"))
        selectors = [request.query.get(key) for key in ("labelSelector", "fieldSelector")]
        self.asked.append(" ".join(filter(None, [request.path, *selectors])))
        answer = self.answers.get(request.path, {"items": []})
        if isinstance(answer, int):
            return web.json_response({"kind": "Status", "code": answer}, status=answer)
        return web.json_response(answer)


def discovery(*, core: bool) -> JsonObject:
    groups = {}
    for api_version, plurals in TYPES.items():
        group, _, version = api_version.rpartition("/")
        if core == (group == ""):
            resources = [resource(version, plural) for plural in plurals]
            groups[group] = [{"version": version, "resources": resources}]
    items = [{"metadata": {"name": name}, "versions": each} for name, each in groups.items()]
    return {"kind": "APIGroupDiscoveryList", "items": items}


def resource(version: str, plural: str) -> JsonObject:
    return {
        "resource": plural,
        "singularResource": plural.removesuffix("s"),
        "responseKind": {"kind": KINDS.get(plural, plural.removesuffix("s").capitalize())},
        "scope": "Cluster" if plural in CLUSTER_WIDE else "Namespaced",
        "verbs": ["get", "list"],
    }


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
async def kubernetes(api: Api, tmp_path: Path) -> AsyncIterator[KubernetesReader]:
    app = web.Application()
    app.router.add_get("/{path:.*}", api.answer)
    async with TestServer(app) as server:
        kubeconfig = tmp_path / "kubeconfig"
        kubeconfig.write_text(json.dumps(kubeconfig_for(str(server.make_url("")))))
        client = Kubernetes(KubernetesSettings(ClusterSource(kubeconfig=str(kubeconfig))))
        yield client.reader
        await client.close()


def kubeconfig_for(server: str) -> JsonObject:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        "clusters": [{"name": "test", "cluster": {"server": server}}],
        "users": [{"name": "test", "user": {"token": "token"}}],
    }


def an_object(
    api_version: str,
    kind: str,
    name: str = "web",
    *,
    owner: JsonObject | None = None,
    **fields: Any,
) -> JsonObject:
    metadata: JsonObject = {"name": name, "namespace": "shop", "uid": f"uid-of-{name}"}
    if owner:
        reference = {key: owner[key] for key in ("apiVersion", "kind")}
        reference |= {key: owner["metadata"][key] for key in ("name", "uid")}
        metadata["ownerReferences"] = [reference | {"controller": True}]
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def a_pod(name: str = "web", **metadata: Any) -> JsonObject:
    pod = an_object("v1", "Pod", name)
    return {**pod, "metadata": pod["metadata"] | metadata}


def a_node() -> JsonObject:
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1", "uid": "node-uid"}}


SELECTOR = {"selector": {"matchLabels": {"app": "web"}}}


async def test_a_deployment_needs_its_replica_sets(api: Api, kubernetes: KubernetesReader):
    replica_set = an_object("apps/v1", "ReplicaSet", "web-1")
    api.answers["/apis/apps/v1/namespaces/shop/replicasets"] = {"items": [replica_set]}
    related = await related_to(kubernetes, an_object("apps/v1", "Deployment", spec=SELECTOR))
    assert related.objects == {"replicasets": [replica_set]}
    assert "/apis/apps/v1/namespaces/shop/replicasets app=web" in api.asked


@pytest.mark.parametrize("kind", ["ReplicaSet", "StatefulSet", "DaemonSet"])
async def test_other_workloads_need_their_pods(kind: str, api: Api, kubernetes: KubernetesReader):
    api.answers["/api/v1/namespaces/shop/pods"] = {"items": [a_pod("web-1")]}
    related = await related_to(kubernetes, an_object("apps/v1", kind, spec=SELECTOR))
    assert [pod["metadata"]["name"] for pod in related.objects["pods"]] == ["web-1"]
    assert "/api/v1/namespaces/shop/pods app=web" in api.asked


@pytest.mark.parametrize(
    ("obj", "asked"),
    [
        (
            an_object("v1", "ReplicationController", spec={"selector": {"app": "web"}}),
            ["/api/v1/namespaces/shop/pods app=web"],
        ),
        (
            an_object("v1", "Service", spec={}),
            [
                "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"
                " kubernetes.io/service-name in (web)"
            ],
        ),
        (an_object("v1", "PersistentVolumeClaim", spec={}), ["/api/v1/namespaces/shop/pods"]),
        (an_object("batch/v1", "Job", spec=SELECTOR), []),
        (an_object("example.com/v1", "Widget"), []),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
async def test_each_kind_reads_what_its_description_needs(
    obj: JsonObject, asked: list[str], api: Api, kubernetes: KubernetesReader
):
    await related_to(kubernetes, obj, with_events=False)
    assert api.asked == asked


async def test_an_ingress_needs_the_services_it_leads_to(api: Api, kubernetes: KubernetesReader):
    paths = [{"backend": {"service": {"name": name}}} for name in ("web", "api", "web")]
    spec = {"rules": [{"http": {"paths": paths}}, {"host": "empty"}]}
    ingress = an_object("networking.k8s.io/v1", "Ingress", spec=spec)
    await related_to(kubernetes, ingress, with_events=False)
    assert sorted(api.asked) == [
        "/api/v1/namespaces/shop/services metadata.name=api",
        "/api/v1/namespaces/shop/services metadata.name=web",
        "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"
        " kubernetes.io/service-name in (api,web)",
    ]


async def test_an_ingress_that_leads_nowhere_needs_nothing(api: Api, kubernetes: KubernetesReader):
    spec = {"defaultBackend": {"resource": {"kind": "Bucket", "name": "static"}}}
    ingress = an_object("networking.k8s.io/v1", "Ingress", spec=spec)
    await related_to(kubernetes, ingress, with_events=False)
    assert api.asked == []


async def test_a_namespace_needs_its_quotas_and_limits_and_has_no_events(
    api: Api, kubernetes: KubernetesReader
):
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    related = await related_to(kubernetes, namespace)
    assert related.objects == {"resourcequotas": [], "limitranges": []}
    assert related.events is None


async def test_a_node_needs_its_running_pods_and_its_lease(api: Api, kubernetes: KubernetesReader):
    related = await related_to(kubernetes, a_node(), with_events=False)
    assert sorted(api.asked) == [
        "/api/v1/pods spec.nodeName=node-1,status.phase!=Succeeded,status.phase!=Failed",
        "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases metadata.name=node-1",
    ]
    # resource.k8s.io is not served here, of which kubectl says nothing either
    assert related.unseen == {}


EVENTS = "/api/v1/namespaces/shop/events "


@pytest.mark.parametrize(
    ("obj", "asked"),
    [
        (
            an_object("example.com/v1", "Widget"),
            [
                f"{EVENTS}involvedObject.name=web,involvedObject.namespace=shop,"
                "involvedObject.kind=Widget,involvedObject.uid=uid-of-web"
            ],
        ),
        (
            a_pod(),
            [
                f"{EVENTS}involvedObject.name=web,involvedObject.namespace=shop,"
                "involvedObject.uid=uid-of-web"
            ],
        ),
        (
            a_pod(annotations={"kubernetes.io/config.mirror": "static-uid"}),
            [
                f"{EVENTS}involvedObject.name=web,involvedObject.namespace=shop,"
                "involvedObject.uid=static-uid"
            ],
        ),
        (
            a_node(),
            [
                "/api/v1/events involvedObject.name=node-1,involvedObject.namespace=,"
                f"involvedObject.kind=Node,involvedObject.uid={uid}"
                for uid in ("node-uid", "node-1")
            ],
        ),
    ],
    ids=["any kind", "a pod, without its kind", "a static pod", "a node, by uid and by name"],
)
async def test_events_are_asked_for_as_kubectl_does(
    obj: JsonObject, asked: list[str], api: Api, kubernetes: KubernetesReader
):
    await related_to(kubernetes, obj)
    assert sorted(path for path in api.asked if "/events" in path) == sorted(asked)


async def test_the_two_event_lists_of_a_node_are_joined(api: Api, kubernetes: KubernetesReader):
    api.answers["/api/v1/events"] = {"items": [{"reason": "Rebooted"}]}
    related = await related_to(kubernetes, a_node())
    assert related.events is not None
    assert [event["reason"] for event in related.events] == ["Rebooted", "Rebooted"]


async def test_events_can_be_left_out(api: Api, kubernetes: KubernetesReader):
    related = await related_to(kubernetes, a_pod(), with_events=False)
    assert (related.events, api.asked) == (None, [])


async def test_what_may_not_be_seen_is_noted_and_the_rest_is_read(
    api: Api, kubernetes: KubernetesReader
):
    api.answers["/api/v1/pods"] = 403
    api.answers["/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"] = 404
    related = await related_to(kubernetes, a_node())
    assert related.unseen == {"pods": "forbidden", "leases": "not served here"}
    assert related.objects == {}
    assert related.events == []


async def test_a_list_that_is_too_long_says_how_much_of_it_was_read(
    api: Api, kubernetes: KubernetesReader
):
    page = {"items": [{"metadata": {"name": "x"}}] * 250, "metadata": {"continue": "more"}}
    api.answers["/apis/apps/v1/namespaces/shop/replicasets"] = page
    related = await related_to(kubernetes, an_object("apps/v1", "Deployment", spec=SELECTOR))
    assert related.unseen == {"replicasets": "only 500 were read"}
    assert len(related.objects["replicasets"]) == 500


ROLLOUT = an_object("argoproj.io/v1alpha1", "Rollout", "web")
DEPLOYMENT = an_object("apps/v1", "Deployment", "web", owner=ROLLOUT)
REPLICA_SET = an_object("apps/v1", "ReplicaSet", "web-1", owner=DEPLOYMENT)
POD = an_object("v1", "Pod", "web-1-x", owner=REPLICA_SET)
PATHS = {
    "/apis/apps/v1/namespaces/shop/replicasets/web-1": REPLICA_SET,
    "/apis/apps/v1/namespaces/shop/deployments/web": DEPLOYMENT,
    "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/web": ROLLOUT,
}


def chain(owners: Any) -> list[str]:
    return [f"{owner['kind']}/{owner['metadata']['name']}" for owner in owners]


async def test_controllers_are_followed_upwards(api: Api, kubernetes: KubernetesReader):
    api.answers |= PATHS
    related = await related_to(kubernetes, POD)
    whole = ["ReplicaSet/web-1", "Deployment/web", "Rollout/web"]
    assert chain(related.objects["owners"]) == whole


@pytest.mark.parametrize(
    "answer",
    [403, 404, {**DEPLOYMENT, "metadata": {**DEPLOYMENT["metadata"], "uid": "another"}}],
    ids=["forbidden", "gone", "another one of this name"],
)
async def test_an_owner_that_cannot_be_read_is_named_and_ends_the_chain(
    answer: Any, api: Api, kubernetes: KubernetesReader
):
    api.answers |= PATHS | {"/apis/apps/v1/namespaces/shop/deployments/web": answer}
    related = await related_to(kubernetes, POD)
    assert chain(related.objects["owners"]) == ["ReplicaSet/web-1", "Deployment/web"]
    assert related.unseen == {}


async def test_a_ring_of_owners_comes_to_an_end(api: Api, kubernetes: KubernetesReader):
    ring = an_object("apps/v1", "ReplicaSet", "ring")
    ring = an_object("apps/v1", "ReplicaSet", "ring", owner=ring)
    api.answers["/apis/apps/v1/namespaces/shop/replicasets/ring"] = ring
    related = await related_to(kubernetes, an_object("v1", "Pod", owner=ring))
    assert len(related.objects["owners"]) == 5


async def test_an_owner_of_an_unknown_type_is_named(api: Api, kubernetes: KubernetesReader):
    unknown = an_object("example.com/v1", "Mystery", "x")
    related = await related_to(kubernetes, an_object("v1", "Pod", owner=unknown))
    assert chain(related.objects["owners"]) == ["Mystery/x"]


def test_a_label_selector_is_written_as_the_api_reads_it():
    expressions = [
        {"key": "tier", "operator": "In", "values": ["front", "edge"]},
        {"key": "zone", "operator": "NotIn", "values": ["b"]},
        {"key": "owner", "operator": "Exists"},
        {"key": "canary", "operator": "DoesNotExist"},
    ]
    selector = {"matchLabels": {"app": "web"}, "matchExpressions": expressions}
    written = "app=web,tier in (front,edge),zone notin (b),owner,!canary"
    assert label_selector(selector) == written
    assert label_selector({}) == ""


def test_the_services_of_an_ingress_are_named_once():
    web_backend = {"service": {"name": "web"}}
    spec = {
        "defaultBackend": {"service": {"name": "fallback"}},
        "rules": [{"http": {"paths": [{"backend": web_backend}, {"backend": web_backend}]}}, {}],
    }
    assert backend_services(spec) == ["fallback", "web"]
