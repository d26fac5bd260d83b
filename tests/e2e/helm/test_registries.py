"""Charts from a registry (OCI) through the tools, to the real helm and the real cluster."""

import pytest

from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.support.registry import Registry
from tests.support.release_charts import a_release_chart

pytestmark = pytest.mark.asyncio(loop_scope="session")  # where the registry is served, too


@pytest.fixture
def chart(registry: Registry) -> str:
    return f"oci://{registry.host}/org/web"


async def test_its_values_are_shown_with_their_comments(ask: Asking, chart: str) -> None:
    for where in ({"chart": chart}, {"chart": f"{chart}:1.0.0"}, {"chart": chart, "version": "^1"}):
        answer = await ask("helm_show_values", **where)
        assert (answer.text, answer.error) == (a_release_chart()["values.yaml"].rstrip(), False)


async def test_it_is_rendered_in_the_version_that_is_asked_for(ask: Asking, chart: str) -> None:
    for version, has_more in (("1.0.0", False), ("~1.1", True), (None, True)):
        answer = await ask("helm_template", release_name="web", chart=chart, version=version)
        assert not answer.error, answer.text
        assert "kind: Deployment" in answer.text
        assert ("name: web-more" in answer.text) is has_more


async def test_it_is_installed_upgraded_and_compared(
    ask: Asking, admin: Kubectl, place: str, release: str, chart: str
) -> None:
    web = {"release_name": release, "namespace": place, "chart": chart}
    made = await ask("helm_install", **web, version="1.0.0")
    assert not made.error, made.text
    assert f"NOTES:\nweb 1.0.0 runs as {release}." in made.text

    compared = await ask("helm_diff", **web)
    assert not compared.error, compared.text
    assert f"configmap/{release}-more" in compared.text

    preview = await ask("helm_upgrade", **web, dry_run=True)
    assert "Chart: web-1.0.0 → web-1.1.0 (sha256 " in preview.text
    upgraded = await ask("helm_upgrade", **web)
    assert not upgraded.error, upgraded.text
    assert admin("get", "configmap", f"{release}-more", "-n", place, "-o", "jsonpath={.data.of}")
    assert not (await ask("helm_uninstall", release_name=release, namespace=place)).error


async def test_what_the_registry_does_not_have_or_the_operator_not_allow_is_said(
    ask: Asking, registry: Registry, chart: str, place: str, release: str
) -> None:
    web = {"release_name": release, "namespace": place}
    missing = await ask("helm_install", **web, chart=chart, version="^9")
    assert missing.error
    assert 'has no version "^9". There are: 1.1.0, 1.0.0' in missing.text
    elsewhere = await ask("helm_install", **web, chart=f"oci://{registry.host}/org-evil/web")
    assert elsewhere.error
    assert "are not allowed by the operator" in elsewhere.text


async def test_an_install_that_fails_is_uninstalled_again(
    ask: Asking, admin: Kubectl, place: str, release: str, chart: str
) -> None:
    failed = await ask(
        "helm_install_with_values", release_name=release, namespace=place, chart=chart,
        values="ready: false", rollback_on_failure=True, wait_seconds=10,
    )  # fmt: skip
    assert failed.error
    assert f'Release "{release}" in namespace "{place}" not installed: ' in failed.text
    assert "No revision of the release is left." in failed.text
    left = admin("get", "deployments,secrets", "-n", place, "-o", "name", "--ignore-not-found")
    assert release not in left
