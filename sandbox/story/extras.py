"""The rest: a custom resource, and `web` once more in staging."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.definitions import serve
from sandbox.story.manifests import (
    SHOP,
    container,
    deployment,
    http_probe,
    metadata,
    port,
    resources,
    service,
    template,
)
from sandbox.story.stage import Scene, Stage


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
    Scene(timedelta(hours=20), _staging),
    Scene(timedelta(days=6), _widgets),
]
