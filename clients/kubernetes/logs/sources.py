"""Whose logs are meant: a pod, the pods of a workload or a selector, one container or all.

Source followed: kubectl's ``polymorphichelpers.logsForObject``. Where kubectl waits for a pod to
appear, here it is said that there is none.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from clients.errors import ClientError, InvalidError, NotFoundError
from clients.kubernetes.names import check_name, shown
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectRef
from clients.kubernetes.pods.facts import (
    by_logging,
    chosen_container,
    container_names,
    pod_selector,
)
from clients.kubernetes.reader import KubernetesReader

MOST_PODS = 10
MOST_STREAMS = 20
MOST_NAMED = 5
WORKLOADS = ("deployments.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch")


@dataclass(frozen=True, slots=True)
class LogSource:
    """One container of one pod, as the pod was when it was read."""

    pod: JsonObject
    container: str

    @property
    def prefix(self) -> str:
        """What ``kubectl logs --prefix`` puts before each line."""
        return f"[pod/{self.pod['metadata']['name']}/{self.container}] "


@dataclass(frozen=True, slots=True)
class LogSources:
    """The containers to read, and what is to be said about the choice."""

    sources: Sequence[LogSource]
    notices: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LogChoice:
    """A caller's words: ``web``, ``deployment/web``, or nothing with a label selector."""

    pod_name: str = ""
    namespace: str | None = None
    container_name: str = ""
    label_selector: str = ""
    all_containers: bool = False
    all_pods: bool = False

    async def sources(self, kubernetes: KubernetesReader) -> LogSources:
        """Find the pods, in kubectl's order of preference, and their containers."""
        self._check()
        namespace = self.namespace or await kubernetes.namespace()
        pods = await self._pods(kubernetes, namespace)
        merged = len(pods) > 1 and (self.all_pods or bool(self.label_selector))
        kept = pods[:MOST_PODS] if merged else pods[:1]
        notices = [_found(pods, kept, merged)] if len(pods) > 1 else []
        sources: list[LogSource] = []
        for pod in kept:
            containers, notice = self._containers(pod, merged)
            sources += [LogSource(pod, container) for container in containers]
            notices.append(notice)
        if not sources:
            raise NotFoundError(f"None of these pods has a container {shown(self.container_name)}.")
        if len(sources) > MOST_STREAMS:
            left_out = ", ".join(source.prefix.strip() for source in sources[MOST_STREAMS:])
            notices.append(f"Left out, {MOST_STREAMS} containers are the most: {left_out}")
        return LogSources(sources[:MOST_STREAMS], [notice for notice in notices if notice])

    def _check(self) -> None:
        if bool(self.pod_name) == bool(self.label_selector):
            raise InvalidError('Give "pod_name" or "label_selector", one of them.')
        if self.all_containers and self.container_name:
            raise InvalidError('Give "container_name" or "all_containers", not both.')

    async def _pods(self, kubernetes: KubernetesReader, namespace: str) -> Sequence[JsonObject]:
        if self.label_selector:
            return await _selected(kubernetes, namespace, self.label_selector, "There are")
        kind, slash, name = self.pod_name.rpartition("/")
        check_name(name or self.pod_name, argument="pod_name")
        if not slash:
            return [await named_pod(kubernetes, name, namespace)]
        ref = await kubernetes.ref(kind, name, namespace)
        obj = await kubernetes.get(ref)
        if obj["kind"] == "Pod":
            return [obj]
        has = f'{ref.type.label} "{name}" has'
        return await _selected(kubernetes, ref.namespace, pod_selector(obj), has)

    def _containers(self, pod: JsonObject, merged: bool) -> tuple[Sequence[str], str]:
        if self.all_containers:
            return container_names(pod), ""
        if merged and self.container_name and self.container_name not in container_names(pod):
            name = pod["metadata"]["name"]
            return [], f'Left out: pod "{name}" has no container {shown(self.container_name)}'
        container, notice = chosen_container(pod, self.container_name)
        return [container], "" if merged else notice


def _found(pods: Sequence[JsonObject], kept: Sequence[JsonObject], merged: bool) -> str:
    """Say which pod was taken, in kubectl's words, or which were left out."""
    if not merged:
        return f"Found {len(pods)} pods, using pod/{kept[0]['metadata']['name']}"
    left_out = [pod["metadata"]["name"] for pod in pods[len(kept) :]]
    if not left_out:
        return ""
    named = ", ".join(left_out[:MOST_NAMED]) + (", …" if len(left_out) > MOST_NAMED else "")
    return f"Found {len(pods)} pods, reading {len(kept)}; left out: {named}"


async def _selected(
    kubernetes: KubernetesReader, namespace: str | None, selector: str, has: str
) -> Sequence[JsonObject]:
    pods = await kubernetes.resource_type("pods")
    found = await kubernetes.list(ListQuery(pods, namespace, selector))
    if not found.items:
        raise NotFoundError(f'{has} no pods with the labels {selector} in namespace "{namespace}".')
    return by_logging(found.items)


async def named_pod(kubernetes: KubernetesReader, name: str, namespace: str) -> JsonObject:
    """Return a pod; where there is none, say which workload has that name."""
    try:
        return await kubernetes.get(await kubernetes.ref("pods", name, namespace))
    except NotFoundError as missing:
        workload = await _workload_named(kubernetes, name, namespace)
        raise NotFoundError(f"{missing}{workload}") from missing


async def _workload_named(kubernetes: KubernetesReader, name: str, namespace: str) -> str:
    """Say which workload has the name that no pod has; models often mean that."""
    asked = [_exists(kubernetes, kind, name, namespace) for kind in WORKLOADS]
    found = [ref for ref in await asyncio.gather(*asked) if ref]
    ways = " or ".join(f'pod_name="{ref.type.label}/{name}"' for ref in found)
    return f" Did you mean {ways}?" if ways else ""


async def _exists(
    kubernetes: KubernetesReader, kind: str, name: str, namespace: str
) -> ObjectRef | None:
    try:
        ref = await kubernetes.ref(kind, name, namespace)
        query = ListQuery(ref.type, namespace, field_selector=f"metadata.name={name}")
        return ref if await kubernetes.names(query) else None
    except ClientError:  # a suggestion is a courtesy: the refusal stands without it
        return None
