"""Workloads, their revisions and pods, as far as a rollout's tests need them."""

import asyncio
from typing import Any

from sandbox import Cluster
from tests.support.builders import an_object

JsonObject = dict[str, Any]


def a_template(app: str = "web", image: str = "shop/web:1") -> JsonObject:
    return {
        "metadata": {"labels": {"app": app}},
        "spec": {"containers": [{"name": app, "image": image}]},
    }


def a_workload(
    kind: str = "Deployment",
    name: str = "web",
    status: JsonObject | None = None,
    annotations: dict[str, str] | None = None,
    **spec: Any,
) -> JsonObject:
    """Build a workload whose controller has seen its present generation."""
    selector = {"matchLabels": {"app": name}}
    whole = {"replicas": 3, "selector": selector, "template": a_template(name), **spec}
    if kind != "Deployment":
        whole = {"updateStrategy": {"type": "RollingUpdate"}, **whole}
    seen = {"observedGeneration": 1, **(status or {})}
    return an_object("apps/v1", kind, name, annotations=annotations or {}, spec=whole, status=seen)


def available(count: int, of: int = 3) -> JsonObject:
    """Give the status of a Deployment with that many available pods, all of them new."""
    return {
        "observedGeneration": 1, "replicas": of, "updatedReplicas": of, "availableReplicas": count
    }  # fmt: skip


def owned_by(owner: JsonObject) -> list[JsonObject]:
    return [
        {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"],
            "controller": True,
        }
    ]


def a_replica_set(deployment: JsonObject, number: int, **annotations: str) -> JsonObject:
    """Build what keeps a revision; its pods' image is that of the revision's number."""
    app = deployment["metadata"]["name"]
    numbered = {"deployment.kubernetes.io/revision": str(number)}
    return an_object(
        "apps/v1",
        "ReplicaSet",
        f"{app}-7d4b9{number}",
        labels={"app": app},
        annotations={**numbered, **annotations},
        ownerReferences=owned_by(deployment),
        creationTimestamp=f"2026-11-20T0{number}:00:00Z",
        spec={
            "selector": {"matchLabels": {"app": app}},
            "template": a_template(app, f"shop/{app}:{number}"),
        },
    )


def a_pod_of(owner: JsonObject, suffix: str, status: JsonObject) -> JsonObject:
    app = owner["spec"]["selector"]["matchLabels"]["app"]
    return an_object(
        "v1",
        "Pod",
        f"{owner['metadata']['name']}-{suffix}",
        labels={"app": app},
        ownerReferences=owned_by(owner),
        spec={"nodeName": "node-1", "containers": [{"name": app, "image": "shop/web:1"}]},
        status=status,
    )


def an_event(about: JsonObject, message: str, **more: Any) -> JsonObject:
    """Build a warning about an object, two minutes old on the tests' clock."""
    metadata = about["metadata"]
    number = more.pop("number", 1)
    times = {"firstTimestamp": "2026-11-20T11:50:00Z", "lastTimestamp": "2026-11-20T11:58:00Z"}
    involved = {key: metadata[key] for key in ("name", "namespace", "uid") if key in metadata}
    return an_object(
        "v1",
        "Event",
        f"{metadata['name']}.{about['kind'].lower()}.{number}",
        metadata.get("namespace", "default"),
        involvedObject={"apiVersion": about["apiVersion"], "kind": about["kind"], **involved},
        message=message,
        **{"type": "Warning", "reason": "Failed", "count": 1, **times, **more},
    )


async def watched(cluster: Cluster) -> None:
    """Return when a watch has been asked for."""
    async with asyncio.timeout(5):
        while not any(request.query.get("watch") for request in cluster.requests):  # noqa: ASYNC110
            await asyncio.sleep(0)


def looks(cluster: Cluster, plural: str) -> int:
    """Count the lists of a type: what a watch has told needs no second one."""
    lists = cluster.requests.matching(
        lambda request: request.path.endswith(f"/{plural}") and not request.query.get("watch")
    )
    return len(lists)
