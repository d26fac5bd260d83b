"""Every tool the server offers, grouped into toolsets."""

from tools.kubectl import k8s

TOOLSETS = (k8s,)

__all__ = ["TOOLSETS", "k8s"]
