"""The Jenkins toolset, one module per verb family."""

from tools.jenkins.toolset import jenkins

__all__ = ["jenkins"]
