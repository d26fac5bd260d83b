"""The Jenkins toolset, one module per verb family."""

from tools.jenkins import (
    builds,
    changing_builds,
    console,
    failures,
    jobs,
    queue,
    sources,
    trigger,
    whoami,
)
from tools.jenkins.toolset import jenkins

__all__ = [
    "builds",
    "changing_builds",
    "console",
    "failures",
    "jenkins",
    "jobs",
    "queue",
    "sources",
    "trigger",
    "whoami",
]
