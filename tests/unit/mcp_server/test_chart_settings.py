"""The settings of charts: sources, repositories, and where added ones are kept."""

from pathlib import Path

import pytest

from clients.helm.charts import Keeping, Repository, SourcePolicy
from clients.helm.charts.repository import SecretRef
from main import main
from mcp_server.helm_settings import settings_of
from mcp_server.settings import Settings


@pytest.mark.parametrize(
    ("given", "keeping"),
    [
        ({"kubernetes_service_host": "10.0.0.1"}, Keeping(config_map="skyflo-helm-repositories")),
        ({"helm_repository_store": "configmap/mine"}, Keeping(config_map="mine")),
        ({"helm_repository_store": "memory"}, Keeping()),
        ({"helm_repository_store": "/data/kept.json"}, Keeping(file=Path("/data/kept.json"))),
    ],
)
def test_added_repositories_are_kept_where_the_operator_says(
    given: dict[str, str], keeping: Keeping
) -> None:
    assert settings_of(Settings(**given)).charts.keeping == keeping


def test_on_a_laptop_they_are_kept_in_the_users_own_folder(tmp_path: Path) -> None:
    kept = settings_of(Settings(kubernetes_service_host="10.0.0.1", kubeconfig="mine"))
    file = kept.charts.keeping.file
    assert file is not None
    assert (file.name, tmp_path in file.parents) == ("helm-repositories.json", True)


def test_lists_are_read_from_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "SKYFLO_HELM_REPOSITORIES", "a=https://a.example/charts/, b=https://b.example;ops/login"
    )
    monkeypatch.setenv("SKYFLO_HELM_REGISTRIES", "oci://registry.example/org/=ops/pull")
    monkeypatch.setenv("SKYFLO_HELM_SOURCES", "https://a.example,oci://registry.example/org")
    monkeypatch.setenv("SKYFLO_HELM_PRIVATE_HOSTS", "a.example")
    charts = settings_of(Settings()).charts
    assert charts.repositories == [
        Repository("a", "https://a.example/charts", settled=True),
        Repository("b", "https://b.example", SecretRef("ops", "login"), settled=True),
    ]
    assert charts.registries == {"registry.example/org": SecretRef("ops", "pull")}
    assert charts.policy == SourcePolicy(
        ("https://a.example", "oci://registry.example/org"), ("a.example",)
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("REPOSITORIES", "https://a.example", "cannot name a repository"),
        ("REPOSITORIES", "a=/etc", "is not a URL that is accepted here"),
        ("REPOSITORIES", "a=https://u:hunter2@a.example", "give a Secret's name instead"),
        ("REPOSITORIES", "a=https://a.example;login", "is not a Secret as namespace/name"),
        ("REGISTRIES", "registry.example", "is not a Secret as namespace/name"),
        ("SOURCES", "charts.example.com", '"charts.example.com" is no beginning of a URL'),
        ("SOURCES", "file:///charts", '"file:///charts" is no beginning of a URL'),
    ],
)
def test_what_is_none_stops_the_start_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(f"SKYFLO_HELM_{name}", value)
    assert main(["--print-settings"]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"skyflo-mcp: SKYFLO_HELM_{name}: ")
    assert said in error
    assert "hunter2" not in error
