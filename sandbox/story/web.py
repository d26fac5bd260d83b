"""`web`, the shop's front: healthy, four revisions, seen through a Service and an Ingress."""

from collections.abc import Callable
from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.story.manifests import (
    SHOP,
    config_map,
    container,
    deployment,
    http_probe,
    metadata,
    port,
    resources,
    service,
    template,
    variable,
)
from sandbox.story.stage import Scene, Stage

CAUSE = "kubernetes.io/change-cause"
_FIRST = "shop/web:1.5.0"


def released(name: str, image: str, cause: str) -> Callable[[Stage], None]:
    """Make the scene in which a Deployment's first container gets another image."""

    def edit(item: JsonObject) -> None:
        item["spec"]["template"]["spec"]["containers"][0]["image"] = image
        item["metadata"].setdefault("annotations", {})[CAUSE] = cause

    return lambda stage: stage.change("deployments.apps", SHOP, name, edit)


def _pod(image: str) -> JsonObject:
    web = container(
        "web",
        image,
        ports=[port(8080)],
        env=[
            variable("CATALOG_URL", "http://catalog.shop.svc:8080"),
            variable("LOG_LEVEL", "info"),
        ],
        envFrom=[{"configMapRef": {"name": "web-config"}}],
        readinessProbe=http_probe("/healthz"),
        livenessProbe=http_probe("/healthz", delay=10),
        resources=resources("250m", "256Mi"),
    )
    return template({"app": "web", "tier": "frontend"}, web)


def _create(stage: Stage) -> None:
    settings = {"FEATURE_NEW_BASKET": "true", "CACHE_URL": "redis://web-cache.shop.svc:6379"}
    first = {CAUSE: "Deploy 1.5.0: first release"}
    stage.create(
        config_map("web-config", settings),
        deployment("web", _pod(_FIRST), 3, annotations=first),
        service("web", "10.43.112.8", [{"name": "http", "port": 80, "targetPort": 8080}]),
        _ingress(),
        _autoscaler(),
    )


def _ingress() -> JsonObject:
    paths = {"/": "web", "/checkout": "checkout", "/catalog": "catalog"}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata("shop", SHOP, labels={"app": "web"}),
        "spec": {
            "ingressClassName": "nginx",
            "tls": [{"hosts": ["shop.example.com"], "secretName": "shop-tls"}],
            "rules": [
                {
                    "host": "shop.example.com",
                    "http": {"paths": [_route(path, name) for path, name in paths.items()]},
                }
            ],
        },
        "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.10"}]}},
    }


def _route(path: str, name: str) -> JsonObject:
    backend = {"service": {"name": name, "port": {"name": "http"}}}
    return {"path": path, "pathType": "Prefix", "backend": backend}


def _autoscaler() -> JsonObject:
    target = {"type": "Utilization", "averageUtilization": 70}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata("web", SHOP),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "minReplicas": 2,
            "maxReplicas": 4,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
        },
        "status": {"currentReplicas": 0, "desiredReplicas": 0},
    }


def _measure(stage: Stage) -> None:
    """Write what the autoscaler last saw."""
    current = {"averageUtilization": 58, "averageValue": "145m"}
    conditions = [
        ("AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size"),
        (
            "ScalingActive",
            "True",
            "ValidMetricFound",
            "the HPA was able to successfully calculate a replica count from cpu resource "
            "utilization (percentage of request)",
        ),
        (
            "ScalingLimited",
            "False",
            "DesiredWithinRange",
            "the desired count is within the acceptable range",
        ),
    ]
    since = stage.stamp(timedelta(days=9))
    names = ("type", "status", "reason", "message")
    status = {
        "conditions": [
            {**dict(zip(names, each, strict=True)), "lastTransitionTime": since}
            for each in conditions
        ],
        "currentMetrics": [{"type": "Resource", "resource": {"name": "cpu", "current": current}}],
        "currentReplicas": 3,
        "desiredReplicas": 3,
        "lastScaleTime": stage.stamp(timedelta(days=9)),
    }

    def edit(item: JsonObject) -> None:
        item["status"] = status

    stage.change("horizontalpodautoscalers.autoscaling", SHOP, "web", edit)


_RELEASES = (
    (timedelta(days=21, hours=3), "1.6.0", "wish list"),
    (timedelta(days=9, hours=6), "1.7.1", "faster search"),
    (timedelta(days=2, hours=1), "1.8.2", "new basket"),
)

SCENES = [
    Scene(timedelta(days=34), _create),
    *(
        Scene(ago, released("web", f"shop/web:{tag}", f"Deploy {tag}: {what}"))
        for ago, tag, what in _RELEASES
    ),
    Scene(timedelta(seconds=40), _measure),
]
