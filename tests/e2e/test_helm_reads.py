"""Releases that helm 3 and helm 4 really made, read by both and by our tools: the same text."""

import base64
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.e2e.conftest import ENVIRONMENT
from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.support.helm_parity import Question, RealHelm, about, listing
from tests.support.served import Served, served

CHART = str(Path(__file__).parent / "chart_web")
SECRET = "s3cr3t-default"
ENCODED = base64.b64encode(SECRET.encode()).decode()
REDACTED = re.compile(r"<redacted \d+ bytes, fingerprint [0-9a-f]{6}>")
LIVE = re.compile(r"^RESOURCES:\n.*?(?=^(?:TEST SUITE|NOTES):|\Z)", re.DOTALL | re.MULTILINE)
PATHS = {3: shutil.which("helm3"), 4: shutil.which("helm")}
HELMS = {major: path for major, path in PATHS.items() if path}
READER = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [secrets], verbs: [list]}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: reader}]
"""


class Writer:
    """One helm that makes releases in a namespace of its own."""

    def __init__(self, admin: Kubectl, major: int) -> None:
        self.namespace = f"e2e-helm-{secrets.token_hex(3)}-{major}"
        self._admin = admin
        self._path = HELMS[major]

    def __call__(self, *arguments: str, fails: bool = False) -> None:
        done = subprocess.run(
            self._command(*arguments), capture_output=True, timeout=90, **self._around
        )
        assert bool(done.returncode) is fails, done.stderr.decode()

    def killed_while_waiting(self, *arguments: str) -> None:
        """Kill helm as soon as it has changed the deployment it then waits for."""
        process = subprocess.Popen(self._command(*arguments), **self._around)
        replicas = ("get", "deployment/stuck", "-o", "jsonpath={.spec.replicas}")
        try:
            self._admin.until(lambda said: said == "1", *replicas, "-n", self.namespace)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()

    def _command(self, *arguments: str) -> list[str]:
        return [self._path, *arguments, "--namespace", self.namespace]

    @property
    def _around(self) -> dict[str, Any]:
        home = {"HOME": str(self._admin.home), "KUBECONFIG": str(self._admin.kubeconfig)}
        return {"env": ENVIRONMENT | home, "stdin": subprocess.DEVNULL}

    def make_releases(self) -> None:
        """Bring releases into every state that helm leaves them in, killed half-way too."""
        self("install", "web", CHART)
        changed = ("--set", "mode=slow,nested.gone=null,nested.more[0]=1,text=a: b")
        self("upgrade", "web", CHART, *changed, "--description", "slower, a: b")
        self("upgrade", "web", CHART, "--set", "broken=true", fails=True)
        self("rollback", "web", "2")
        self("install", "gone", CHART, "--set", "mode=")
        self("uninstall", "gone", "--keep-history")
        self("install", "broken", CHART, "--set", "broken=true", fails=True)
        self("install", "stuck", CHART)
        never = ("--set", "replicas=1", "--wait", "--timeout", "80s")
        self.killed_while_waiting("upgrade", "stuck", CHART, *never)


@contextmanager
def writing(admin: Kubectl, major: int) -> Iterator[Writer]:
    writer = Writer(admin, major)
    admin("create", "namespace", writer.namespace)
    try:
        writer.make_releases()
        yield writer
    finally:
        admin("delete", "namespace", writer.namespace, "--wait=false")


@pytest.fixture(scope="module", params=HELMS, ids=lambda major: f"made by helm {major}")
def writer(request: pytest.FixtureRequest, admin: Kubectl) -> Iterator[Writer]:
    with writing(admin, request.param) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def owner(admin: Kubectl, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """A server that may read what the cluster's owner may."""
    folder = tmp_path_factory.mktemp("owner")
    async with served(folder, "--kubeconfig", str(admin.kubeconfig)) as running:
        yield running


def questions(admin: Kubectl, namespace: str) -> list[Question]:
    """Ask everything of the latest revision of each release, and of each revision its manifest."""
    found = admin.json("get", "secrets", "-n", namespace, "-l", "owner=helm")["items"]
    labels = [each["metadata"]["labels"] for each in found]
    records = [{"name": own["name"], "version": int(own["version"]), "chart": {}} for own in labels]
    latest = {record["name"]: record for record in sorted(records, key=lambda r: r["version"])}
    assert latest.keys() == {"web", "gone", "broken", "stuck"}
    manifests = [about(record)[0] for record in records]
    asked = [listing(form) for form in ("table", "json", "yaml")]
    return [*asked, *manifests, *(each for record in latest.values() for each in about(record))]


def masked(text: str) -> str:
    """Make what helm shows and what we mask the same word."""
    for shown in (SECRET, ENCODED):
        text = text.replace(shown, "<redacted>")
    return REDACTED.sub("<redacted>", text).rstrip("\n")


@pytest.mark.parametrize("major", HELMS, ids=lambda major: f"read by helm {major}")
async def test_real_releases_read_as_helm_reads_them(
    writer: Writer, owner: Served, admin: Kubectl, major: int
) -> None:
    ask = Asking(owner)
    theirs = replace(RealHelm(HELMS[major], admin.kubeconfig), major=major)
    for question in questions(admin, writer.namespace):
        said = await ask(question.tool, namespace=writer.namespace, **question.arguments)
        printed = LIVE.sub("", await theirs(writer.namespace, *question.command))
        assert masked(question.ours(said.text)) == masked(question.theirs(printed)), question


async def test_a_release_whose_helm_was_killed_says_how_to_free_it(
    writer: Writer, owner: Served
) -> None:
    said = await Asking(owner)("helm_status", release_name="stuck", namespace=writer.namespace)
    assert said.data["status"] == "pending-upgrade"
    assert said.data["healthy"] is False
    release = f'release_name="stuck", namespace="{writer.namespace}"'
    assert f"helm_rollback({release}, revision=1), or helm_uninstall({release})." in said.text
    assert "deployment.apps/stuck  " in said.text
    assert "localhost/no-such-image:0" in said.text


async def test_a_release_says_whether_its_objects_are_there_and_ready(
    writer: Writer, owner: Served, admin: Kubectl
) -> None:
    ask, web = Asking(owner), {"release_name": "web", "namespace": writer.namespace}
    whole = await ask("helm_status", **web)
    assert whole.data["healthy"] is True
    assert "RESOURCES: 3 of 3 ready\n" in whole.text
    admin("delete", "configmap", "web", "-n", writer.namespace)
    lacking = await ask("helm_status", **web)
    assert lacking.data["healthy"] is False
    assert "configmap/web        missing: it is not in the cluster\n" in lacking.text


async def test_no_secret_of_a_release_is_in_any_answer(
    writer: Writer, owner: Served, admin: Kubectl
) -> None:
    ask = Asking(owner)
    for question in questions(admin, writer.namespace):
        said = await ask(question.tool, namespace=writer.namespace, **question.arguments)
        for shown in (SECRET, ENCODED):
            assert shown not in f"{said.text}{said.data}", question


async def test_records_need_no_more_than_list_on_secrets(
    writer: Writer, admin: Kubectl, tmp_path: Path
) -> None:
    """Of the objects' own state it is said that it may not be read."""
    admin("apply", "-n", writer.namespace, "-f", "-", given=READER)
    token = admin("create", "token", "reader", "-n", writer.namespace).strip()
    reader = admin.signed_in_with(token, writer.namespace, tmp_path, "reader")
    async with served(tmp_path, "--kubeconfig", str(reader.kubeconfig)) as running:
        ask = Asking(running)
        for tool in ("helm_history", "helm_get_values", "helm_get_manifest", "helm_status"):
            said = await ask(tool, release_name="web")
            assert not said.error, said.text
        assert 'cannot be read: Not allowed: user "system:serviceaccount:' in said.text
        assert said.data["healthy"] is None
        assert not (await ask("helm_list_releases")).error
        everywhere = await ask("helm_list_releases", all_namespaces=True)
        assert everywhere.error
        assert 'lacks "list" on "secrets"' in everywhere.text
        assert everywhere.text.endswith(" The tool helm_list_releases needs list on secrets.")
