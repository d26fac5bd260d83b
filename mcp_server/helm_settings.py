"""The settings that concern Helm, as its client takes them."""

from clients.helm import HelmSettings
from mcp_server.settings import Settings


def settings_of(settings: Settings) -> HelmSettings:
    """Translate; nothing is read or started."""
    return HelmSettings(driver=settings.helm_driver)
