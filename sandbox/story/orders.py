"""`orders-db`, a StatefulSet with volumes, its budget that spares no pod, and its upkeep."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.story.manifests import (
    SHOP,
    config_map,
    container,
    metadata,
    port,
    resources,
    service,
    stateful_set,
    template,
    variable,
    variable_from_secret,
)
from sandbox.story.stage import Scene, Stage


def _pod() -> JsonObject:
    probe = {"exec": {"command": ["pg_isready", "-U", "shop"]}, "initialDelaySeconds": 5}
    postgres = container(
        "postgres",
        "postgres:16.3",
        ports=[port(5432, "postgres")],
        env=[
            variable("POSTGRES_DB", "orders"),
            variable_from_secret("POSTGRES_USER", "db", "username"),
            variable_from_secret("POSTGRES_PASSWORD", "db", "password"),
        ],
        readinessProbe={**probe, "periodSeconds": 10, "timeoutSeconds": 1},
        resources=resources("500m", "1Gi"),
        volumeMounts=[
            {"name": "data", "mountPath": "/var/lib/postgresql/data"},
            {"name": "config", "mountPath": "/etc/postgresql", "readOnly": True},
        ],
    )
    config = {"name": "config", "configMap": {"name": "orders-db-config", "defaultMode": 420}}
    return template({"app": "orders-db", "tier": "data"}, postgres, volumes=[config])


def _create(stage: Stage) -> None:
    settings = "max_connections = 200\nshared_buffers = 256MB\nlog_min_duration_statement = 500\n"
    ports = [{"name": "postgres", "port": 5432, "targetPort": 5432}]
    stage.create(
        config_map("orders-db-config", {"postgresql.conf": settings}),
        service("orders-db", "None", ports),
        stateful_set("orders-db", _pod(), 2, "20Gi"),
    )


def _update(stage: Stage) -> None:
    def edit(item: JsonObject) -> None:
        item["spec"]["template"]["spec"]["containers"][0]["image"] = "postgres:16.4"

    stage.change("statefulsets.apps", SHOP, "orders-db", edit)


def _budget(stage: Stage) -> None:
    stage.create(
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": metadata("orders-db", SHOP, labels={"app": "orders-db"}),
            "spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "orders-db"}}},
        },
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": metadata("web", SHOP, labels={"app": "web"}),
            "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "web"}}},
        },
    )


def _protect(stage: Stage) -> None:
    """Let only the shop's own pods reach the database."""
    front = {"podSelector": {"matchLabels": {"tier": "backend"}}}
    stage.create(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": metadata("orders-db", SHOP),
            "spec": {
                "podSelector": {"matchLabels": {"app": "orders-db"}},
                "policyTypes": ["Ingress"],
                "ingress": [{"from": [front], "ports": [{"port": 5432, "protocol": "TCP"}]}],
            },
        }
    )


SCENES = [
    Scene(timedelta(days=34, hours=1), _create),
    Scene(timedelta(days=12, hours=3), _update),
    Scene(timedelta(days=12, hours=1), _budget),
    Scene(timedelta(days=30), _protect),
]
