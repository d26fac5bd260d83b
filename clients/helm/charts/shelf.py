"""Verified archives in a private directory, for helm to read; the oldest make room."""

import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from clients.helm.charts.chart import Chart, Contents

MOST_BYTES = 256 * 2**20
KEPT_SECONDS = 600.0  # longer than any call: what was just given out is not taken away


class Shelf:
    """Charts by the digest of their archive."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._folder: TemporaryDirectory[str] | None = None
        self._charts: OrderedDict[str, tuple[Chart, int, float]] = OrderedDict()

    def get(self, digest: str, source: str) -> Chart | None:
        """Return a chart that came from ``source`` before, with this archive."""
        kept = self._charts.get(digest)
        if kept is None or kept[0].source != source:
            return None
        self._charts[digest] = (kept[0], kept[1], self._clock())
        self._charts.move_to_end(digest)
        return kept[0]

    def put(self, archive: bytes, contents: Contents, digest: str, source: str) -> Chart:
        """Write an archive where only this user can read it."""
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="skyflo-charts-")  # mode 0700
        place = Path(self._folder.name) / digest[:32]
        place.mkdir(mode=0o700, exist_ok=True)
        path = place / f"{contents.name}-{contents.version}.tgz"
        path.touch(mode=0o600)
        path.write_bytes(archive)
        chart = Chart(path, contents, source, digest)
        self._charts[digest] = (chart, len(archive), self._clock())
        self._charts.move_to_end(digest)
        self._make_room()
        return chart

    def close(self) -> None:
        """Remove everything."""
        self._charts.clear()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _make_room(self) -> None:
        total = sum(size for _, size, _ in self._charts.values())
        for digest, (chart, size, used) in list(self._charts.items()):
            if total <= MOST_BYTES or self._clock() - used < KEPT_SECONDS:
                return
            del self._charts[digest]
            chart.path.unlink(missing_ok=True)
            total -= size
