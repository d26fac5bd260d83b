"""Verified archives in a private directory, for helm to read; the oldest make room.

A call borrows what it uses: nothing is taken away from under helm, and what nobody uses goes, the
longest unused first. Both are bounded: the directory is a disk, or in a pod some of its memory. So
is what is remembered of the charts: a small archive may hold long values.
"""

import shutil
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from clients.errors import UnavailableError
from clients.helm.charts.chart import Chart, Contents

MOST_KEPT_BYTES = 256 * 2**20
MOST_REMEMBERED_BYTES = 16 * 2**20
MOST_BYTES = 384 * 2**20  # with those in use; the chart's volume has 512 MiB, helm's own included


@dataclass(slots=True)
class _Kept:
    chart: Chart
    size: int
    memory: int
    users: int = 0


class Shelf:
    """Charts by the digest of their archive."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    @contextmanager
    def lending(self) -> Iterator["Loan"]:
        """Let a call use charts until it ends; then what is too much goes."""
        loan = Loan(self)
        try:
            yield loan
        finally:
            for kept in loan.taken:
                kept.users -= 1
            self._make_room(MOST_KEPT_BYTES)

    def find(self, digest: str, source: str) -> _Kept | None:
        """Return a chart that came from ``source`` before, with this archive."""
        kept = self._there(digest)
        if kept is None or kept.chart.source != source:
            return None
        self._kept.move_to_end(digest)
        return kept

    def place(self, archive: bytes, contents: Contents, digest: str, source: str) -> _Kept:
        """Return the place of an archive, written where only this user can read it.

        Raises UnavailableError where those in use leave no room, or the disk has none.
        """
        kept = self._there(digest)
        if kept is None:
            path = self._written(archive, contents, digest)
            chart = Chart(path, contents, source, digest)
            kept = self._kept[digest] = _Kept(chart, len(archive), contents.memory)
        kept.chart = Chart(kept.chart.path, contents, source, digest)
        self._kept.move_to_end(digest)
        return kept

    def close(self) -> None:
        """Remove everything."""
        self._kept.clear()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _there(self, digest: str) -> _Kept | None:
        """Return what is kept, unless somebody has cleaned up temporary files."""
        kept = self._kept.get(digest)
        return kept if kept is not None and kept.chart.path.exists() else None

    def _written(self, archive: bytes, contents: Contents, digest: str) -> Path:
        if self._make_room(MOST_BYTES - len(archive)) > MOST_BYTES - len(archive):
            raise UnavailableError(
                f"The charts that calls under way use take up the {MOST_BYTES >> 20} MiB there "
                "are for them; nothing was done. Call again when one has ended."
            )
        try:
            place = self._place(digest)
            path = place / f"{contents.name}-{contents.version}.tgz"
            path.touch(mode=0o600)
            path.write_bytes(archive)
        except OSError as full:
            self._forget(digest)
            raise UnavailableError(
                "The chart cannot be written to where the server keeps temporary files (TMPDIR): "
                f"{full.strerror}. Nothing was done."
            ) from full
        return path

    def _place(self, digest: str) -> Path:
        """Return an empty folder."""
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="skyflo-charts-")  # mode 0700
        self._forget(digest)
        place = Path(self._folder.name) / digest[:32]
        place.mkdir(mode=0o700)
        return place

    def _forget(self, digest: str) -> None:
        self._kept.pop(digest, None)
        if self._folder is not None:
            shutil.rmtree(Path(self._folder.name) / digest[:32], ignore_errors=True)

    def _make_room(self, most: int) -> int:
        """Remove what nobody uses until no more is left than ``most``; return what is left."""
        total = sum(kept.size for kept in self._kept.values())
        memory = sum(kept.memory for kept in self._kept.values())
        for digest, kept in list(self._kept.items()):
            if total <= most and memory <= MOST_REMEMBERED_BYTES:
                break
            if not kept.users:
                self._forget(digest)
                total -= kept.size
                memory -= kept.memory
        return total


class Loan:
    """What one call uses of the shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.taken: list[_Kept] = []

    def get(self, digest: str, source: str) -> Chart | None:
        """Borrow a chart that came from ``source`` before, with this archive."""
        kept = self._shelf.find(digest, source)
        return None if kept is None else self._borrowed(kept)

    def put(self, archive: bytes, contents: Contents, digest: str, source: str) -> Chart:
        """Keep an archive and borrow it; raises UnavailableError where there is no room."""
        return self._borrowed(self._shelf.place(archive, contents, digest, source))

    def _borrowed(self, kept: _Kept) -> Chart:
        kept.users += 1
        self.taken.append(kept)
        return kept.chart
