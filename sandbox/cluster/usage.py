"""What metrics-server would have measured: filled by the story, read by metrics.k8s.io."""

from dataclasses import dataclass
from typing import Literal

Availability = Literal["serving", "down", "missing"]


@dataclass(frozen=True)
class Usage:
    """Quantities as metrics-server writes them, such as `12345678n` and `5632Ki`."""

    cpu: str
    memory: str

    def as_json(self) -> dict[str, str]:
        """Return the `usage` member."""
        return {"cpu": self.cpu, "memory": self.memory}


class UsageBook:
    """Usage of nodes and containers; `availability` plays a broken or absent metrics-server."""

    def __init__(self) -> None:
        self.availability: Availability = "serving"
        self.nodes: dict[str, Usage] = {}
        self.containers: dict[tuple[str, str], dict[str, Usage]] = {}

    def node(self, name: str, cpu: str, memory: str) -> None:
        """Set what a node uses."""
        self.nodes[name] = Usage(cpu, memory)

    def container(self, namespace: str, pod: str, container: str, cpu: str, memory: str) -> None:
        """Set what a container uses."""
        self.containers.setdefault((namespace, pod), {})[container] = Usage(cpu, memory)

    def forget(self, namespace: str, pod: str) -> None:
        """Drop what was measured of a pod that is gone."""
        self.containers.pop((namespace, pod), None)
