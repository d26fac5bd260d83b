"""Argo Rollouts comes to the shop: its types, what judges releases, and how Rollouts are made."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.rollouts.templates import VALUES
from sandbox.definitions import argo_rollouts, serve
from sandbox.story.manifests import SHOP, metadata
from sandbox.story.stage import Scene, Stage
from sandbox.story.web import CAUSE

GROUP_VERSION = "argoproj.io/v1alpha1"
_PROMETHEUS = "http://prometheus.monitoring.svc:9090"


def rollout(
    name: str, pod: JsonObject, replicas: int, strategy: JsonObject, cause: str
) -> JsonObject:
    """Make a Rollout whose pods are chosen by `app`."""
    labels = dict(pod["metadata"]["labels"])
    return {
        "apiVersion": GROUP_VERSION,
        "kind": "Rollout",
        "metadata": metadata(name, SHOP, labels=labels, annotations={CAUSE: cause}),
        "spec": {
            "replicas": replicas,
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": {"app": labels["app"]}},
            "strategy": strategy,
            "template": pod,
        },
    }


def released(name: str, image: str, cause: str) -> Callable[[Stage], None]:
    """Make the scene in which a Rollout's container gets another image."""

    def edit(item: JsonObject) -> None:
        item["spec"]["template"]["spec"]["containers"][0]["image"] = image
        item["metadata"].setdefault("annotations", {})[CAUSE] = cause

    return lambda stage: stage.change("rollouts.argoproj.io", SHOP, name, edit)


def template(name: str, *metrics: JsonObject, **values: Any) -> JsonObject:
    """Make an AnalysisTemplate for one `service`, with the values that its metrics will have."""
    annotations = {VALUES: json.dumps(values)}
    return {
        "apiVersion": GROUP_VERSION,
        "kind": "AnalysisTemplate",
        "metadata": metadata(name, SHOP, annotations=annotations),
        "spec": {"args": [{"name": "service"}], "metrics": list(metrics)},
    }


def query(name: str, expression: str, condition: str, **more: Any) -> JsonObject:
    """Make a metric that asks Prometheus."""
    asked = {"prometheus": {"address": _PROMETHEUS, "query": expression}}
    return {"name": name, "successCondition": condition, "provider": asked, **more}


def judged_by(*names: str, service: str) -> JsonObject:
    """Make an analysis of a service by templates."""
    return {
        "templates": [{"templateName": name} for name in names],
        "args": [{"name": "service", "value": service}],
    }


_SUCCESS = (
    'sum(rate(http_requests_total{service="{{args.service}}",track="canary",code!~"5.."}[5m]))'
    ' / sum(rate(http_requests_total{service="{{args.service}}",track="canary"}[5m]))'
)
_LATENCY = (
    "1000 * histogram_quantile(0.95, sum by (le) "
    '(rate(http_request_duration_seconds_bucket{service="{{args.service}}",track="canary"}[5m])))'
)
_SMOKE = "http://{{args.service}}.shop.svc:8080/smoke"


def _install(stage: Stage) -> None:
    definitions = argo_rollouts()
    stage.create(*definitions)
    serve(stage.store.registry, definitions)
    often = {"interval": "2m", "count": 5, "failureLimit": 1}
    always = {"interval": "5m", "failureLimit": 1}
    stage.create(
        template(
            "success-rate",
            query("success-rate", _SUCCESS, "result[0] >= 0.95", **often),
            **{"success-rate": {"shop/recommendations:2.8.0": [0.968, 0.942, 0.917], "": [0.998]}},
        ),
        template(
            "canary-health",
            query("success-rate", _SUCCESS, "result[0] >= 0.99", **always),
            query("p95-latency", _LATENCY, "result[0] <= 250", **always),
            **{"success-rate": [0.997, 0.999, 0.998], "p95-latency": [214, 262, 221, 210]},
        ),
        template(
            "smoke-test",
            {"name": "smoke-test", "provider": {"web": {"url": _SMOKE, "jsonPath": "{$.failed}"}},
             "successCondition": "result == 0"},
            **{"smoke-test": [0]},
        ),
    )  # fmt: skip


SCENES = [Scene(timedelta(days=30, hours=2), _install)]
