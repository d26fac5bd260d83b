"""The roles that the chart makes of its values, judged by the API server."""

import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml

from tests.e2e.audit import AuditLog
from tests.e2e.deployed import CHART, RELEASE, SERVICE
from tests.e2e.kubectl import Kubectl
from tests.e2e.roles.scenes import SCENES
from tests.e2e.server import Asking
from tests.support.served import served
from tools.toolsets import TOOLSETS

READING = [tool.name for toolset in TOOLSETS for tool in toolset if tool.reads]
KINDS = "role,rolebinding,clusterrole,clusterrolebinding"


class Installed:
    """The chart's account and roles alone, in a namespace of their own."""

    def __init__(self, admin: Kubectl) -> None:
        self.admin = admin
        self.namespace = f"deploy-{secrets.token_hex(3)}"
        self.other = f"{self.namespace}-other"

    def apply(self, *values: str) -> None:
        text = self.rendered(*values, "--show-only=templates/rbac.yaml")
        self.admin("apply", "-f", "-", given=text)

    def rendered(self, *values: str) -> str:
        """Return the manifest; ``--`` begins what is no value."""
        given = [e if e.startswith("--") else f"--set-json={e}" for e in values]
        here = ("--namespace", self.namespace)
        return self.admin.helm("template", RELEASE, str(CHART), *here, *given)

    def may(self, check: str, namespace: str = "") -> bool:
        account = f"system:serviceaccount:{self.namespace}:{SERVICE}"
        where = ("-n", namespace or self.namespace)
        return self.admin.answer(
            "auth", "can-i", *check.split(), "--as", account, *where
        ).startswith("yes")

    def signed_in(self, home: Path) -> Kubectl:
        token = self.admin(
            "create", "token", SERVICE, "-n", self.namespace, "--duration=1h"
        ).strip()
        return self.admin.signed_in_with(token, self.namespace, home, self.namespace)


@pytest.fixture
def installed(admin: Kubectl) -> Iterator[Installed]:
    made = Installed(admin)
    try:
        for namespace in (made.namespace, made.other):
            admin("create", "namespace", namespace)
        yield made
    finally:
        admin("delete", "namespace", made.namespace, made.other, "--wait=false")
        names = [f"{made.namespace}-{SERVICE}{suffix}" for suffix in ("", "-view")]
        admin("delete", "clusterrole,clusterrolebinding", *names, "--ignore-not-found")


@asynccontextmanager
async def a_server(kubectl: Kubectl, folder: Path, *flags: str) -> AsyncIterator[Asking]:
    async with served(folder, "--kubeconfig", str(kubectl.kubeconfig), *flags) as running:
        yield Asking(running)


async def test_read_only_sends_nothing_but_reads(
    installed: Installed, admin: Kubectl, home: Path, tmp_path: Path
) -> None:
    installed.apply("readOnly=true")
    kubectl = installed.signed_in(home)
    log = AuditLog.beside(
        admin.kubeconfig, f"system:serviceaccount:{installed.namespace}:{SERVICE}"
    )
    assert log, "the cluster keeps no audit log beside its kubeconfig"
    async with a_server(kubectl, tmp_path, "--read-only") as ask:
        for tool in READING:
            for call in SCENES[tool].calls if tool in SCENES else ({},):
                await ask(tool, **call)
        refused = await ask("k8s_get", resource_type="secrets")
        hidden = await ask("k8s_delete", resource_type="configmap", name="kube-root-ca.crt")
        changing = await ask("k8s_preview", tool="k8s_label", arguments={
            "resource_type": "configmap", "name": "kube-root-ca.crt", "labels": {"a": "b"},
        })  # fmt: skip
        await ask("k8s_describe", resource_type="configmap", name="the-end")
    assert f'"list" on "secrets" in namespace "{installed.namespace}"' in refused.text
    assert hidden.text.startswith('Unknown tool "k8s_delete".')
    assert '"patch" on "configmaps"' in changing.text
    sent = log.requests("/configmaps/the-end")
    assert len(sent) > len(READING)
    for each in sent:
        itself = each["requestURI"].rpartition("/")[2].startswith("selfsubject")
        dry = "dryRun=All" in each["requestURI"]
        assert each["verb"] in ("get", "list", "watch") or itself or dry, each["requestURI"]


YES_BY_DEFAULT = """
list pods
get pods/log
list secrets
list clusterroles.rbac.authorization.k8s.io
get customresourcedefinitions.apiextensions.k8s.io
patch deployments.apps
patch statefulsets.apps/scale
patch nodes
create namespaces
create pods/exec
get pods/exec
create pods/portforward
create pods/eviction
delete configmaps
"""
NO_BY_DEFAULT = """
impersonate users
delete nodes
get nodes/proxy
create serviceaccounts/token
escalate clusterroles.rbac.authorization.k8s.io
create clusterrolebindings.rbac.authorization.k8s.io
create customresourcedefinitions.apiextensions.k8s.io
create validatingwebhookconfigurations.admissionregistration.k8s.io
approve certificatesigningrequests.certificates.k8s.io
"""


def checks(listed: str) -> Iterator[str]:
    """Yield each as kubectl takes it: ``get pods/log`` with a flag."""
    for line in listed.strip().splitlines():
        resource, slash, below = line.partition("/")
        yield f"{resource} --subresource={below}" if slash else resource


def test_the_default_roles_hold_what_applications_need_and_nothing_that_gives_power(
    installed: Installed,
) -> None:
    installed.apply()
    assert [each for each in checks(YES_BY_DEFAULT) if not installed.may(each)] == []
    assert [each for each in checks(NO_BY_DEFAULT) if installed.may(each)] == []


def test_namespaces_bound_it_to_these(installed: Installed) -> None:
    installed.apply(f'namespaces=["{installed.namespace}"]')
    assert installed.may("delete pods")
    assert not installed.may("list pods", installed.other)
    assert not installed.may("list nodes")
    assert not installed.may("list pods --all-namespaces")


def test_a_switch_opens_secrets_in_read_only(installed: Installed) -> None:
    installed.apply("readOnly=true")
    assert not installed.may("get secrets")
    installed.apply("readOnly=true", "secrets.k8s=true")
    assert installed.may("get secrets")
    assert not installed.may("patch secrets")


VALUES = (
    (),
    ("readOnly=true",),
    ('namespaces=["default"]',),
    ("autoscaling.enabled=true", "replicas=3"),
    ("rbac.everything=true", 'toolsets=["k8s"]'),
    ("networkPolicy.enabled=false", "podDisruptionBudget.enabled=false", "rbac.create=false"),
    (
        'settings={"log_level": "DEBUG", "deny": ["* secrets"]}',
        'nodeSelector={"type": "real"}',
        'tolerations=[{"operator": "Exists"}]',
        'affinity={"nodeAffinity": {}}',
        'podAnnotations={"a": "b"}',
        'extraEnv=[{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}]',
        'imagePullSecrets=[{"name": "pull"}]',
    ),
)


@pytest.mark.parametrize("values", VALUES, ids=lambda values: " ".join(values) or "default")
def test_the_api_server_accepts_the_objects(installed: Installed, values: Sequence[str]) -> None:
    text = installed.rendered(*values)
    restricted = "pod-security.kubernetes.io/enforce=restricted"
    installed.admin("label", "namespace", installed.namespace, restricted)
    create = ("create", "--dry-run=server", "--validate=strict", "-f", "-")
    said = installed.admin.said(*create, given=text)
    assert "Warning" not in said.err
    assert said.out.count("created (server dry run)") == len(
        [*filter(None, yaml.safe_load_all(text))]
    )
