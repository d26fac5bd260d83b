"""k8s_api_resources, against the simulated cluster."""

from typing import Any

import orjson
import pytest

from clients.kubernetes.types.schema import MOST_KEPT
from sandbox import Cluster
from tests.conftest import Call

PODS = {"type": "object", "description": "A pod runs containers.", "properties": {}}


def publishes(cluster: Cluster, name: str, kind: str, schema: dict[str, Any], digest: str) -> None:
    """Let the API server publish one schema, once, under an address with this hash."""
    group, _, version = name.removeprefix("apis/").removeprefix("api/").rpartition("/")
    known = {
        "x-kubernetes-group-version-kind": [{"group": group, "kind": kind, "version": version}]
    }
    address = f"/openapi/v3/{name}?hash={digest}"
    index = {"paths": {name: {"serverRelativeURL": address}}}
    document = {"components": {"schemas": {kind: {**schema, **known}}}}
    cluster.faults.body(orjson.dumps(index), "^/openapi/v3$")
    cluster.faults.body(orjson.dumps(document), f"^/openapi/v3/{name}$")


def documents(cluster: Cluster) -> list[str]:
    return [
        f"{request.path}?hash={request.query['hash']}"
        for request in cluster.requests
        if request.path.startswith("/openapi/v3/")
    ]


async def test_a_group_is_listed_as_kubectl_lists_it(call: Call, cluster: Cluster) -> None:
    answer = await call("k8s_api_resources", api_group="apps")
    assert answer.text == (
        "NAME                  SHORTNAMES   APIVERSION   NAMESPACED   KIND\n"
        "controllerrevisions                apps/v1      true         ControllerRevision\n"
        "daemonsets            ds           apps/v1      true         DaemonSet\n"
        "deployments           deploy       apps/v1      true         Deployment\n"
        "replicasets           rs           apps/v1      true         ReplicaSet\n"
        "statefulsets          sts          apps/v1      true         StatefulSet"
    )


async def test_scope_is_a_filter_and_the_core_group_has_an_empty_name(call: Call) -> None:
    answer = await call("k8s_api_resources", api_group="", namespaced=False)
    names = [line.split()[0] for line in answer.text.splitlines()[1:]]
    assert names == ["componentstatuses", "namespaces", "nodes", "persistentvolumes"]


async def test_a_group_that_does_not_answer_is_named(call: Call, cluster: Cluster) -> None:
    cluster.faults.stale_groups.add("metrics.k8s.io")
    answer = await call("k8s_api_resources")
    assert answer.text.splitlines()[-1] == "Not answering, so not listed: metrics.k8s.io"


async def test_an_unknown_group_is_refused_with_the_nearest(call: Call, cluster: Cluster) -> None:
    answer = await call("k8s_api_resources", api_group="app")
    assert answer.error
    refusal = 'No resource types found. Did you mean "apps"? Groups: admissionregistration.k8s.io,'
    assert answer.text.startswith(refusal)


async def test_a_type_is_explained_from_what_the_server_publishes(
    call: Call, cluster: Cluster
) -> None:
    publishes(cluster, "api/v1", "Pod", PODS, "A1")
    answer = await call("k8s_api_resources", explain="po")
    text = "KIND:       Pod\nVERSION:    v1\n\nDESCRIPTION:\n    A pod runs containers."
    assert answer.text == text


async def test_a_group_may_stand_between_type_and_fields(call: Call, cluster: Cluster) -> None:
    spec = {"type": "object", "description": "What is wanted."}
    schema = {"type": "object", "properties": {"spec": spec}}
    publishes(cluster, "apis/networking.k8s.io/v1", "Ingress", schema, "A1")
    answer = await call("k8s_api_resources", explain="ingresses.networking.k8s.io.spec")
    assert answer.text.splitlines()[-1] == "    What is wanted."


@pytest.mark.parametrize("index", ["[0]", "[*]", "[]", "['web.first']"])
async def test_an_index_is_ignored(call: Call, cluster: Cluster, index: str) -> None:
    image = {"type": "string", "description": "What runs."}
    item = {"type": "object", "properties": {"image": image}}
    containers = {"type": "array", "items": item, "description": "Its containers."}
    schema = {"type": "object", "properties": {"containers": containers}}
    publishes(cluster, "api/v1", "Pod", schema, "A1")
    answer = await call("k8s_api_resources", explain=f"pod.containers{index}.image")
    assert answer.text.splitlines()[-1] == "    What runs."


async def test_a_document_is_read_again_only_when_it_has_changed(
    call: Call, cluster: Cluster
) -> None:
    for digest in ("A1", "A1", "B2"):
        publishes(cluster, "api/v1", "Pod", PODS, digest)
        await call("k8s_api_resources", explain="pod")
    assert documents(cluster) == ["/openapi/v3/api/v1?hash=A1", "/openapi/v3/api/v1?hash=B2"]


async def test_only_the_last_few_documents_are_kept(call: Call, cluster: Cluster) -> None:
    for digest in [*map(str, range(MOST_KEPT + 1)), "0"]:
        publishes(cluster, "api/v1", "Pod", PODS, digest)
        await call("k8s_api_resources", explain="pod")
    assert documents(cluster)[-1] == "/openapi/v3/api/v1?hash=0"
    assert len(documents(cluster)) == MOST_KEPT + 2


@pytest.mark.parametrize(
    ("explain", "refusal"),
    [
        (
            "deploymnt",
            'Unknown resource type "deploymnt". Did you mean "deployment"? k8s_api_resources lists '
            "all.",
        ),
        (
            "pod.sepc",
            'field "sepc" does not exist. Did you mean "spec"? Known: spec.',
        ),
        ("service", "services: there is no documentation of Service."),
        ("cronjob", "The API server publishes no documentation of batch/v1."),
    ],
)
async def test_what_is_not_documented_is_refused(
    call: Call, cluster: Cluster, explain: str, refusal: str
) -> None:
    publishes(cluster, "api/v1", "Pod", {**PODS, "properties": {"spec": {}}}, "A1")
    answer = await call("k8s_api_resources", explain=explain)
    assert (answer.text, answer.error) == (refusal, True)
