"""What the figures with a real cluster need: a namespace with pods, kubectl, an identity."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import orjson

POD_WAIT_SECONDS = 90
READER = "reader"


@dataclass(frozen=True, slots=True)
class Bench:
    """A namespace of ours, holding deployment ``web``, in the cluster of a kubeconfig."""

    kubeconfig: str
    namespace: str

    async def kubectl(self, *arguments: str, stdin: str = "") -> str:
        """Run kubectl in the namespace; raise with its own words when it fails."""
        process = await asyncio.create_subprocess_exec(
            *self.command(*arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(stdin.encode())
        if process.returncode:
            raise RuntimeError(f"kubectl {' '.join(arguments)}: {err.decode()}")
        return out.decode()

    def command(self, *arguments: str) -> tuple[str, ...]:
        """Return the argument vector of kubectl in this namespace."""
        own = (f"--kubeconfig={self.kubeconfig}", f"--namespace={self.namespace}")
        return "kubectl", *arguments, *own


@asynccontextmanager
async def with_pods(kubeconfig: str, replicas: int) -> AsyncIterator[Bench]:
    """Make a namespace with so many simulated pods (kwok) and delete it afterwards."""
    async with with_namespace(kubeconfig) as bench:
        await bench.kubectl("apply", "--filename=-", stdin=orjson.dumps(_web(replicas)).decode())
        ready = f"--for=jsonpath={{.status.readyReplicas}}={replicas}"
        await bench.kubectl("wait", ready, "deployment/web", f"--timeout={POD_WAIT_SECONDS}s")
        yield bench


@asynccontextmanager
async def with_namespace(kubeconfig: str) -> AsyncIterator[Bench]:
    """Make an empty namespace and delete it afterwards."""
    bench = Bench(kubeconfig, f"bench-{secrets.token_hex(3)}")
    await bench.kubectl("create", "namespace", bench.namespace)
    try:
        yield bench
    finally:
        await bench.kubectl("delete", "namespace", bench.namespace, "--wait=false")


def as_reader(bench: Bench) -> AbstractAsyncContextManager[Bench]:
    """Act as a user who may look at the namespace."""
    return as_user(bench, "view")


@asynccontextmanager
async def as_user(bench: Bench, role: str) -> AsyncIterator[Bench]:
    """Act as a ServiceAccount that nobody else uses, so that the audit log tells us apart."""
    await bench.kubectl("create", "serviceaccount", READER)
    account = f"--serviceaccount={bench.namespace}:{READER}"
    await bench.kubectl("create", "rolebinding", READER, f"--clusterrole={role}", account)
    token = await bench.kubectl("create", "token", READER)
    shown = await bench.kubectl("config", "view", "--raw", "--minify", "--flatten", "--output=json")
    config = orjson.loads(shown)
    config["users"] = [{"name": config["users"][0]["name"], "user": {"token": token.strip()}}]
    with kubeconfig_file(config) as path:
        yield Bench(path, bench.namespace)


@contextmanager
def kubeconfig_file(config: dict[str, Any]) -> Iterator[str]:
    """Write a kubeconfig that only its owner can read, for as long as the block lasts."""
    with tempfile.NamedTemporaryFile("wb", prefix="bench-", suffix=".kubeconfig") as file:
        file.write(orjson.dumps(config))
        file.flush()
        yield file.name


def pointing_at(url: str) -> dict[str, Any]:
    """Return a kubeconfig for a server that asks for no identity."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "it",
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
        "clusters": [{"name": "it", "cluster": {"server": url}}],
        "users": [{"name": "it", "user": {}}],
    }


def _web(replicas: int) -> dict[str, Any]:
    labels = {"app": "web"}
    toleration = {"key": "kwok.x-k8s.io/node", "operator": "Exists", "effect": "NoSchedule"}
    pod = {
        "nodeSelector": {"type": "kwok"},
        "tolerations": [toleration],
        "containers": [{"name": "web", "image": "web:1"}],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "labels": labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }
