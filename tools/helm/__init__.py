"""The Helm toolset, one module per verb family."""

from tools.helm import charts, repositories
from tools.helm.toolset import helm

__all__ = ["charts", "helm", "repositories"]
