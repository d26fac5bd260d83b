"""The Kubernetes toolset, one module per verb family."""

from tools.kubectl import describe, get
from tools.kubectl.toolset import k8s

__all__ = ["describe", "get", "k8s"]
