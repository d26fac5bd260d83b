"""The Kubernetes toolset, one module per verb family."""

from tools.kubectl import get
from tools.kubectl.toolset import k8s

__all__ = ["get", "k8s"]
