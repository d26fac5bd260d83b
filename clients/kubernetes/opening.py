"""Open one cluster's clients; nothing is read or connected until the first request."""

from dataclasses import dataclass, field
from functools import partial

from pydantic import SecretStr

from clients.kubernetes.background import Background
from clients.kubernetes.changes import Journal
from clients.kubernetes.configuration.config import ClusterSource, load_config
from clients.kubernetes.impact import powers_of
from clients.kubernetes.pods.forwarding import Forwards
from clients.kubernetes.raw_secrets import RawSecrets
from clients.kubernetes.reader import KubernetesReader
from clients.kubernetes.types.resolving import Resolver
from clients.kubernetes.wire import doors
from clients.kubernetes.wire.connection import Connection, TimeLimits
from clients.kubernetes.wire.policy import Policy
from clients.kubernetes.wire.session import Door, Retries, Session, open_door
from clients.kubernetes.writer import KubernetesWriter
from clients.masking import Masking


@dataclass(frozen=True, slots=True)
class KubernetesSettings:
    """Everything about the cluster that an operator can set."""

    source: ClusterSource = field(default_factory=ClusterSource)
    limits: TimeLimits = field(default_factory=TimeLimits)
    retries: Retries = field(default_factory=Retries)
    policy: Policy = field(default_factory=Policy)
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
        resolver = Resolver(Session(self.connection, settings.retries, doors.reading_only))
        allowed = settings.policy.door(resolver.is_namespaced)
        self._any = Session(self.connection, settings.retries, allowed)
        self._dry = self._any.with_door(doors.dry_runs_only)
        reading = self._any.with_door(doors.reading_only)
        self.reader = KubernetesReader(reading, resolver, Masking(settings.fingerprint_key))
        self.secrets = RawSecrets(reading, self.reader)
        self.background = Background()
        refuses = settings.policy.refuses_escalation
        self.powers_of = partial(powers_of, self.reader) if refuses else None
        self.forwards = Forwards()

    def writer(self, journal: Journal, *, dry: bool) -> KubernetesWriter:
        """Return a writer for one call; a dry one cannot change anything."""
        session = self._dry if dry else self._any
        return KubernetesWriter(self.reader, session, journal, dry=dry, powers_of=self.powers_of)

    def session(self, door: Door = open_door) -> Session:
        """Return a session for other clients of this cluster: the operator's policy, and a door."""
        return self._any.with_door(door)

    async def close(self) -> None:
        """Stop forwarding, finish what must not stay half done, close the kept connections."""
        await self.forwards.close()
        await self.background.close()
        await self.connection.close()
