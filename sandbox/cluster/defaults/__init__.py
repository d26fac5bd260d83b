"""The values that the API server fills in (kubernetes `pkg/apis/*/v1/defaults.go`)."""

from sandbox.cluster.defaults.policies import POLICIES
from sandbox.cluster.defaults.workloads import WORKLOADS
from sandbox.cluster.objects import JsonObject, copied
from sandbox.cluster.registry import ResourceType

_DEFAULTS = {**WORKLOADS, **POLICIES}


def defaulted(obj: JsonObject, resource: ResourceType) -> JsonObject:
    """Return a copy of an object with the defaults of its type."""
    new = copied(obj)
    if set_defaults := _DEFAULTS.get((resource.group, resource.kind)):
        set_defaults(new)
    return new
