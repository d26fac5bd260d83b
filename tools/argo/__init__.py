"""The Argo Rollouts toolset, one module per verb family."""

from tools.argo.toolset import argo

__all__ = ["argo"]
