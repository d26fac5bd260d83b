"""The settings that concern the cluster, as the Kubernetes client takes them."""

from clients.kubernetes import KubernetesSettings
from clients.kubernetes.configuration.config import ClusterSource
from clients.kubernetes.wire.connection import TimeLimits
from clients.kubernetes.wire.policy import Policy
from clients.kubernetes.wire.session import Retries
from mcp_server.settings import Settings


def settings_of(settings: Settings) -> KubernetesSettings:
    """Translate; nothing is read or connected."""
    return KubernetesSettings(
        source=ClusterSource(
            kubeconfig=settings.kubeconfig,
            context=settings.context,
            service_host=settings.kubernetes_service_host,
            service_port=settings.kubernetes_service_port,
        ),
        limits=TimeLimits(settings.kubernetes_connect_timeout, settings.kubernetes_read_timeout),
        retries=Retries(
            settings.max_retry_attempts,
            settings.retry_base_delay,
            settings.retry_max_delay,
            settings.retry_exponential_base,
        ),
        policy=Policy(
            allowed=settings.allowed_namespaces,
            denied=settings.denied_namespaces,
            protected=settings.protected_namespaces,
            deny=settings.deny,
            refuses_escalation=settings.refuse_escalation,
        ),
        connections=settings.kubernetes_connections,
        fingerprint_key=settings.fingerprint_key,
    )
