"""A server whose ways out are watched: files, the cluster, and a port that nobody may ask."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.support.served import ROOT, served

OWN = ("skyflo-helm-", "skyflo-charts-")  # in TMPDIR only
KINDS = (
    "all,configmaps,secrets,serviceaccounts,roles,rolebindings,ingresses,persistentvolumeclaims,"
    "networkpolicies"
)


@dataclass
class Canary:
    """A port of this machine; whoever connects to it is remembered."""

    port: int = 0
    visitors: list[object] = field(default_factory=list)


@asynccontextmanager
async def running_canary() -> AsyncIterator[Canary]:
    canary = Canary()

    async def remember(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        canary.visitors.append(writer.get_extra_info("peername"))
        writer.close()

    server = await asyncio.start_server(remember, "127.0.0.1", 0)
    canary.port = server.sockets[0].getsockname()[1]
    async with server:
        yield canary


@dataclass
class Guarded:
    """A server as the cluster's administrator; ``folder`` holds its home and temporary files."""

    ask: Asking
    admin: Kubectl
    folder: Path
    namespace: str
    canary: Canary

    def state(self) -> tuple[dict[str, str], Sequence[str]]:
        """Return every file by path and content, and every object by name and version."""
        files = {**_tree(self.folder), **_names(ROOT)}
        objects = self.admin(
            *("get", KINDS, "-n", self.namespace, "--ignore-not-found", "--no-headers"),
            *("-o", "custom-columns=K:.kind,N:.metadata.name,V:.metadata.resourceVersion"),
        )
        return files, sorted(objects.splitlines())


@asynccontextmanager
async def running_guarded(
    admin: Kubectl, helm: str, folder: Path, canary: Canary, url: str, **environment: str
) -> AsyncIterator[Guarded]:
    """Start one with a namespace of its own; charts come from ``url`` or from public addresses."""
    namespace = f"hostile-{secrets.token_hex(3)}"
    for name in ("home", "temporary", "outside"):
        (folder / name).mkdir()
    (folder / "outside" / "secret").write_text("hunter2-of-the-disk")
    admin("create", "namespace", namespace)
    try:
        async with served(
            folder / "home",
            *("--kubeconfig", str(admin.kubeconfig)),
            HOME=str(folder / "home"),
            TMPDIR=str(folder / "temporary"),
            SKYFLO_HELM_EXECUTABLE=helm,
            SKYFLO_HELM_SOURCES=f"https://,oci://,{url}",
            SKYFLO_HELM_PRIVATE_HOSTS=url.split("/")[2],
            SKYFLO_HELM_REPOSITORY_STORE="memory",
            **environment,
        ) as running:
            yield Guarded(Asking(running), admin, folder, namespace, canary)
    finally:
        admin("delete", "namespace", namespace, "--wait=false")


def _tree(folder: Path) -> dict[str, str]:
    """Return what every file is, all but the server's own; a link by where it leads."""
    found = {}
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        own = below.parts[0] == "temporary" and below.parts[1:2] and below.parts[1].startswith(OWN)
        if own or path.name == "server.log":
            continue
        if path.is_symlink():
            found[str(path)] = f"-> {path.readlink()}"
        elif path.is_file():
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[str(path)] = "folder"
    return found


def _names(root: Path) -> dict[str, str]:
    """Return the names in the working directory, where others may be at work; no caches."""
    found = {}
    for top in sorted(root.iterdir()):
        if top.name.startswith("."):
            continue
        for path in (top, *(top.rglob("*") if top.is_dir() and not top.is_symlink() else ())):
            if "__pycache__" not in path.parts and path.suffix != ".pyc":
                found[str(path)] = "there"
    return found
