"""What a table shows of one revision, masked; remembered for as long as its record is the same."""

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from clients.helm.records import UnreadableRecordError
from clients.helm.release import Release
from clients.helm.secrecy import Secrecy
from clients.helm.storage import Entry

MOST_REMEMBERED = 5_000
LONGEST_REMEMBERED = 2_000
# What Helm itself writes, of which nothing has to be masked.
_PLAIN = re.compile(
    r"(?:Install|Upgrade|Uninstallation|Dry run) complete|Rollback to \d+|Preparing upgrade"
    r"|Initial install underway|Deletion in progress \(or silently failed\)|"
)
MISSING = "MISSING"
Show = Callable[[Release, Callable[[Secrecy], str]], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Revision:
    """One row; ``updated`` as the record has it (RFC 3339, its writer's zone), "" if never."""

    name: str
    namespace: str
    version: int
    updated: str
    status: str
    chart: str
    app_version: str
    description: str
    notes: tuple[str, ...] = ()


class Revisions:
    """Revisions read before, by their records' uid and version: a record that changed is new."""

    def __init__(self) -> None:
        self._remembered: OrderedDict[tuple[str, str], Revision] = OrderedDict()

    def known(self, entry: Entry) -> Revision | None:
        """Return a revision whose record is still the one that was read."""
        key = entry.content
        if found := self._remembered.get(key):
            self._remembered.move_to_end(key)
        return found

    async def made(
        self, entry: Entry, record: Release | UnreadableRecordError, show: Show
    ) -> Revision:
        """Make a record's row, and remember it if it could be read."""
        if isinstance(record, UnreadableRecordError):
            return _broken(entry, record)
        revision = _row(record, await _description(record, show))
        key = entry.content
        if all(key) and len(revision.description) < LONGEST_REMEMBERED:
            self._remembered[key] = revision
            if len(self._remembered) > MOST_REMEMBERED:
                self._remembered.popitem(last=False)
        return revision


def _broken(entry: Entry, why: UnreadableRecordError) -> Revision:
    """Make a row of what the labels tell."""
    return Revision(
        entry.name,
        entry.namespace,
        entry.version,
        "",
        entry.status,
        MISSING,
        MISSING,
        "",
        (unreadable(entry, why),),
    )


def unreadable(entry: Entry, why: UnreadableRecordError) -> str:
    """Say which record is not what Helm writes."""
    return (
        f'Revision {entry.version} of release "{entry.name}" in namespace "{entry.namespace}" '
        f"cannot be read: {why} ({entry.record})."
    )


def _row(release: Release, description: str) -> Revision:
    return Revision(
        release.name,
        release.namespace,
        release.version,
        str(release.info.get("last_deployed") or ""),
        release.status,
        f"{release.chart_name}-{release.chart_version}" if release.has_chart else MISSING,
        str(release.chart_metadata.get("appVersion") or "") if release.has_chart else MISSING,
        description,
    )


async def _description(release: Release, show: Show) -> str:
    """Return the description, masked; the secrets are looked for only where it may hold one."""
    text = release.description
    if _PLAIN.fullmatch(text):
        return text
    return await show(release, lambda secrecy: secrecy.text(text))
