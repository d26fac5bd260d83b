"""The Kubernetes toolset, one module per verb family."""

from tools.kubectl import (
    access,
    api_resources,
    apply,
    cluster,
    delete,
    describe,
    edit,
    events,
    execute,
    get,
    logs,
    nodes,
    preview,
    redeploy,
    rollout,
    top,
    waiting,
)
from tools.kubectl.toolset import k8s

__all__ = [
    "access",
    "api_resources",
    "apply",
    "cluster",
    "delete",
    "describe",
    "edit",
    "events",
    "execute",
    "get",
    "k8s",
    "logs",
    "nodes",
    "preview",
    "redeploy",
    "rollout",
    "top",
    "waiting",
]
