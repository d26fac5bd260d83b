"""The Jenkins toolset, one module per verb family."""

from tools.jenkins import whoami
from tools.jenkins.toolset import jenkins

__all__ = ["jenkins", "whoami"]
