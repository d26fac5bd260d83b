"""The Argo Rollouts toolset, one module per verb family."""

from tools.argo import listing, looking, redeploying, status, steering
from tools.argo.toolset import argo

__all__ = ["argo", "listing", "looking", "redeploying", "status", "steering"]
