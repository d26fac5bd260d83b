"""The journal of the call being answered, and whether it is only tried.

While a plan is being made, ``dependencies.Writing`` gives tools a dry writer: the same code, with a
client that can only try. What a tool does beyond writing (waiting, streaming) it leaves out when
``writing.dry``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from clients.kubernetes.changes import Journal


@dataclass(frozen=True, slots=True)
class Recording:
    """Where this call's changes are written down, and whether they are dry runs."""

    journal: Journal = field(default_factory=Journal)
    dry: bool = False


_recording: ContextVar[Recording | None] = ContextVar("recording", default=None)


@contextmanager
def recording(*, dry: bool) -> Iterator[Journal]:
    """Give the writers of this block one journal, and make them dry ones if so."""
    started = Recording(dry=dry)
    token = _recording.set(started)
    try:
        yield started.journal
    finally:
        _recording.reset(token)


def current() -> Recording:
    """Return the recording of the call being answered."""
    return _recording.get() or Recording()
