"""A chart stays for as long as helm reads it, and what was fetched never fills the disk."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clients.helm import HelmSettings
from clients.helm.charts import shelf
from sandbox.charts import ChartRepository, running_repository
from tests.conftest import Call
from tests.support.chart_repository import CHART, allowing, tgz
from tests.support.fake_helm import FakeHelm
from tests.support.operating import Bench, config

MIB = 2**20
WEB = {"release_name": "web", "namespace": "shop"}


def large(name: str, size: int = MIB) -> bytes:
    """Make a chart that no compression makes smaller."""
    about = CHART.format(name=name, version="1.0.0").encode()
    files = {"Chart.yaml": about, "values.yaml": b"# none", "files/x": os.urandom(size)}
    return tgz(*((f"{name}/{path}", content) for path, content in files.items()))


@pytest.fixture
async def repository() -> AsyncIterator[ChartRepository]:
    async with running_repository(files={}) as serving:
        yield serving


@pytest.fixture
def helm_settings(repository: ChartRepository, helm: FakeHelm) -> HelmSettings:
    allowed = allowing(repository)
    return HelmSettings(charts=allowed.charts, executable=helm.path)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def archives(temporary: Path) -> list[Path]:
    return [*temporary.glob("skyflo-charts-*/*/*.tgz")]


async def test_twenty_large_charts_one_after_the_other_take_no_more_than_there_is_for_them(
    call: Call, repository: ChartRepository, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_KEPT_BYTES", 6 * MIB)
    for number in range(20):
        repository.files[f"/charts/{number}.tgz"] = large(f"chart{number}")
        answer = await call("helm_show_values", chart=f"{repository.url}/{number}.tgz")
        assert (answer.text, answer.error) == ("# none", False)
        assert sum(file.stat().st_size for file in archives(temporary)) <= 6 * MIB
    kept = sorted(file.name for file in archives(temporary))
    assert kept == [f"chart{number}-1.0.0.tgz" for number in range(15, 20)]


CALLS = {
    "helm_template": {},
    "helm_install": {},
    "helm_install with dry_run": {"dry_run": True},
    "helm_upgrade": {},
    "helm_upgrade with dry_run": {"dry_run": True},
    "helm_diff": {},
}


@pytest.mark.parametrize("what", CALLS)
async def test_a_chart_too_large_to_keep_is_there_for_helm_and_gone_after_the_call(
    call: Call, bench: Bench, repository: ChartRepository, temporary: Path, what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(shelf, "MOST_KEPT_BYTES", 0)
    tool = what.partition(" ")[0]
    if tool in ("helm_upgrade", "helm_diff"):
        bench.has(1, config())
    archive = repository.files["/charts/web.tgz"] = large("web", 1000)
    bench.renders(config())
    bench.helm.does(
        'cat > /dev/null; [ "$1" = show ] && { cat "$3" > "$here/shown"; exit 0; }\n'
        'cat "$3" > "$here/chart"; cat "$here/release.json"'
    )
    answer = await call(tool, **WEB, **CALLS[what], chart=f"{repository.url}/web.tgz")
    assert not answer.error, answer.text
    for read in ("chart", *(["shown"] if "dry_run" in what else [])):
        assert (bench.helm.folder / read).read_bytes() == archive
    assert archives(temporary) == []
