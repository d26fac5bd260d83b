"""The rest: a Helm release, a custom resource, and `web` once more in staging."""

from datetime import timedelta
from typing import Any

from sandbox.cluster.objects import JsonObject, timestamp
from sandbox.definitions import serve
from sandbox.story import secrets
from sandbox.story.manifests import (
    SHOP,
    container,
    deployment,
    http_probe,
    metadata,
    port,
    resources,
    service,
    stateful_set,
    template,
)
from sandbox.story.stage import Scene, Stage

_HELM_LABELS = {
    "app.kubernetes.io/instance": secrets.RELEASE,
    "app.kubernetes.io/managed-by": "Helm",
    "app.kubernetes.io/name": "redis",
    "helm.sh/chart": "redis-19.0.1",
}
_HELM_ANNOTATIONS = {
    "meta.helm.sh/release-name": secrets.RELEASE,
    "meta.helm.sh/release-namespace": SHOP,
}


def _install(stage: Stage) -> None:
    redis = container(
        "redis",
        "redis:7.4.0",
        ports=[port(6379, "redis")],
        resources=resources("100m", "128Mi"),
        volumeMounts=[{"name": "data", "mountPath": "/data"}],
    )
    more: dict[str, Any] = {"labels": _HELM_LABELS, "annotations": _HELM_ANNOTATIONS}
    ports = [{"name": "redis", "port": 6379, "targetPort": 6379}]
    stage.create(
        service(secrets.RELEASE, "10.43.140.66", ports, **more),
        stateful_set(secrets.RELEASE, template({"app": secrets.RELEASE}, redis), 1, "8Gi", **more),
        secrets.release(1, "deployed", "Install complete", timestamp(stage.moment)),
    )


def _upgrade(stage: Stage) -> None:
    """Supersede the first revision of the release."""

    def edit(item: JsonObject) -> None:
        item["metadata"]["labels"]["helm.sh/chart"] = "redis-19.0.2"

    first = stage.stamp(timedelta(days=13))
    stage.store.delete("", "secrets", SHOP, f"sh.helm.release.v1.{secrets.RELEASE}.v1")
    old = secrets.release(1, "superseded", "Install complete", first)
    old["metadata"]["creationTimestamp"] = first
    stage.create(old, secrets.release(2, "deployed", "Upgrade complete", stage.stamp()))
    stage.change("statefulsets.apps", SHOP, secrets.RELEASE, edit)


def _staging(stage: Stage) -> None:
    web = container(
        "web",
        "shop/web:1.9.0-rc2",
        ports=[port(8080)],
        readinessProbe=http_probe("/healthz"),
        resources=resources("100m", "256Mi"),
    )
    labels = {"app": "web", "tier": "frontend"}
    ports = [{"name": "http", "port": 80, "targetPort": 8080}]
    stage.create(
        deployment("web", template(labels, web), 1, "staging"),
        service("web", "10.43.9.30", ports, "staging"),
    )


def _widgets(stage: Stage) -> None:
    stage.create(_definition())
    serve(stage.store.registry, [_definition()])
    stage.create(_widget("blue", 3, "Ready"), _widget("green", 12, "Growing"))


def _definition() -> JsonObject:
    names = {
        "plural": "widgets",
        "singular": "widget",
        "kind": "Widget",
        "listKind": "WidgetList",
        "shortNames": ["wd"],
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": metadata("widgets.example.com"),
        "spec": {
            "group": "example.com",
            "names": names,
            "scope": "Namespaced",
            "conversion": {"strategy": "None"},
            "versions": [_version()],
        },
        "status": {
            "acceptedNames": names,
            "conditions": [
                {"type": kind, "status": "True", "reason": reason, "message": message}
                for kind, reason, message in _ESTABLISHED
            ],
            "storedVersions": ["v1"],
        },
    }


_ESTABLISHED = (
    ("NamesAccepted", "NoConflicts", "no conflicts found"),
    ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
)


def _version() -> JsonObject:
    size = {"type": "integer", "minimum": 1, "maximum": 50, "description": "How many parts."}
    colour = {"type": "string", "enum": ["blue", "green", "red"], "description": "Paint."}
    phase = {"type": "string"}
    return {
        "name": "v1",
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "additionalPrinterColumns": [
            {"name": "Size", "type": "integer", "jsonPath": ".spec.size"},
            {"name": "Colour", "type": "string", "jsonPath": ".spec.colour", "priority": 1},
            {"name": "Phase", "type": "string", "jsonPath": ".status.phase"},
            {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
        ],
        "schema": {
            "openAPIV3Schema": {
                "type": "object",
                "description": "A widget in the shop's window.",
                "properties": {
                    "spec": {
                        "type": "object",
                        "required": ["size"],
                        "properties": {"size": size, "colour": colour},
                    },
                    "status": {"type": "object", "properties": {"phase": phase}},
                },
            }
        },
    }


def _widget(colour: str, size: int, phase: str) -> JsonObject:
    return {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": metadata(f"{colour}-widget", SHOP),
        "spec": {"size": size, "colour": colour},
        "status": {"phase": phase},
    }


SCENES = [
    Scene(timedelta(days=16, hours=4), _install),
    Scene(timedelta(days=3, hours=4), _upgrade),
    Scene(timedelta(hours=20), _staging),
    Scene(timedelta(days=6), _widgets),
]
