"""What a tool may ask for in its signature; none of it shows in the tool's schema."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from fastmcp import Context
from fastmcp.dependencies import CurrentContext, Depends
from fastmcp.server.dependencies import get_context

from clients import helm, kubernetes
from clients import jenkins as jenkins_client
from clients.kubernetes import background
from clients.kubernetes.pods import forwarding
from tools import planning
from tools.results import DEFAULT_MOST_BYTES


@dataclass(frozen=True, slots=True)
class Clients:
    """Everything tools act on, opened once per server, and the clock they render by."""

    kubernetes: kubernetes.Kubernetes
    helm: helm.Helm
    most_bytes: int = DEFAULT_MOST_BYTES
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    jenkins: jenkins_client.Jenkins | None = None


class Reporter:
    """Tells the waiting client how far a long call has come."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._told = 0

    async def __call__(self, message: str) -> None:
        """Report one step; clients that asked for no progress get none."""
        self._told += 1
        await self._context.report_progress(self._told, None, message)


def _clients(context: Annotated[Context, CurrentContext()]) -> Clients:
    clients = context.lifespan_context["clients"]
    assert isinstance(clients, Clients)  # noqa: S101 - for mypy: the lifespan puts it there
    return clients


def _reader(clients: Annotated[Clients, Depends(_clients)]) -> kubernetes.KubernetesReader:
    return clients.kubernetes.reader


def _helm(clients: Annotated[Clients, Depends(_clients)]) -> helm.Helm:
    return clients.helm


def _now(clients: Annotated[Clients, Depends(_clients)]) -> datetime:
    return clients.clock()


def _most_bytes(clients: Annotated[Clients, Depends(_clients)]) -> int:
    return clients.most_bytes


def current_clients() -> Clients:
    """Return the clients of the call being answered, outside a tool's signature."""
    return _clients(get_context())


def _writer(clients: Annotated[Clients, Depends(_clients)]) -> kubernetes.KubernetesWriter:
    """Return a writer for this call: a dry one while a plan is being made."""
    recording = planning.current()
    return clients.kubernetes.writer(recording.journal, dry=recording.dry)


def _jenkins(clients: Annotated[Clients, Depends(_clients)]) -> jenkins_client.JenkinsReading:
    return _opened_jenkins(clients).reader


def _changing_jenkins(
    clients: Annotated[Clients, Depends(_clients)],
) -> jenkins_client.JenkinsWriting:
    """Return what opens writers for this call: dry ones while a plan is being made."""
    recording = planning.current()
    return _opened_jenkins(clients).writer(recording.journal, dry=recording.dry)


def _opened_jenkins(clients: Clients) -> jenkins_client.Jenkins:
    assert clients.jenkins is not None  # noqa: S101 - for mypy: the lifespan opens it
    return clients.jenkins


def _background(clients: Annotated[Clients, Depends(_clients)]) -> background.Background:
    return clients.kubernetes.background


def _forwards(clients: Annotated[Clients, Depends(_clients)]) -> forwarding.Forwards:
    return clients.kubernetes.forwards


def _reporter(context: Annotated[Context, CurrentContext()]) -> Reporter:
    return Reporter(context)


Kubernetes = Annotated[kubernetes.KubernetesReader, Depends(_reader)]
Writing = Annotated[kubernetes.KubernetesWriter, Depends(_writer)]
Helm = Annotated[helm.Helm, Depends(_helm)]
Background = Annotated[background.Background, Depends(_background)]
Forwards = Annotated[forwarding.Forwards, Depends(_forwards)]
Jenkins = Annotated[jenkins_client.JenkinsReading, Depends(_jenkins)]
ChangingJenkins = Annotated[jenkins_client.JenkinsWriting, Depends(_changing_jenkins)]
Now = Annotated[datetime, Depends(_now)]
MostBytes = Annotated[int, Depends(_most_bytes)]
Progress = Annotated[Reporter, Depends(_reporter)]
