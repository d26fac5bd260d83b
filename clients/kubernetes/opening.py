"""Open one cluster's clients; nothing is read or connected until the first request."""

from dataclasses import dataclass, field
from functools import partial

from pydantic import SecretStr

from clients.kubernetes import doors
from clients.kubernetes.config import ClusterSource, load_config
from clients.kubernetes.connection import Connection, TimeLimits
from clients.kubernetes.reader import KubernetesReader
from clients.kubernetes.resolving import Resolver
from clients.kubernetes.session import Retries, Session
from clients.masking import Masking


@dataclass(frozen=True, slots=True)
class KubernetesSettings:
    """Everything about the cluster that an operator can set."""

    source: ClusterSource = field(default_factory=ClusterSource)
    limits: TimeLimits = field(default_factory=TimeLimits)
    retries: Retries = field(default_factory=Retries)
    connections: int = 100
    user_agent: str = "skyflo-mcp"
    fingerprint_key: SecretStr | None = field(default=None, repr=False)


class Kubernetes:
    """The clients of one cluster over one connection, each as able as its tools need."""

    def __init__(self, settings: KubernetesSettings) -> None:
        self.connection = Connection(
            partial(load_config, settings.source),
            limits=settings.limits,
            connections=settings.connections,
            user_agent=settings.user_agent,
        )
        reading = Session(self.connection, settings.retries, doors.reading_only)
        self.reader = KubernetesReader(
            reading, Resolver(reading), Masking(settings.fingerprint_key)
        )

    async def close(self) -> None:
        """Close the kept connections."""
        await self.connection.close()
