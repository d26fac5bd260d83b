"""Fetched archives take no more of the disk than they may, and none goes while it is in use."""

import asyncio
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from clients.errors import UnavailableError
from clients.helm.charts import Charts, shelf
from clients.helm.charts.archive import inspected
from clients.helm.charts.chart import Chart
from clients.helm.charts.shelf import Loan, Shelf
from sandbox.charts import ChartRepository
from tests.support.chart_repository import CHART, tgz
from tests.unit.clients.helm.charts.conftest import Opened, place

KIB = 2**10


def large(name: str, size: int = 100 * KIB) -> bytes:
    """Make a chart that no compression makes smaller."""
    about = CHART.format(name=name, version="1.0.0").encode()
    return tgz((f"{name}/Chart.yaml", about), (f"{name}/files/x", os.urandom(size)))


def put(loan: Loan, archive: bytes) -> Chart:
    digest = hashlib.sha256(archive).hexdigest()
    return loan.put(archive, inspected(archive), digest, "https://charts.example.com")


def on_disk(folder: Path) -> list[str]:
    return sorted(file.name.partition("-")[0] for file in folder.rglob("*.tgz"))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files, and room for two large charts, for three with those in use."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setattr(shelf, "MOST_KEPT_BYTES", 250 * KIB)
    monkeypatch.setattr(shelf, "MOST_BYTES", 350 * KIB)
    return folder


@pytest.fixture
def charts(temporary: Path) -> Iterator[Shelf]:
    kept = Shelf()
    yield kept
    kept.close()
    assert list(temporary.iterdir()) == []


def test_the_longest_unused_makes_room(charts: Shelf, temporary: Path) -> None:
    one, two, three = (large(name) for name in ("one", "two", "three"))
    for archive in (one, two, one, three):
        with charts.lending() as loan:
            put(loan, archive)
    assert on_disk(temporary) == ["one", "three"]
    assert len([*temporary.rglob("*")]) == 1 + 2 * 2, "an empty folder was left"


def test_what_is_in_use_stays_and_goes_when_its_call_ends(charts: Shelf, temporary: Path) -> None:
    with charts.lending() as first:
        one = put(first, large("one"))
        with charts.lending() as second:
            put(second, large("two"))
            put(second, large("three"))  # more than may be kept, and all of it in use
            assert on_disk(temporary) == ["one", "three", "two"]
        assert on_disk(temporary) == ["one", "three"]
        assert one.path.exists()


def test_small_archives_of_long_values_make_room_too(
    charts: Shelf, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known of a chart is kept in memory, comments of its values included."""
    monkeypatch.setattr(shelf, "MOST_REMEMBERED_BYTES", 500 * KIB)
    for name in ("one", "two", "three"):
        about = CHART.format(name=name, version="1.0.0").encode()
        values = b"# " + b"x" * 200 * KIB + b"\n"
        with charts.lending() as loan:
            put(loan, tgz((f"{name}/Chart.yaml", about), (f"{name}/values.yaml", values)))
    assert on_disk(temporary) == ["three", "two"]


def test_two_calls_with_one_chart_share_it_until_the_last_ends(
    charts: Shelf, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_KEPT_BYTES", 0)
    archive = large("one")
    with charts.lending() as first:
        written = put(first, archive).path.stat()
        with charts.lending() as second:
            again = put(second, archive).path.stat()
        assert again.st_mtime_ns == written.st_mtime_ns, "helm may be reading it"
        assert on_disk(temporary) == ["one"]
    assert on_disk(temporary) == []


def test_there_is_a_bound_for_what_is_in_use_as_well(charts: Shelf, temporary: Path) -> None:
    with charts.lending() as loan:
        for name in ("one", "two", "three"):
            put(loan, large(name))
        with pytest.raises(UnavailableError) as refused, charts.lending() as other:
            put(other, large("four"))
        assert str(refused.value) == (
            "The charts that calls under way use take up the 0 MiB there are for them; nothing was "
            "done. Call again when one has ended."
        )
        assert on_disk(temporary) == ["one", "three", "two"]
    with charts.lending() as other:
        put(other, large("four"))


def test_a_disk_that_takes_no_more_is_a_refusal_and_keeps_no_half(
    charts: Shelf, temporary: Path
) -> None:
    with charts.lending() as loan:
        kept = put(loan, large("one")).path.parent.parent
        broken = large("two")
        (kept / hashlib.sha256(broken).hexdigest()[:32]).write_bytes(b"no folder")
        with pytest.raises(UnavailableError) as refused:
            put(loan, broken)
    assert str(refused.value) == (
        "The chart cannot be written to where the server keeps temporary files (TMPDIR): "
        "File exists. Nothing was done."
    )
    assert on_disk(temporary) == ["one"]


def test_a_chart_that_somebody_has_cleaned_up_is_written_again(charts: Shelf) -> None:
    archive = large("one")
    with charts.lending() as loan:
        put(loan, archive).path.unlink()
        assert loan.get(hashlib.sha256(archive).hexdigest(), "https://charts.example.com") is None
        assert put(loan, archive).path.read_bytes() == archive


async def test_many_calls_at_once_stay_within_the_bounds(
    opened: Opened, repository: ChartRepository, temporary: Path
) -> None:
    sources: Charts = opened(repository.url, private=[place(repository.url)])
    for number in range(12):
        repository.files[f"/charts/{number}.tgz"] = large(f"chart{number}")
    most = 0

    async def use(number: int) -> None:
        nonlocal most
        async with sources.lent(f"{repository.url}/{number % 12}.tgz") as chart:
            await asyncio.sleep(0)
            most = max(most, sum(file.stat().st_size for file in temporary.rglob("*.tgz")))
            assert chart.path.read_bytes() == repository.files[f"/charts/{number % 12}.tgz"]

    outcomes = await asyncio.gather(*map(use, range(36)), return_exceptions=True)
    assert 200 * KIB < most <= 350 * KIB
    assert {type(each) for each in outcomes} <= {type(None), UnavailableError}
    await use(0)
    assert sum(file.stat().st_size for file in temporary.rglob("*.tgz")) <= 250 * KIB
