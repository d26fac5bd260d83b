"""What the API server sees of the tools: only reads, under our own name, and few of them."""

import json
from typing import Any

import pytest
from fastmcp import Client

from tests.e2e.audit import AuditLog
from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.e2e.shop import Shop
from tests.support.served import Served

READS = ("get", "list", "watch")
REVIEWS = ("selfsubjectreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews")
STILL = "configmaps,secrets,services,ingresses,roles,rolebindings,serviceaccounts,"
STILL += "networkpolicies,cronjobs,limitranges"


@pytest.fixture
def user(shop: Shop) -> str:
    return f"system:serviceaccount:{shop.namespace}:server"


def every_read(shop: Shop) -> dict[str, list[dict[str, Any]]]:
    """Say how each reading tool is called; a new one has to be added here."""
    here = {"namespace": shop.namespace}
    return {
        "k8s_get": [
            {"resource_type": "all", **here},
            {"resource_type": "pods", "all_namespaces": True, "sort_by": ".metadata.name"},
            {"resource_type": "secrets", "namespace": shop.vault, "output": "yaml"},
        ],
        "k8s_describe": [
            {"resource_type": kind, "name": "web", **here}
            for kind in ("deployment", "service", "ingress", "hpa", "pdb")
        ],
        "k8s_logs": [
            {"pod_name": "deployment/checkout", "previous": True, **here},
            {"label_selector": "app=web", "pattern": "serving", **here},
        ],
        "k8s_top_pods": [{**here}],
        "k8s_top_nodes": [{}],
        "k8s_cluster_info": [{}],
        "k8s_rollout_status": [{"name": "web", **here}],
        "k8s_rollout_history": [{"name": "web", "resource_type": "deployment", **here}],
        "k8s_events": [{"for_object": "deployment/checkout", **here}],
        "k8s_wait": [{"resource_type": "pod", "name": "pair", "condition": "Ready", **here}],
        "k8s_api_resources": [{}, {"explain": "pod.spec"}],
        "k8s_can_i": [{**here}, {"checks": ["delete pods"], **here}],
        "k8s_port_forward_list": [{}],
        "wait_for_x_seconds": [{"seconds": 0}],
        **every_read_of_a_release({"release_name": "flags", "namespace": shop.vault}),
    }


def every_read_of_a_release(flags: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {
        "helm_list_releases": [{"namespace": flags["namespace"]}, {"all_namespaces": True}],
        "helm_status": [{**flags, "notes": True, "hooks": True}, {**flags, "output": "json"}],
        "helm_history": [flags],
        "helm_get_values": [{**flags, "all_values": True}, {**flags, "revision": 1}],
        "helm_get_manifest": [flags],
    }


# Reading too, but what they preview is somebody's change: they are tested with the changes.
PREVIEWS = {"k8s_preview", "k8s_diff", "helm_diff"}
# They read charts, which are not the cluster's.
CHARTS = {"helm_template", "helm_search_repo", "helm_show_values"}


async def test_no_reading_tool_sends_anything_but_reads_and_reviews_of_itself(
    server: Served, admin: Kubectl, shop: Shop, user: str
) -> None:
    async with Client(server.mcp) as client:
        tools = await client.list_tools()
    reading = {
        tool.name
        for tool in tools
        if tool.annotations
        and tool.annotations.read_only_hint
        and tool.name.startswith(("k8s_", "helm_", "wait_for_"))
    }
    assert every_read(shop).keys() == reading - PREVIEWS - CHARTS
    log, before = AuditLog.beside(admin.kubeconfig, user), versions(admin, shop)
    ask = Asking(server)
    for tool, calls in every_read(shop).items():
        for arguments in calls:
            said = await ask(tool, **arguments)
            assert not said.error, f"{tool}: {said.text}"
    assert versions(admin, shop) == before
    if log is not None:
        await ask("k8s_get", resource_type="configmap", name="the-end", namespace=shop.tight)
        sent = log.requests("/the-end?includeObject=None")
        assert len(sent) > 50
        assert [request for request in sent if not is_a_read(request)] == []


def versions(kubectl: Kubectl, shop: Shop) -> str:
    """Return the versions of stored objects that no controller touches by itself."""
    columns = "custom-columns=A:.kind,B:.metadata.name,C:.metadata.uid,D:.metadata.resourceVersion"
    found = [
        kubectl("get", STILL, "-n", namespace, "-o", columns)
        for namespace in (shop.namespace, shop.tight, shop.vault)
    ]
    return "".join(found)


def is_a_read(request: dict[str, Any]) -> bool:
    resource = request.get("objectRef", {}).get("resource", "")
    return request["verb"] in READS or (request["verb"] == "create" and resource in REVIEWS)


@pytest.mark.parametrize(
    ("arguments", "uri"),
    [
        ({"resource_type": "pods"}, "pods?includeObject=None&limit=500"),
        ({"resource_type": "pod", "name": "pair"}, "pods/pair?includeObject=None"),
        (
            {"resource_type": "configmap", "name": "settings", "output": "yaml"},
            "configmaps/settings",
        ),
    ],
)
async def test_a_warm_get_is_one_request_under_our_own_name(
    ask: Asking, admin: Kubectl, shop: Shop, user: str, arguments: dict[str, Any], uri: str
) -> None:
    here = {"namespace": shop.namespace}
    await ask("k8s_get", **arguments, **here)
    log = AuditLog.beside(admin.kubeconfig, user)
    answer = await ask("k8s_get", **arguments, **here)
    assert not answer.error
    if log is None:
        return  # this cluster does not say what it was asked
    await ask("k8s_get", resource_type="configmap", name="the-end", namespace=shop.tight)
    sent = [r for r in log.requests("/the-end?includeObject=None") if is_of_a_call(r)]
    assert [(r["verb"], r["requestURI"].rpartition(f"/{shop.namespace}/")[2]) for r in sent] == [
        ("list" if "name" not in arguments else "get", uri)
    ]
    assert {r["userAgent"].partition("/")[0] for r in sent} == {"skyflo-mcp"}


def is_of_a_call(request: dict[str, Any]) -> bool:
    """The readiness probe asks for the version, now and then."""
    return str(request["requestURI"]) != "/version"


async def test_describing_a_deployment_is_three_requests(
    ask: Asking, admin: Kubectl, shop: Shop, user: str
) -> None:
    asked = {"resource_type": "deployment", "name": "web", "namespace": shop.namespace}
    await ask("k8s_describe", **asked)
    log = AuditLog.beside(admin.kubeconfig, user)
    await ask("k8s_describe", **asked)
    if log is None:
        return
    await ask("k8s_get", resource_type="configmap", name="the-end", namespace=shop.tight)
    sent = [r for r in log.requests("/the-end?includeObject=None") if is_of_a_call(r)]
    resources = sorted(request["objectRef"]["resource"] for request in sent)
    assert resources == ["deployments", "events", "replicasets"], json.dumps(sent)
