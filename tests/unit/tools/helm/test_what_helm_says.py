"""What helm printed, or why it failed: no secret of the call or the release is in it.

Masked is what the release's record tells after the run; where that cannot be read, what the call
and the release before it tell, and the chart's notes are left out.
"""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from clients.helm import HelmSettings
from sandbox.charts import running_repository
from tests.conftest import Call
from tests.support.chart_repository import a_chart, allowing, publish
from tests.support.fake_helm import FakeHelm
from tests.support.operating import Bench, OnceRun, config

WEB = {"release_name": "web", "namespace": "shop"}
CHART = {**WEB, "chart": "demo/web"}
VALUES = "auth: {password: Horse7Battery}\n"
NOTES = "NAME: web\nSTATUS: deployed\nNOTES:\nLog in with Made4You.\n"


@pytest.fixture
async def helm_settings(helm: FakeHelm) -> AsyncIterator[HelmSettings]:
    """Give the chart a password of its own."""
    async with running_repository(files={}) as repository:
        own = {"values.yaml": "admin: {password: Default7Word}\n"}
        publish(repository, a_chart("web", "1.0.0", **own))
        allowed = allowing(repository, f"demo={repository.url}")
        yield replace(allowed, executable=helm.path)


def unreadable_from_then_on(bench: Bench) -> None:
    """Take the permission to read records away as soon as helm runs."""
    message = (
        'secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the '
        'namespace "shop"'
    )
    bench.cluster.faults.add(
        OnceRun("status", "GET", "/secrets$", None, 403, "Forbidden", message, helm=bench.helm)
    )


async def test_a_reason_is_masked_by_the_values_of_the_call(call: Call, bench: Bench) -> None:
    bench.helm.fails("Error: INSTALLATION FAILED: Horse7Battery and Default7Word do not rhyme\n")
    answer = await call("helm_install_with_values", **CHART, values=VALUES)
    assert "<redacted 13 bytes" in answer.text
    assert "<redacted 12 bytes" in answer.text
    assert "Horse7Battery" not in str(answer)
    assert "Default7Word" not in str(answer)


@pytest.mark.parametrize("tool", ["helm_install_with_values", "helm_template"])
async def test_a_reason_why_nothing_renders_is_masked_by_the_values_of_the_call(
    call: Call, bench: Bench, tool: str
) -> None:
    bench.helm.fails("Error: execution error at (x.yaml:1:3): Horse7Battery is too short\n")
    preview = {} if tool == "helm_template" else {"dry_run": True}
    answer = await call(tool, **CHART, values=VALUES, **preview)
    assert answer.text.startswith("execution error at (x.yaml:1:3): <redacted 13 bytes")


async def test_a_reason_of_a_chart_with_types_of_its_own_is_masked_too(
    call: Call, bench: Bench
) -> None:
    """It is rendered twice: with the cluster, then without it."""
    bench.renders(config())
    crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
    (bench.helm.folder / "crds").write_text(f"{crd}metadata:\n  name: widgets.example.com\n")
    bench.helm.does(
        '[ "$1" = show ] && { cat "$here/crds"; exit 0; }\n'
        'cat > /dev/null\n[ "$1" = template ] && { echo "Error: Horse7Battery!" >&2; exit 1; }\n'
        'echo "Error: INSTALLATION FAILED: no matches for kind \\"Widget\\"" >&2; exit 1'
    )
    answer = await call("helm_install_with_values", **CHART, values=VALUES, dry_run=True)
    assert answer.text.startswith("<redacted 13 bytes")


async def test_notes_are_left_out_where_the_record_cannot_be_read(call: Call, bench: Bench) -> None:
    bench.helm.prints(NOTES)
    unreadable_from_then_on(bench)
    answer = await call("helm_install", **CHART)
    assert not answer.error
    assert answer.text.startswith(
        "NAME: web\nSTATUS: deployed\nNOTES: left out, for the release's record, by which the "
        'secrets in them are known, cannot be read: Not allowed: user "jane" lacks "list" on '
        '"secrets" in namespace "shop".'
    )
    assert answer.text.endswith(
        'helm_status(release_name="web", namespace="shop", notes=true) shows them once it can.'
    )
    assert "Made4You" not in str(answer)


@pytest.mark.parametrize(
    ("tool", "more"), [("helm_upgrade", {"chart": "demo/web"}), ("helm_rollback", {"revision": 1})]
)
async def test_the_release_before_tells_what_is_secret_where_the_record_cannot_be_read(
    call: Call, bench: Bench, tool: str, more: dict[str, object]
) -> None:
    bench.has(1, config(), config={"auth": {"password": "Horse7Battery"}})
    bench.helm.fails("Error: UPGRADE FAILED: Horse7Battery is too short\n")
    unreadable_from_then_on(bench)
    answer = await call(tool, **WEB, **more)
    assert answer.error
    assert "<redacted 13 bytes" in answer.text
    assert "Horse7Battery" not in str(answer)
