"""Jenkins credentials in a real cluster, read by a server that may get Secrets and nothing else."""

import json
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sandbox.jenkins import Jenkins, running_jenkins
from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.support.jenkins import TOKEN, USER, a_secret
from tests.support.served import served


@pytest.fixture
async def jenkins() -> AsyncIterator[Jenkins]:
    async with running_jenkins() as controller:
        controller.add_user(USER, TOKEN)
        controller.root.folder("shop").job("web").start(started=controller.now)
        yield controller


@pytest.fixture
def namespace(admin: Kubectl) -> Iterator[str]:
    """A namespace where the account `reader` may get Secrets."""
    name = f"e2e-jenkins-{secrets.token_hex(3)}"
    admin("create", "namespace", name)
    admin("-n", name, "create", "serviceaccount", "reader")
    admin("-n", name, "create", "role", "reader", "--verb=get", "--resource=secrets")
    admin(
        "-n", name, "create", "rolebinding", "r", "--role=reader", f"--serviceaccount={name}:reader"
    )
    yield name
    admin("delete", "namespace", name, "--wait=false")


@pytest.fixture
async def ask(admin: Kubectl, namespace: str, tmp_path: Path) -> AsyncIterator[Asking]:
    """The server, as that account."""
    token = admin("create", "token", "reader", "-n", namespace, "--duration=1h").strip()
    reader = admin.signed_in_with(token, namespace, tmp_path, "reader")
    async with served(tmp_path, "--kubeconfig", str(reader.kubeconfig)) as running:
        yield Asking(running)
        assert TOKEN not in running.logged()


def keep(admin: Kubectl, namespace: str, url: str | None) -> str:
    secret = a_secret(url)
    secret["metadata"]["namespace"] = namespace
    admin("apply", "-f", "-", given=json.dumps(secret))
    return f"{namespace}/jenkins"


async def test_getting_secrets_is_all_the_tools_need(
    ask: Asking, admin: Kubectl, namespace: str, jenkins: Jenkins
) -> None:
    known = {"api_url": jenkins.url, "credentials_ref": keep(admin, namespace, jenkins.url)}
    who = await ask("jenkins_whoami", **known)
    assert who.text.startswith(f'Signed in as "{USER}" at {jenkins.url}')
    listed = await ask("jenkins_get_jobs", **known, recursive=True)
    assert "shop/web   not built, building   freestyle" in listed.text
    stopped = await ask("jenkins_stop_build", **known, jobFullName="shop/web", dry_run=True)
    assert 'Would stop build 1 of job "shop/web"' in stopped.text
    assert jenkins.requests.posts == []


async def test_a_secret_bound_elsewhere_or_out_of_reach_is_refused(
    ask: Asking, admin: Kubectl, namespace: str, jenkins: Jenkins
) -> None:
    ref = keep(admin, namespace, "https://ci.example.com")
    bound = await ask("jenkins_whoami", api_url=jenkins.url, credentials_ref=ref)
    assert "is not for" in bound.text
    missing = await ask("jenkins_whoami", api_url=jenkins.url, credentials_ref=f"{namespace}/none")
    assert missing.text == f'secret "none" not found in namespace "{namespace}".'
    other = await ask("jenkins_whoami", api_url=jenkins.url, credentials_ref="default/jenkins")
    assert 'lacks "get" on "secrets" in namespace "default"' in other.text
    assert other.text.endswith("The tool jenkins_whoami needs get on secrets.")
    assert jenkins.requests.lines == []


async def test_a_token_replaced_in_the_cluster_is_noticed(
    ask: Asking, admin: Kubectl, namespace: str, jenkins: Jenkins
) -> None:
    known = {"api_url": jenkins.url, "credentials_ref": keep(admin, namespace, jenkins.url)}
    assert not (await ask("jenkins_whoami", **known)).error
    jenkins.users[USER].token = "a-new-token-made-in-jenkins"
    assert "does not accept the credentials" in (await ask("jenkins_whoami", **known)).text
    patch = json.dumps({"stringData": {"api-token": "a-new-token-made-in-jenkins"}})
    admin("-n", namespace, "patch", "secret", "jenkins", "-p", patch)
    assert not (await ask("jenkins_whoami", **known)).error
