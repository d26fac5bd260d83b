"""Where added repositories are kept: a ConfigMap that all replicas share, or a file.

Both hold names, URLs and names of Secrets; never a credential. A change is refused when another one
came in between, and made again by whoever asked.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

import orjson

from clients.errors import (
    ConfigurationError,
    ConflictError,
    InvalidError,
    NotFoundError,
    UnavailableError,
)
from clients.helm.charts.repository import Repository, checked_secret
from clients.kubernetes import Kubernetes, KubernetesWriter, ObjectRef, ResourceType
from clients.kubernetes.changes import Journal
from clients.kubernetes.wire.connection import Request
from clients.kubernetes.wire.doors import dry_runs_only
from clients.kubernetes.wire.session import Retries, Session
from clients.kubernetes.writer import MERGE

Edit = Callable[[Mapping[str, Repository]], Mapping[str, Repository | None]]
"""Given what is kept, what to put and (None) what to take away; it may raise to refuse."""

_CONFIG_MAPS = ResourceType("", "v1", "configmaps", "configmap", "ConfigMap", namespaced=True)
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where to keep: in a ConfigMap of a namespace (empty: the server's own), or in a file."""

    config_map: str = ""
    namespace: str = ""
    file: Path | None = None


class Stored(Protocol):
    """What was added at run time."""

    async def read(self) -> Mapping[str, Repository]:
        """Return the repositories by name."""

    async def edit(self, edit: Edit, journal: Journal, *, dry: bool) -> None:
        """Change what is kept in one step, or try to."""


class InConfigMap:
    """One key per repository, its URL and Secret as the value."""

    def __init__(self, kubernetes: Kubernetes, keeping: Keeping) -> None:
        self._kubernetes = kubernetes
        self._keeping = keeping

    async def read(self) -> Mapping[str, Repository]:
        """Return the repositories by name; none where there is no ConfigMap yet."""
        return _of_config_map(await self._object(await self._ref()))

    async def edit(self, edit: Edit, journal: Journal, *, dry: bool) -> None:
        """Patch what changes, bound to the version that was read."""
        ref = await self._ref()
        for _ in range(_TRIES):
            before = await self._object(ref)
            data = {
                name: None if repository is None else _spelled(repository)
                for name, repository in edit(_of_config_map(before)).items()
            }
            try:
                await self._write(ref, before, data, journal, dry=dry)
            except ConflictError:
                continue
            return
        raise UnavailableError("The kept repositories change too often; try again.")

    async def _write(
        self,
        ref: ObjectRef,
        before: dict[str, dict[str, str]] | None,
        data: Mapping[str, str | None],
        journal: Journal,
        *,
        dry: bool,
    ) -> None:
        session = self._session(ref)
        session = session.with_door(dry_runs_only) if dry else session
        writer = KubernetesWriter(self._kubernetes.reader, session, journal, dry=dry)
        if before is None:
            obj = {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": ref.name, "namespace": ref.namespace},
                "data": {name: value for name, value in data.items() if value is not None},
            }
            await writer.create(ref.type, ref.namespace, obj)
            return
        version = before["metadata"]["resourceVersion"]
        patch = {"metadata": {"resourceVersion": version}, "data": data}
        masked = self._kubernetes.reader.masking.mask(deepcopy(before))
        await writer.patch_known(ref, masked, patch, MERGE)

    async def _object(self, ref: ObjectRef) -> dict[str, dict[str, str]] | None:
        try:
            return (await self._session(ref).json(Request("GET", ref.path()))).body
        except NotFoundError:
            return None

    async def _ref(self) -> ObjectRef:
        namespace = self._keeping.namespace or await self._kubernetes.reader.namespace()
        return ObjectRef(_CONFIG_MAPS, self._keeping.config_map, namespace)

    def _session(self, ref: ObjectRef) -> Session:
        """Return a session for this one ConfigMap, whatever namespaces tools are kept to."""

        def only_this(request: Request) -> None:
            own = request.path == ref.path() and request.method in ("GET", "PATCH")
            made = request.path == ref.type.path(ref.namespace) and request.method == "POST"
            if not (own or made):
                raise ConfigurationError("Only the ConfigMap of the repositories is kept here.")

        return Session(self._kubernetes.connection, Retries(), only_this)


class InFile:
    """A JSON file that only its owner can read, replaced whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = asyncio.Lock()

    async def read(self) -> Mapping[str, Repository]:
        """Return the repositories by name; none where there is no file yet."""
        try:
            kept = orjson.loads(await asyncio.to_thread(self._path.read_bytes))
            return {name: _repository(name, value) for name, value in kept.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError) as unreadable:
            raise ConfigurationError(
                f"The file of added repositories, {self._path}, cannot be read."
            ) from unreadable

    async def edit(self, edit: Edit, journal: Journal, *, dry: bool) -> None:
        """Write the file anew; a dry run only asks whether it would be refused."""
        async with self._lock:
            kept = dict(await self.read())
            for name, repository in edit(kept).items():
                if repository is None:
                    kept.pop(name, None)
                else:
                    kept[name] = repository
            if not dry:
                journal.begun = True
                await asyncio.to_thread(self._replace, kept)

    def _replace(self, kept: Mapping[str, Repository]) -> None:
        content = {name: _spelled(repository) for name, repository in kept.items()}
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._path.parent, delete=False) as file:  # mode 0600
                file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2))
            os.replace(file.name, self._path)
        except OSError as refused:
            raise ConfigurationError(
                f"The file of added repositories, {self._path}, cannot be written: "
                f"{refused.strerror}. Nothing was changed."
            ) from refused


class InMemory:
    """For a server that is to keep nothing: gone with it."""

    def __init__(self) -> None:
        self._kept: dict[str, Repository] = {}

    async def read(self) -> Mapping[str, Repository]:
        """Return the repositories by name."""
        return self._kept

    async def edit(self, edit: Edit, journal: Journal, *, dry: bool) -> None:
        """Change what is kept; a dry run only asks whether it would be refused."""
        changes = edit(self._kept)
        if dry:
            return
        merged = {**self._kept, **changes}
        self._kept = {name: one for name, one in merged.items() if one is not None}


def stored(kubernetes: Kubernetes, keeping: Keeping) -> Stored:
    """Return where repositories are kept."""
    if keeping.config_map:
        return InConfigMap(kubernetes, keeping)
    return InFile(keeping.file) if keeping.file else InMemory()


def _of_config_map(obj: Mapping[str, Mapping[str, str]] | None) -> Mapping[str, Repository]:
    data = (obj or {}).get("data") or {}
    return {name: _repository(name, value) for name, value in data.items()}


def _spelled(repository: Repository) -> str:
    return f"{repository.url} {repository.login}" if repository.login else repository.url


def _repository(name: str, value: str) -> Repository:
    url, _, login = value.strip().partition(" ")
    try:
        return Repository(name, url, checked_secret(login) if login else None)
    except InvalidError as wrong:
        raise ConfigurationError(
            f'The kept repository "{name}" has a bad login: {wrong}'
        ) from wrong
