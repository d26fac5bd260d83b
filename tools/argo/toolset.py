"""The Argo Rollouts toolset, before any tool is in it."""

from tools.toolset import Toolset

argo = Toolset("argo")
