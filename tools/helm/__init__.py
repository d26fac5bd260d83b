"""The Helm toolset, one module per verb family."""

from tools.helm import changing, charts, contents, listing, repositories, status
from tools.helm.toolset import helm

__all__ = ["changing", "charts", "contents", "helm", "listing", "repositories", "status"]
