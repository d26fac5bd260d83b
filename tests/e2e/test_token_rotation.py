"""In a pod the token is renewed in its file now and then: callers notice nothing."""

import base64
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from clients.kubernetes import Kubernetes, KubernetesSettings
from clients.kubernetes.configuration.config import ClusterSource
from clients.kubernetes.reader import ListQuery
from tests.e2e.kubectl import Kubectl, until


@pytest.fixture
def namespace(admin: Kubectl) -> Iterator[str]:
    """A namespace with an account that may read pods, and two Secrets to bind tokens to."""
    name = f"deploy-{secrets.token_hex(3)}"
    admin("create", "namespace", name)
    admin("create", "serviceaccount", "server", "-n", name)
    admin(
        "create",
        "rolebinding",
        "view",
        "--clusterrole=view",
        f"--serviceaccount={name}:server",
        "-n",
        name,
    )
    for secret in ("first", "second"):
        admin("create", "secret", "generic", secret, "-n", name)
    yield name
    admin("delete", "namespace", name, "--wait=false")


def a_token(admin: Kubectl, namespace: str, secret: str) -> str:
    """Return a token that ends with a Secret."""
    bound = ("--bound-object-kind=Secret", f"--bound-object-name={secret}")
    return admin("create", "token", "server", "-n", namespace, *bound).strip()


def a_mounted_account(admin: Kubectl, namespace: str, folder: Path) -> ClusterSource:
    """Write what the kubelet writes for a pod, and return what the pod's environment says."""
    [cluster] = admin.json("config", "view", "--raw", "--minify")["clusters"]
    url = urlsplit(cluster["cluster"]["server"])
    authority = base64.b64decode(cluster["cluster"]["certificate-authority-data"])
    (folder / "ca.crt").write_bytes(authority)
    (folder / "namespace").write_text(namespace)
    return ClusterSource(
        service_host=url.hostname, service_port=str(url.port), service_account=folder
    )


async def pods_seen(kubernetes: Kubernetes, namespace: str) -> int:
    pods = await kubernetes.reader.resource_type("pods")
    return len((await kubernetes.reader.list(ListQuery(pods, namespace))).items)


async def test_a_token_that_ends_is_replaced_by_the_one_in_the_file(
    admin: Kubectl, namespace: str, home: Path, tmp_path: Path
) -> None:
    first = a_token(admin, namespace, "first")
    (tmp_path / "token").write_text(first)
    kubernetes = Kubernetes(KubernetesSettings(a_mounted_account(admin, namespace, tmp_path)))
    try:
        assert await pods_seen(kubernetes, namespace) == 0
        (tmp_path / "token").write_text(a_token(admin, namespace, "second"))
        admin("delete", "secret", "first", "-n", namespace)
        old = admin.signed_in_with(first, namespace, home, f"{namespace}-old")
        until(lambda: "Unauthorized" in old.ended("get", "pods").err, "the first token has ended")
        assert await pods_seen(kubernetes, namespace) == 0
    finally:
        await kubernetes.close()
