"""A chart repository to test against, the settings that allow it, and charts made to order."""

import gzip
import io
import tarfile
from collections.abc import Mapping
from urllib.parse import urlsplit

from clients.helm import HelmSettings
from clients.helm.charts import ChartSettings, Keeping, SourcePolicy
from clients.helm.charts.settings import repositories_of
from sandbox.charts import ChartRepository, index, package

CHART = "apiVersion: v2\nname: {name}\nversion: {version}\n"


def allowing(
    repository: ChartRepository, *repositories: str, keeping: Keeping | None = None
) -> HelmSettings:
    """Allow charts from the repository's own URL and no other on this machine."""
    policy = SourcePolicy(
        sources=("https://", "oci://", repository.url),
        private_hosts=(urlsplit(repository.url).netloc,),
    )
    return HelmSettings(
        charts=ChartSettings(
            policy=policy,
            repositories=repositories_of(repositories),
            keeping=keeping or Keeping(),
        )
    )


def a_chart(name: str = "web", version: str = "1.0.0", **files: str) -> Mapping[str, str]:
    """Make a chart's files; others by their path, with ``__`` for ``/`` and ``_`` for ``.``."""
    about = CHART.format(name=name, version=version)
    return {"Chart.yaml": about, "values.yaml": "# nothing\n", **files}


def publish(repository: ChartRepository, *charts: Mapping[str, str], at: str = "/charts") -> None:
    """Serve charts with an index of them."""
    packed = []
    for files in charts:
        lines = dict(
            line.split(": ", 1) for line in files["Chart.yaml"].splitlines() if ": " in line
        )
        archive = package(lines["name"], files)
        file = f"{lines['name']}-{lines['version']}.tgz"
        packed.append((file, files, archive))
        repository.files[f"{at}/{file}"] = archive
    repository.files[f"{at}/index.yaml"] = index(packed)


def tgz(*members: tuple[tarfile.TarInfo | str, bytes]) -> bytes:
    """Pack members as they are given, however odd."""
    tape = io.BytesIO()
    with tarfile.open(fileobj=tape, mode="w") as tar:
        for member, content in members:
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return gzip.compress(tape.getvalue(), mtime=0)
