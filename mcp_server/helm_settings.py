"""The settings that concern Helm, as its client takes them."""

from pathlib import Path

import platformdirs

from clients.helm import HelmSettings
from clients.helm.charts import ChartSettings, Keeping, SourcePolicy
from clients.helm.charts.settings import registries_of, repositories_of
from mcp_server.settings import Settings

CONFIG_MAP = "skyflo-helm-repositories"
FILE = "helm-repositories.json"


def settings_of(settings: Settings) -> HelmSettings:
    """Translate; nothing is read or started."""
    return HelmSettings(
        driver=settings.helm_driver,
        charts=_charts(settings),
        executable=settings.helm_executable,
    )


def _charts(settings: Settings) -> ChartSettings:
    return ChartSettings(
        policy=SourcePolicy(settings.helm_sources, settings.helm_private_hosts),
        repositories=repositories_of(settings.helm_repositories),
        registries=registries_of(settings.helm_registries),
        keeping=_keeping(settings),
        ca_file=settings.helm_ca_file,
    )


def _keeping(settings: Settings) -> Keeping:
    """Return where repositories are kept; a pod's own disk would neither last nor be shared."""
    store = settings.helm_repository_store
    if store == "auto":
        in_pod = settings.kubernetes_service_host and not settings.kubeconfig
        if in_pod:
            return Keeping(config_map=CONFIG_MAP)
        return Keeping(file=platformdirs.user_data_path("skyflo-mcp") / FILE)
    if store == "memory":
        return Keeping()
    kind, slash, name = store.partition("/")
    if kind == "configmap" and slash:
        return Keeping(config_map=name)
    return Keeping(file=Path(store).expanduser())
