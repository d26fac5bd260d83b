"""The Helm toolset, before any tool is in it."""

from tools.toolset import Toolset

helm = Toolset("helm")
