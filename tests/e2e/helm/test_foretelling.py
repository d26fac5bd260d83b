"""What a preview of an operation foretells is what helm then does; the preview only reads."""

import base64
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from clients.helm import Helm
from clients.helm.executable import Access, Manner, Target, arguments
from clients.kubernetes import Kubernetes, KubernetesSettings
from clients.kubernetes.configuration.config import ClusterSource
from sandbox.charts import ChartRepository
from tests.e2e.kubectl import Kubectl
from tests.support.chart_repository import a_chart, allowing, publish
from tests.support.foretelling import Foretelling, State, foretold, foretold_paths, shown
from tests.support.preview_cases import Case
from tools.dependencies import Clients

pytestmark = pytest.mark.asyncio(loop_scope="session")
WEB = {"chart": "demo/web"}
STEPS = [
    ("helm_install_with_values", {**WEB, "version": "1.0.0", "values": "replicas: 0"}),
    ("helm_upgrade", {**WEB, "values": "replicas: 1\npassword: another\nextra: passing\n"}),
    ("helm_upgrade", {**WEB, "version": "1.0.0", "values": "service: true"}),
    ("helm_rollback", {"revision": 1}),
    ("helm_uninstall", {"keep_history": True}),
]


@pytest_asyncio.fixture(loop_scope="session")
async def foretelling(
    admin: Kubectl, helm: str, charts: ChartRepository
) -> AsyncIterator[Foretelling]:
    """The server over the real cluster; a key of its own makes fingerprints comparable."""
    source = ClusterSource(kubeconfig=str(admin.kubeconfig))
    kubernetes = Kubernetes(KubernetesSettings(source, fingerprint_key=SecretStr("the same")))
    opened = Helm(kubernetes, replace(allowing(charts, f"demo={charts.url}"), executable=helm))
    yield Foretelling(Clients(kubernetes, opened))
    await opened.close()
    await kubernetes.close()


@pytest.fixture
def own(admin: Kubectl) -> AsyncIterator[str]:
    """A namespace for one test."""
    name = f"helm2-{secrets.token_hex(4)}"
    admin("create", "namespace", name)
    yield name
    admin("delete", "namespace", name, "--wait=false")


def without_records(state: State) -> State:
    """Leave out helm's own records, and what its objects bring by themselves."""
    return {path: obj for path, obj in state.items() if "/sh.helm.release.v1." not in path}


async def test_each_step_of_a_release_is_foretold(foretelling: Foretelling, own: str) -> None:
    for tool, more in STEPS:
        given = {"release_name": "web", "namespace": own, "wait": False, **more}
        case = Case(tool, tool, given)
        untouched = without_records(await foretelling.state(own, own))
        plan = await foretelling.plan(case)
        before = without_records(await foretelling.state(own, own, plan))
        assert {path: before[path] for path in untouched} == untouched
        assert [note for note in plan.notes if note.startswith("Would fail")] == []
        await foretelling.make(case)
        after = without_records(await foretelling.state(own, own, plan))
        assert after == foretold(before, plan), tool
        assert shown(before, after) == foretold_paths(before, plan), tool


async def test_a_field_that_cannot_change_fails_in_the_preview_and_then(
    foretelling: Foretelling, own: str
) -> None:
    web = {"release_name": "web", "namespace": own, "chart": "demo/web", "wait": False}
    await foretelling.call("helm_install", **web)
    values = "also: me"
    preview = await foretelling.said("helm_upgrade", **web, values=values, dry_run=True)
    assert "! Would fail: deployment/web: " in preview.text
    assert "immutable" in preview.text
    done = await foretelling.said("helm_upgrade", **web, values=values)
    assert done.error
    assert "immutable" in done.text


async def test_fields_that_others_own_are_named_with_the_way_out(
    foretelling: Foretelling, admin: Kubectl, own: str, helm: str
) -> None:
    web = {"release_name": "web", "namespace": own, "chart": "demo/web", "wait": False}
    await foretelling.call("helm_install", **web)
    admin("scale", "deployment/web", "--replicas=3", "-n", own)
    scale = {**web, "values": "replicas: 2"}
    preview = await foretelling.said("helm_upgrade", **scale, dry_run=True)
    done = await foretelling.said("helm_upgrade", **scale)
    if Path(helm).name == "helm3":  # it puts the chart's value back without a word
        assert "spec.replicas: 3 → 2" in preview.text
        assert not done.error
        return
    told = 'conflict: "kubectl" owns .spec.replicas. Leave these fields out of the chart\'s values'
    assert f"! Would fail: deployment/web: {told}" in preview.text
    assert 'conflict: deployment/web: "kubectl" owns .spec.replicas.' in done.text
    assert not (await foretelling.said("helm_upgrade", **scale, force_conflicts=True)).error


async def test_a_chart_that_pries_gets_fingerprints_in_a_preview(
    foretelling: Foretelling, admin: Kubectl, own: str, charts: ChartRepository, tmp_path: Path
) -> None:
    canary = f"s3cr3t{secrets.token_hex(8)}"
    admin("create", "secret", "generic", "vault", f"--from-literal=password={canary}", "-n", own)
    archive = tmp_path / "web.tgz"
    archive.write_bytes(charts.files["/charts/web-1.1.0.tgz"])
    target = Target(own, "web")
    outcome = await foretelling.clients.helm.executable.run(
        lambda version: arguments.tried(
            arguments.install(target, archive, Manner(60, wait=False), version)
        ),
        target,
        Access.READING,
        given=b"peek: vault",
    )
    assert outcome.reason == ""
    assert 'stolen: \\"<redacted ' in outcome.output or "\\u003credacted" in outcome.output
    for form in (canary, base64.b64encode(canary.encode()).decode()):
        assert form not in outcome.output
    assert outcome.changes == 0


async def test_what_helm_prints_after_a_real_run_lacks_the_secrets_it_read(
    foretelling: Foretelling, admin: Kubectl, own: str
) -> None:
    canary = f"s3cr3t{secrets.token_hex(8)}"
    admin("create", "secret", "generic", "vault", f"--from-literal=password={canary}", "-n", own)
    web = {"release_name": "web", "namespace": own, "chart": "demo/web", "wait": False}
    text = await foretelling.call("helm_install_with_values", **web, values="peek: vault")
    assert canary not in text
    assert "peeked: <redacted 22 bytes, fingerprint " in text


PROGRAM = """apiVersion: batch/v1
kind: Job
metadata:
  name: rev
  annotations: {helm.sh/hook: pre-upgrade}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: rev
        image: toolbox:1
        command: [sh, -c, {{ printf "echo said %s; exit 3" SAID | quote }}]
"""


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (".Values.password | upper", "(withheld, as its command may carry"),
        (".Values.password", "(withheld, as its command may carry"),
        ("`nothing`", "said nothing"),
    ],
)
async def test_the_last_words_of_a_hook_tell_no_secret_that_its_chart_was_given(
    foretelling: Foretelling, own: str, charts: ChartRepository, said: str, shown: str
) -> None:
    canary = f"s3cr3t{secrets.token_hex(8)}"
    web = {"release_name": "web", "namespace": own, "wait": False}
    await foretelling.call(
        "helm_install_with_values", **web, chart="demo/web", values=f"password: {canary}"
    )
    hook = PROGRAM.replace("SAID", f"({said})")
    publish(charts, a_chart("prying") | {"templates/hook.yaml": hook}, at="/charts/prying")
    url = f"{charts.url}/prying/prying-1.0.0.tgz"
    answer = await foretelling.said("helm_upgrade", **web, chart=url)
    assert answer.error
    assert "rev" in answer.text
    assert shown in answer.text, answer.text
    assert canary not in answer.text.lower()
