"""The Kubernetes toolset, one module per verb family."""

from tools.kubectl import (
    access,
    api_resources,
    cluster,
    delete,
    describe,
    edit,
    events,
    get,
    logs,
    nodes,
    redeploy,
    rollout,
    top,
    waiting,
)
from tools.kubectl.toolset import k8s

__all__ = [
    "access",
    "api_resources",
    "cluster",
    "delete",
    "describe",
    "edit",
    "events",
    "get",
    "k8s",
    "logs",
    "nodes",
    "redeploy",
    "rollout",
    "top",
    "waiting",
]
