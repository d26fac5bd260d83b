"""The index of a chart repository: which charts, in which versions, where."""

import asyncio
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from clients.errors import NotFoundError, TimedOutError, UnavailableError
from clients.helm.charts import index_parsing, versions
from clients.suggestions import did_you_mean

_IN_THREAD_BYTES = 256 * 2**10
_PARSE_SECONDS = 90.0
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one chart."""

    name: str
    version: str
    app_version: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    digest: str = ""
    deprecated: bool = False


class Index:
    """Every chart's versions, the newest first."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        charts: dict[str, list[Entry]] = {}
        for entry in entries:
            if versions.parsed(entry.version) is not None:
                charts.setdefault(entry.name, []).append(entry)
        self.charts: Mapping[str, list[Entry]] = {
            name: _newest_first(charts[name]) for name in sorted(charts)
        }

    def find(self, repository: str, name: str, version: str | None) -> Entry:
        """Return the version asked for, or the newest that a constraint (or none) allows."""
        entries = self.charts.get(name)
        if not entries:
            raise NotFoundError(
                f'Chart "{name}" not found in repository "{repository}".'
                f"{did_you_mean(name, self.charts)}"
            )
        if exact := next((entry for entry in entries if entry.version == version), None):
            return exact
        constraint = versions.Constraint(version or versions.STABLE)
        for entry in entries:
            known = versions.parsed(entry.version)
            if known is not None and constraint.allows(known):
                return entry
        raise NotFoundError(_no_such_version(repository, name, version, entries))


def _newest_first(entries: list[Entry]) -> list[Entry]:
    def key(entry: Entry) -> tuple[object, str]:
        return versions.parsed(entry.version), entry.version

    return sorted(entries, key=key, reverse=True)


def _no_such_version(repository: str, name: str, version: str | None, entries: list[Entry]) -> str:
    there = ", ".join(entry.version for entry in entries[:_SHOWN])
    more = f" and {len(entries) - _SHOWN} older ones" if len(entries) > _SHOWN else ""
    if version is None:
        return (
            f'Chart "{name}" in repository "{repository}" has only pre-releases: {there}{more}. '
            "Give one as version."
        )
    return (
        f'Chart "{name}" in repository "{repository}" has no version "{version}". '
        f"There are: {there}{more}."
    )


async def read(body: bytes, where: str) -> Index:
    """Read an index off the event loop; raises UnavailableError for what is none."""
    if len(body) <= _IN_THREAD_BYTES:
        try:
            found = await asyncio.to_thread(index_parsing.rows, body)
        except ValueError as wrong:
            raise _no_index(where, str(wrong)) from wrong
    else:
        found = await _apart(body, where)
    return await asyncio.to_thread(_index, found)


def _index(found: list[index_parsing.Row]) -> Index:
    return Index(
        Entry(name, version, app, text, tuple(words), tuple(urls), digest, deprecated)
        for name, version, app, text, words, urls, digest, deprecated in found
    )


async def _apart(body: bytes, where: str) -> list[index_parsing.Row]:
    """Have another process read it: this one has calls to answer."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(Path(index_parsing.__file__)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(_PARSE_SECONDS):
            output, _ = await process.communicate(body)
    except TimeoutError as late:
        raise TimedOutError(f"The index of {where} takes too long to read.") from late
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise _no_index(where, "it needs too much memory, or cannot be read")
    answer = await asyncio.to_thread(orjson.loads, output)
    if isinstance(answer, dict):
        raise _no_index(where, answer["wrong"])
    return list(answer)


def _no_index(where: str, why: str) -> UnavailableError:
    return UnavailableError(f"{where} does not serve the index of a chart repository: {why}.")
