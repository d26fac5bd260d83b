"""The Helm toolset, one module per verb family."""

from tools.helm import charts, contents, listing, repositories, status
from tools.helm.toolset import helm

__all__ = ["charts", "contents", "helm", "listing", "repositories", "status"]
