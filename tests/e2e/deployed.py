"""The server installed with its chart: the image made and given to the node, the Service asked."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.mcp_client import McpClient
from tests.e2e.kubectl import Kubectl

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy" / "chart"
IMAGE = os.environ.get("E2E_IMAGE", "")  # now: during a test the environment lacks it
BUILD_SECONDS = 300.0
RELEASE = "skyflo"
SERVICE = "skyflo-mcp"


@dataclass(frozen=True)
class Deployment:
    """One installation in a namespace of its own."""

    admin: Kubectl
    image: str
    namespace: str = field(default_factory=lambda: f"deploy-{secrets.token_hex(3)}")

    def helm(self, *arguments: str) -> str:
        return self.admin.helm(*arguments, "--namespace", self.namespace)

    def kubectl(self, *arguments: str, given: str = "") -> str:
        return self.admin(*arguments, "--namespace", self.namespace, given=given)

    def install(self, *values: str) -> str:
        """Install or upgrade, and return the notes once the pods are ready."""
        repository, _, tag = self.image.rpartition(":")
        given = [f"image.repository={repository}", f"image.tag={tag}", *values]
        sets = [word for each in given for word in ("--set", each)]
        return self.helm(
            "upgrade", "--install", RELEASE, str(CHART), *sets, "--wait", "--timeout=80s"
        )

    def pods(self) -> list[dict[str, Any]]:
        selector = "app.kubernetes.io/name=skyflo-mcp"
        given = ("get", "pods", "-n", self.namespace, "-l", selector)
        items: list[dict[str, Any]] = self.admin.json(*given)["items"]
        return items

    def session(self) -> McpClient:
        """Return a client that asks as the Engine does: no credentials, the Service's name."""
        service = self.admin.json("get", "service", SERVICE, "-n", self.namespace)
        address = f"{service['spec']['clusterIP']}:{service['spec']['ports'][0]['port']}"
        return McpClient(f"http://{address}/mcp", host=f"{SERVICE}:8888")

    async def call(self, tool: str, **arguments: object) -> str:
        """Call a tool in a session of its own; raises what the answer says, if it is an error."""
        async with self.session() as client:
            return await called(client, tool, arguments)


async def called(client: McpClient, tool: str, arguments: dict[str, Any]) -> str:
    """Shake hands, call, end the session: what the Engine sends for each call."""
    await client.initialize()
    answer = await client.call(tool, arguments)
    await client.end()
    return answer


@contextmanager
def in_a_namespace(admin: Kubectl, image: str) -> Iterator[Deployment]:
    """Make a namespace that accepts only restricted pods; remove whatever was installed in it."""
    deployment = Deployment(admin, image)
    admin("create", "namespace", deployment.namespace)
    restricted = "pod-security.kubernetes.io/enforce=restricted"
    admin("label", "namespace", deployment.namespace, restricted)
    try:
        yield deployment
    finally:
        deployment.helm("uninstall", RELEASE, "--ignore-not-found")
        admin("delete", "namespace", deployment.namespace, "--wait=false")


def containerd(admin: Kubectl) -> list[str]:
    """Return how to speak to the node's containerd; nothing where it is not at hand."""
    socket = admin.kubeconfig.parent / "containerd" / "containerd.sock"
    if os.geteuid() or not shutil.which("ctr") or not socket.exists():
        return []
    return ["ctr", "--address", str(socket), "--namespace", "k8s.io"]


@contextmanager
def an_image(ctr: Sequence[str], folder: Path) -> Iterator[str]:
    """Make the image, give it to the node, and take it back in the end."""
    tag, archive = f"skyflo-mcp:e2e-{secrets.token_hex(3)}", folder / "image.tar"
    build = [sys.executable, str(ROOT / "deploy" / "image.py"), tag, str(archive)]
    subprocess.run(build, check=True, timeout=BUILD_SECONDS)
    subprocess.run([*ctr, "images", "import", str(archive)], check=True, stdout=subprocess.DEVNULL)
    archive.unlink()
    try:
        yield tag
    finally:
        names = (f"docker.io/library/{tag}",)
        subprocess.run([*ctr, "images", "rm", *names], check=True, stdout=subprocess.DEVNULL)
