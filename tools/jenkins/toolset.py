"""The Jenkins toolset, before any tool is in it."""

from tools.toolset import Toolset

jenkins = Toolset("jenkins")
