"""What containers have written: filled by the story, read by `pods/NAME/log`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.cluster.objects import micro_timestamp

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Line:
    """One line, without its end, and the moment it was written."""

    moment: datetime
    text: bytes

    def as_bytes(self, stamped: bool) -> bytes:
        """Return the line as the kubelet sends it, with the moment in front when asked for."""
        prefix = micro_timestamp(self.moment)[:-1] + "000Z " if stamped else ""
        return prefix.encode() + self.text + b"\n"


@dataclass
class ContainerLog:
    """The lines of a container's current and previous run; `ended` stops a `follow`."""

    lines: list[Line] = field(default_factory=list)
    previous: list[Line] | None = None
    ended: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class LogBook:
    """Logs by namespace, pod and container."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._logs: dict[Key, ContainerLog] = {}

    def of(self, namespace: str, pod: str, container: str) -> ContainerLog:
        """Return the log of a container, empty when nothing was written yet."""
        return self._logs.setdefault((namespace, pod, container), ContainerLog())

    def write(
        self,
        namespace: str,
        pod: str,
        container: str,
        text: str | bytes,
        moment: datetime | None = None,
    ) -> None:
        """Append the lines of a text; bytes need not be valid UTF-8."""
        raw = text.encode() if isinstance(text, str) else text
        log = self.of(namespace, pod, container)
        lines = raw.removesuffix(b"\n").split(b"\n")
        log.lines += [Line(moment or self._clock(), each) for each in lines]
        self._tell(log)

    def restart(self, namespace: str, pod: str, container: str) -> None:
        """Begin a new run: what was written becomes the previous log."""
        log = self.of(namespace, pod, container)
        log.previous, log.lines, log.ended = log.lines, [], False
        self._tell(log)

    def end(self, namespace: str, pod: str, container: str) -> None:
        """Say that the container writes nothing more."""
        log = self.of(namespace, pod, container)
        log.ended = True
        self._tell(log)

    def forget(self, namespace: str, pod: str) -> None:
        """Drop the logs of a pod that is gone."""
        for key in [key for key in self._logs if key[:2] == (namespace, pod)]:
            self.end(*key)
            del self._logs[key]

    @staticmethod
    def _tell(log: ContainerLog) -> None:
        log.changed.set()
        log.changed = asyncio.Event()
