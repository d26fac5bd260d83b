"""Discovery, custom resources, reviews."""

from typing import Any

from tests.contract.cluster.steps import (
    MERGE,
    STRATEGIC,
    TABLE,
    Step,
    apply,
    delete,
    get,
    patch,
    post,
)

AUTHORIZATION = "/apis/authorization.k8s.io/v1"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
GROUP = "contract.example.com"
WIDGETS = f"/apis/{GROUP}/v1/namespaces/{{ns}}/widgets"
SIZE = {"type": "integer", "minimum": 1}
SPEC = {
    "type": "object",
    "required": ["size"],
    "properties": {
        "size": SIZE,
        "colour": {"type": "string", "enum": ["red", "green"]},
        "replicas": {"type": "integer"},
        "parts": {
            "type": "array",
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}, "weight": {"type": "integer"}},
            },
        },
    },
}
STATUS = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
SCHEMA = {"type": "object", "properties": {"spec": SPEC, "status": STATUS}}
SCALE = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": f"widgets.{GROUP}"},
    "spec": {
        "group": GROUP,
        "scope": "Namespaced",
        "names": {"plural": "widgets", "kind": "Widget", "shortNames": ["wd"]},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": SCHEMA},
                "subresources": {"status": {}, "scale": SCALE},
                "additionalPrinterColumns": [
                    {"name": "Size", "type": "integer", "jsonPath": ".spec.size"},
                    {"name": "Colour", "type": "string", "jsonPath": ".spec.colour", "priority": 1},
                ],
            }
        ],
    },
}


def a_widget(name: str = "w", **spec: Any) -> dict[str, Any]:
    """Return a custom resource."""
    head = {"apiVersion": f"{GROUP}/v1", "kind": "Widget", "metadata": {"name": name}}
    return {**head, "spec": {"size": 1, **spec}}


def _review(kind: str, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "authorization.k8s.io/v1", "kind": kind, "spec": spec}


DISCOVERY: list[Step] = [
    get("/api", only=("kind", "versions")),
    get("/apis", only=("kind", "groups.0", "groups.1", "groups.5")),
    get("/apis/apps"),
    get("/apis/apps/v1"),
    get("/apis/batch/v1"),
    get("/apis/policy/v1"),
    get("/apis/networking.k8s.io/v1"),
    get("/apis/autoscaling"),
    get("/api/v1", only=("kind", "groupVersion")),
    get("/apis/nope"),
    get("/apis/nope/v1"),
    get("/apis/apps/v7"),
    get("/version", only=("major", "minor", "platform")),
    get("/healthz"),
    get("/livez"),
    get("/readyz"),
]

DEFINING: list[Step] = [
    post(DEFINITIONS, {**DEFINITION, "metadata": {"name": "wrong"}}),
    post(DEFINITIONS, DEFINITION, only=("kind", "spec", "status")),
    get(f"/apis/{GROUP}/v1", settle=True, only=("kind",)),
    get(WIDGETS, settle=True, only=("kind", "items")),
    get(f"/apis/{GROUP}/v1"),
    get(f"/apis/{GROUP}"),
    post(f"{WIDGETS}?fieldManager=me", a_widget()),
    post(WIDGETS, a_widget()),
    post(WIDGETS, a_widget("empty", size=None)),
    post(WIDGETS, a_widget("typed", size="big")),
    post(WIDGETS, a_widget("small", size=0)),
    post(WIDGETS, a_widget("blue", colour="blue")),
    post(WIDGETS, a_widget("pruned", nope=1)),
    post(f"{WIDGETS}?fieldValidation=Strict", a_widget("strict", nope=1)),
    get(f"{WIDGETS}/w"),
    get(f"{WIDGETS}/nope"),
    get(f"{WIDGETS}?fieldSelector=metadata.name%3Dw"),
    get(f"{WIDGETS}?fieldSelector=spec.size%3D1"),
    get(f"{WIDGETS}/w?includeObject=None", TABLE, only=("kind", "columnDefinitions")),
    patch(f"{WIDGETS}/w", {"spec": {"colour": "red"}}, MERGE),
    patch(f"{WIDGETS}/w", {"spec": {"colour": "red"}}, STRATEGIC),
    patch(f"{WIDGETS}/w", {"spec": {"size": "big"}}, MERGE),
    patch(f"{WIDGETS}/w/status", {"status": {"replicas": 3}, "spec": {"size": 9}}, MERGE),
    patch(f"{WIDGETS}/w", {"status": {"replicas": 4}}, MERGE),
    get(f"{WIDGETS}/w/scale"),
    patch(f"{WIDGETS}/w/scale", {"spec": {"replicas": 5}}, MERGE),
    apply(f"{WIDGETS}/w", a_widget(colour="green")),
    apply(f"{WIDGETS}/w", a_widget(colour="green"), query="&force=true"),
    apply(f"{WIDGETS}/x", a_widget("x", parts=[{"name": "a", "weight": 1}])),
    apply(f"{WIDGETS}/x", a_widget("x", parts=[{"name": "b"}]), "two"),
    apply(f"{WIDGETS}/x", a_widget("x", parts=[{"name": "a", "weight": 2}]), "two"),
    apply(f"{WIDGETS}/x", a_widget("x", nope=1)),
    delete(f"{WIDGETS}/x"),
    delete(f"{DEFINITIONS}/widgets.{GROUP}", only=("kind",)),
]

REVIEWS: list[Step] = [
    post(
        f"{AUTHORIZATION}/selfsubjectaccessreviews",
        _review(
            "SelfSubjectAccessReview",
            resourceAttributes={"verb": "get", "resource": "pods", "namespace": "default"},
        ),
        only=("kind", "spec", "status.allowed"),
    ),
    post(
        f"{AUTHORIZATION}/selfsubjectaccessreviews",
        _review(
            "SelfSubjectAccessReview", nonResourceAttributes={"verb": "get", "path": "/healthz"}
        ),
        only=("kind", "spec", "status.allowed"),
    ),
    post(f"{AUTHORIZATION}/selfsubjectaccessreviews", _review("SelfSubjectAccessReview")),
    post(f"{AUTHORIZATION}/selfsubjectrulesreviews", _review("SelfSubjectRulesReview")),
    post(
        f"{AUTHORIZATION}/selfsubjectrulesreviews",
        _review("SelfSubjectRulesReview", namespace="default"),
        only=("kind", "spec", "status.incomplete"),
    ),
    post(
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"},
        only=("kind", "apiVersion", "spec"),
    ),
    get("/apis/authentication.k8s.io/v1/selfsubjectreviews"),
    Step(
        "GET",
        "/api/v1/namespaces/{ns}/pods/web",
        headers={"Impersonate-User": "nobody", "Accept": "application/json"},
    ),
    Step(
        "DELETE",
        "/api/v1/namespaces/{ns}/pods/web",
        headers={"Impersonate-User": "nobody", "Accept": "application/json"},
    ),
    Step(
        "GET",
        "/api/v1/nodes",
        headers={"Impersonate-User": "nobody", "Accept": "application/json"},
    ),
    Step(
        "GET",
        "/api/v1/namespaces/{ns}/pods/web/log",
        headers={"Impersonate-User": "nobody", "Accept": "application/json"},
    ),
    Step(
        "GET",
        "/metrics",
        headers={"Impersonate-User": "nobody", "Accept": "application/json"},
    ),
]

SCENARIOS = {"discovery": DISCOVERY, "defining": DEFINING, "reviews": REVIEWS}
