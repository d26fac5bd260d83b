"""CustomResourceDefinitions of the products whose controllers the sandbox plays.

`argo_rollouts.json` holds `manifests/crds` of Argo Rollouts 1.10.1 (Apache License 2.0): names,
subresources and printer columns are whole. Left out are all descriptions but the columns', and
what half a megabyte of schema says below pod templates, metric providers and traffic routing:
there any field is taken, only a container's `name` and the types of name and image are checked.
"""

from pathlib import Path

import orjson

from sandbox.cluster.objects import JsonObjects
from sandbox.cluster.registry import Registry
from sandbox.cluster.upkeep.definitions import served_types

__all__ = ["argo_rollouts", "serve"]


def argo_rollouts() -> JsonObjects:
    """Return the definitions of Rollout, Experiment, AnalysisRun and the two templates."""
    found: JsonObjects = orjson.loads(Path(__file__).with_name("argo_rollouts.json").read_bytes())
    return found


def serve(registry: Registry, definitions: JsonObjects) -> None:
    """Let a store take the custom resources where no server reacts to their definitions."""
    for definition in definitions:
        for each in served_types(definition):
            if registry.find(each.group, each.version, each.plural) is None:
                registry.add(each)
