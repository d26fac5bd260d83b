"""Helm: native reads of releases, charts fetched by us, changes made by the executable."""

from clients.helm.opening import Helm, HelmSettings

__all__ = ["Helm", "HelmSettings"]
