"""Container logs: the last lines of each source, within bounds of lines, bytes and time.

``limitBytes`` keeps the first bytes of the window that ``tailLines`` opens; so a window that does
not fit is asked for again, shorter: what counts in a log is its end.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clients.errors import ClientError, InvalidError
from clients.kubernetes.logs import refusals as log_refusals
from clients.kubernetes.logs.lines import LONGEST_LINE, LogLine, log_lines, search
from clients.kubernetes.logs.sources import LogSource
from clients.kubernetes.objects import ObjectRef
from clients.kubernetes.reader import KubernetesReader

WINDOW_BYTES = 2**20
SEARCH_BYTES = 4 * 2**20
SEARCH_LINES = 10_000
SMALL_BYTES = 2**15
AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class LogQuery:
    """How much of each log; ``matches`` picks lines out of a larger window."""

    most_lines: int
    since: timedelta | datetime | None = None
    previous: bool = False
    stamped: bool = False
    matches: Callable[[str], bool] | None = None

    @property
    def window_lines(self) -> int:
        """Lines to ask for: one more than to show tells whether there are older ones."""
        return SEARCH_LINES if self.matches else self.most_lines + 1

    @property
    def params(self) -> dict[str, str]:
        """The parameters that are the same for every request."""
        params = _since(self.since)
        if self.previous:
            params["previous"] = "true"
        if self.stamped:
            params["timestamps"] = "true"
        return params


def _since(since: timedelta | datetime | None) -> dict[str, str]:
    if isinstance(since, datetime):
        return {"sinceTime": f"{since:%Y-%m-%dT%H:%M:%SZ}"}
    if not since:  # kubectl takes 0 for "all", the API server refuses it
        return {}
    return {"sinceSeconds": str(max(1, int(since.total_seconds() + 0.5)))}


@dataclass(frozen=True, slots=True)
class ContainerLog:
    """The last lines of a container's log.

    ``older`` says that there are more before; with a pattern, ``matched`` of ``searched`` lines
    were found, and ``older`` is about the lines searched. ``behind_long_line`` says that a very
    long line keeps older ones from being read.
    """

    source: LogSource
    lines: Sequence[LogLine]
    older: bool = False
    matched: int = 0
    searched: int = 0
    notice: str = ""
    behind_long_line: bool = False


@dataclass(frozen=True, slots=True)
class _Window:
    body: bytes
    lines: int
    complete: bool
    behind_long_line: bool = False


async def read_logs(
    kubernetes: KubernetesReader, sources: Sequence[LogSource], query: LogQuery
) -> Sequence[ContainerLog]:
    """Read all sources; of several, one that has no log says so in its notice.

    Raises the first refusal when there is no log at all.
    """
    turns = asyncio.Semaphore(AT_ONCE)
    most_bytes = (SEARCH_BYTES if query.matches else WINDOW_BYTES) // len(sources)

    async def read(source: LogSource) -> ContainerLog | ClientError:
        async with turns:
            try:
                return await _read(kubernetes, source, query, most_bytes)
            except ClientError as refusal:
                return refusal

    outcomes = await asyncio.gather(*map(read, sources))
    refusals = [outcome for outcome in outcomes if isinstance(outcome, ClientError)]
    if len(refusals) == len(outcomes):
        raise refusals[0]
    return [
        ContainerLog(source, (), notice=str(outcome))
        if isinstance(outcome, ClientError)
        else outcome
        for source, outcome in zip(sources, outcomes, strict=True)
    ]


async def _read(
    kubernetes: KubernetesReader, source: LogSource, query: LogQuery, most_bytes: int
) -> ContainerLog:
    if unscheduled := log_refusals.not_scheduled(source):
        raise unscheduled
    path = await _path(kubernetes, source)
    params = {"container": source.container, **query.params}
    try:
        window = await _window(kubernetes, path, params, query.window_lines, most_bytes)
    except InvalidError as refusal:
        raise log_refusals.explained(refusal, source) from refusal
    if not window.body.startswith(log_refusals.GONE):
        return await _prepared(source, query, window)
    if not query.previous:
        raise log_refusals.gone(source)
    current = await _read(kubernetes, source, replace(query, previous=False), most_bytes)
    return replace(current, notice="The node keeps no previous log: this is the current one.")


async def _path(kubernetes: KubernetesReader, source: LogSource) -> str:
    metadata = source.pod["metadata"]
    pods = await kubernetes.resource_type("pods")
    return ObjectRef(pods, metadata["name"], metadata["namespace"]).path("log")


async def _window(
    kubernetes: KubernetesReader, path: str, params: Mapping[str, str], lines: int, most_bytes: int
) -> _Window:
    """Ask for the last ``lines``; for fewer and fewer, at last one, while they do not fit."""
    limit = str(most_bytes)
    wanted, too_many = lines, 0
    while True:
        asked = {**params, "tailLines": str(wanted), "limitBytes": limit}
        body = await kubernetes.text(path, asked, most_bytes)
        if len(body) < most_bytes or wanted == 1:
            # What did not fit was on average longer than the longest line that is shown whole.
            behind = bool(too_many) and most_bytes - len(body) > LONGEST_LINE * (too_many - wanted)
            return _Window(body, wanted, wanted == lines, behind or len(body) >= most_bytes)
        # As many as did fit; not many fewer, for one long line says little about the others.
        too_many = wanted
        wanted = max(1, min(wanted // 2, max(wanted // 8, body.count(b"\n") * 9 // 10)))


async def _prepared(source: LogSource, query: LogQuery, window: _Window) -> ContainerLog:
    """Decode, mask and search; much of it beside the event loop."""
    if len(window.body) <= SMALL_BYTES:
        return _log(source, query, window)
    return await asyncio.to_thread(_log, source, query, window)


def _log(source: LogSource, query: LogQuery, window: _Window) -> ContainerLog:
    lines = log_lines(window.body, stamped=query.stamped)
    if query.matches is None:
        older = len(lines) > query.most_lines or not window.complete
        shown, behind = lines[-query.most_lines :], window.behind_long_line
        return ContainerLog(source, shown, older, behind_long_line=behind)
    searched = search(lines, query.matches)
    older = len(lines) >= window.lines or searched.searched < len(lines)
    return ContainerLog(
        source,
        searched.found[-query.most_lines :],
        older,
        matched=len(searched.found),
        searched=searched.searched,
        behind_long_line=window.behind_long_line,
    )
