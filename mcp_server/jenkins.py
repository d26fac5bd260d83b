"""The settings that concern Jenkins, as its client takes them."""

from clients.addresses import address_of
from clients.credentials import CredentialRules
from clients.jenkins import JenkinsSettings
from clients.kubernetes.wire.connection import TimeLimits
from mcp_server import cluster
from mcp_server.settings import Settings


def settings_of(settings: Settings) -> JenkinsSettings:
    """Translate; nothing is read or connected."""
    bound = [entry.partition("=") for entry in settings.jenkins_credentials]
    return JenkinsSettings(
        rules=CredentialRules(
            namespaces=settings.jenkins_namespaces,
            label=settings.jenkins_secret_label,
            addresses=[address_of(url) for url in settings.jenkins_urls],
            bound=[(secret, address_of(url)) for secret, _, url in bound],
        ),
        limits=TimeLimits(settings.jenkins_connect_timeout, settings.jenkins_read_timeout),
        retries=cluster.settings_of(settings).retries,
        verify_tls=settings.jenkins_verify_tls,
        ca_file=settings.jenkins_ca_file,
        proxy=settings.jenkins_proxy,
    )
