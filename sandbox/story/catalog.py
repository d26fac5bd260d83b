"""`catalog`: a release whose image nobody pushed; the old pods go on serving."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.story.manifests import (
    container,
    deployment,
    http_probe,
    port,
    resources,
    service,
    template,
    variable,
    variable_from_secret,
)
from sandbox.story.stage import Scene, Stage
from sandbox.story.web import CAUSE, released


def _pod() -> JsonObject:
    catalog = container(
        "catalog",
        "shop/catalog:3.1.4",
        ports=[port(8080)],
        env=[
            variable("SEARCH_INDEX", "products-v3"),
            variable_from_secret("DATABASE_URL", "db", "url"),
        ],
        readinessProbe=http_probe("/ready"),
        resources=resources("150m", "512Mi"),
    )
    labels = {"app": "catalog", "tier": "backend"}
    return template(labels, catalog, imagePullSecrets=[{"name": "registry"}])


def _create(stage: Stage) -> None:
    first = {CAUSE: "Deploy 3.1.4: synonyms"}
    stage.create(
        deployment("catalog", _pod(), 2, annotations=first),
        service("catalog", "10.43.20.155", [{"name": "http", "port": 8080, "targetPort": 8080}]),
    )


SCENES = [
    Scene(timedelta(days=12, hours=7), _create),
    Scene(
        timedelta(hours=3, minutes=4),
        released("catalog", "shop/catalog:3.2.0-rc1", "Deploy 3.2.0-rc1: try the new index"),
    ),
]
