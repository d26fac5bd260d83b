"""The Helm toolset, one module per verb family."""

from tools.helm import changing, charts, comparing, contents, listing, repositories, status
from tools.helm.toolset import helm

__all__ = [
    "changing",
    "charts",
    "comparing",
    "contents",
    "helm",
    "listing",
    "repositories",
    "status",
]
