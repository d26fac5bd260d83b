"""Open the Helm clients of one cluster; nothing is read, connected or started until asked."""

from dataclasses import dataclass, field
from typing import Literal

from clients.helm.charts import Charts, ChartSettings
from clients.helm.executable import HelmExecutable
from clients.helm.releases import Releases
from clients.kubernetes import Kubernetes


@dataclass(frozen=True, slots=True)
class HelmSettings:
    """Everything about Helm that an operator can set.

    ``driver`` is where releases are kept, as ``HELM_DRIVER`` names it; ``executable`` is a path, or
    a name to look for.
    """

    driver: Literal["secret", "configmap"] = "secret"
    charts: ChartSettings = field(default_factory=ChartSettings)
    executable: str = "helm"


class Helm:
    """What can be done with one cluster's releases, over the Kubernetes client's connection."""

    def __init__(self, kubernetes: Kubernetes, settings: HelmSettings | None = None) -> None:
        settings = settings or HelmSettings()
        self.releases = Releases(kubernetes, settings.driver)
        self.charts = Charts(kubernetes, settings.charts)
        self.executable = HelmExecutable(kubernetes, settings.executable, settings.driver)

    async def close(self) -> None:
        """End what still runs; the Kubernetes client is closed by whoever opened it."""
        await self.executable.close()
        await self.charts.close()
