"""The Kubernetes toolset, one module per verb family."""

from tools.kubectl import (
    access,
    api_resources,
    cluster,
    describe,
    events,
    get,
    logs,
    rollout,
    scale,
    top,
    waiting,
)
from tools.kubectl.toolset import k8s

__all__ = [
    "access",
    "api_resources",
    "cluster",
    "describe",
    "events",
    "get",
    "k8s",
    "logs",
    "rollout",
    "scale",
    "top",
    "waiting",
]
