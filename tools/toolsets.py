"""Every toolset the server can offer."""

from tools.kubectl import k8s

TOOLSETS = (k8s,)
