"""metrics.k8s.io as metrics-server 0.9 answers it, from the usage book."""

from datetime import datetime

from aiohttp import web

from sandbox.cluster.objects import JsonObject, labels_of, name_of, namespace_of, timestamp
from sandbox.cluster.reading.collection import selects
from sandbox.cluster.reading.documents import presented, presented_list
from sandbox.cluster.reading.negotiation import negotiate
from sandbox.cluster.reading.options import list_options
from sandbox.cluster.serving.call import Call
from sandbox.cluster.serving.discovery import is_stale
from sandbox.cluster.serving.responses import json_response
from sandbox.cluster.state import Cluster
from sandbox.cluster.statuses import PlainTextError, not_found
from sandbox.cluster.usage import Usage

WINDOW = "10.011s"
UNREACHABLE = (
    "error trying to reach service: dial tcp 10.96.0.10:443: connect: connection refused\n"
)


def serve_metrics(call: Call) -> web.Response:
    """Answer a GET of usage; 503 in plain text while metrics-server is down."""
    if is_stale(call.cluster, call.resource.group):
        raise PlainTextError(503, UNREACHABLE)
    shape = negotiate(call.headers.get("Accept", ""))
    now = call.cluster.clock()
    include = call.query.text("includeObject")
    measured = _measured(call.cluster, call.resource.plural, call.namespace, now)
    if call.verb == "get":
        found = next((each for each in measured if name_of(each) == call.name), None)
        if found is None:
            raise not_found(call.resource, call.name)
        return json_response(presented(found, call.resource, shape, now, include))
    options = list_options(call.query, call.resource)
    chosen = [each for each in measured if selects(options, each)]
    body = presented_list(chosen, call.resource, shape, now, {}, include)
    return json_response(body, content_type=shape.media_type)


def _measured(cluster: Cluster, plural: str, namespace: str, now: datetime) -> list[JsonObject]:
    head = {"apiVersion": "metrics.k8s.io/v1beta1"}
    if plural == "nodes":
        usage_of = cluster.usage.nodes
        nodes = [each for each in cluster.store.view("", "nodes") if name_of(each) in usage_of]
        return [
            {
                **head,
                **_measurement("NodeMetrics", node, now),
                "usage": usage_of[name_of(node)].as_json(),
            }
            for node in nodes
        ]
    containers_of = cluster.usage.containers
    return [
        {
            **head,
            **_measurement("PodMetrics", pod, now),
            "containers": _containers(containers_of[namespace_of(pod), name_of(pod)]),
        }
        for pod in cluster.store.view("", "pods", namespace or None)
        if (namespace_of(pod), name_of(pod)) in containers_of
    ]


def _measurement(kind: str, of: JsonObject, now: datetime) -> JsonObject:
    metadata: JsonObject = {"name": name_of(of)}
    if namespace_of(of):
        metadata["namespace"] = namespace_of(of)
    metadata["creationTimestamp"] = timestamp(now)
    if labels_of(of):
        metadata["labels"] = labels_of(of)
    return {"kind": kind, "metadata": metadata, "timestamp": timestamp(now), "window": WINDOW}


def _containers(usage: dict[str, Usage]) -> list[JsonObject]:
    return [{"name": name, "usage": each.as_json()} for name, each in usage.items()]
