"""The Helm toolset, one module per verb family."""

from tools.helm.toolset import helm

__all__ = ["helm"]
