"""Argo Rollouts in the simulated cluster: its types, and objects as its tests need them."""

from typing import Any

from sandbox import Cluster
from sandbox.definitions import argo_rollouts
from tests.support.builders import an_object

JsonObject = dict[str, Any]
VERSION = "argoproj.io/v1alpha1"
PATH = "/apis/argoproj.io/v1alpha1"


def install_argo(cluster: Cluster) -> None:
    """Serve the five types of argoproj.io/v1alpha1; no controller comes with them."""
    for definition in argo_rollouts():
        cluster.store.create(definition)


def a_rollout(
    name: str = "web", namespace: str = "shop", status: JsonObject | None = None, **spec: Any
) -> JsonObject:
    """Build a canary rollout, or what `strategy` says."""
    labels = {"app": name}
    whole = {
        "replicas": 4,
        "selector": {"matchLabels": labels},
        "strategy": {"canary": {"steps": [{"setWeight": 25}, {"pause": {}}]}},
        "template": {
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "app", "image": f"shop/{name}:1"}]},
        },
        **spec,
    }
    given = {"status": status} if status else {}
    return an_object(VERSION, "Rollout", name, namespace, spec=whole, **given)
