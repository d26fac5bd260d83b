"""Where a run of helm lives: a private directory that goes with it, and no other environment.

Nothing of the server's environment reaches helm, so neither its credentials nor settings, plugins
or repositories of whoever started it. The directory is 0700; the kubeconfig in it names the gateway
and nothing else.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

# helm loads nothing itself: charts are given as files, and this address takes no connections.
NOWHERE = "http://127.0.0.1:9"
_FOLDERS = ("empty", "home", "cache", "config", "data", "plugins")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A run's empty working directory, and all the environment it gets."""

    folder: Path
    environment: Mapping[str, str]

    @property
    def working_directory(self) -> Path:
        """An empty directory: a chart's name can be no path in it."""
        return self.folder / "empty"


@contextmanager
def surroundings(cluster_url: str | None, namespace: str, driver: str) -> Iterator[Surroundings]:
    """Make the directory of one run; without a URL, helm knows no cluster."""
    with TemporaryDirectory(prefix="skyflo-helm-") as name:
        folder = Path(name)
        for each in _FOLDERS:
            (folder / each).mkdir(mode=0o700)
        kubeconfig = folder / "kubeconfig"
        kubeconfig.touch(mode=0o600)
        kubeconfig.write_bytes(_kubeconfig(cluster_url or NOWHERE, namespace))
        yield Surroundings(folder, _environment(folder, kubeconfig, namespace, driver))


def _environment(folder: Path, kubeconfig: Path, namespace: str, driver: str) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "cache"),
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "KUBECONFIG": str(kubeconfig),
        "HELM_NAMESPACE": namespace,
        "HELM_DRIVER": driver,
        "HELM_CACHE_HOME": str(folder / "cache"),
        "HELM_CONFIG_HOME": str(folder / "config"),
        "HELM_DATA_HOME": str(folder / "data"),
        "HELM_REPOSITORY_CONFIG": str(folder / "config" / "repositories.yaml"),
        "HELM_REPOSITORY_CACHE": str(folder / "cache"),
        "HELM_REGISTRY_CONFIG": str(folder / "config" / "registry.json"),
        "HELM_CONTENT_CACHE": str(folder / "cache"),
        "HELM_PLUGINS": str(folder / "plugins"),
        "HELM_NO_PLUGINS": "1",
        "HTTP_PROXY": NOWHERE,
        "HTTPS_PROXY": NOWHERE,
        "NO_PROXY": "127.0.0.1",
    }


def _kubeconfig(url: str, namespace: str) -> bytes:
    """Write a kubeconfig as JSON, which YAML contains."""
    return orjson.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "gateway", "cluster": {"server": url}}],
            "contexts": [
                {"name": "gateway", "context": {"cluster": "gateway", "namespace": namespace}}
            ],
            "current-context": "gateway",
        }
    )
