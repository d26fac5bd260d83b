"""Render a chart, and compare a release with a chart, with a revision, or with the cluster."""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from clients import errors
from clients.helm.charts import Charts
from clients.helm.executable import Access, HelmExecutable, Manner, Target, arguments
from clients.helm.operations.hiding import discreet, of_call
from clients.helm.operations.reasons import reason_of, rendered
from clients.helm.operations.source import Source
from clients.helm.planning import checksums, identity, objects_of
from clients.helm.planning.carried_over import carried_over
from clients.helm.planning.merging import only
from clients.helm.planning.objects import name_of
from clients.helm.planning.settling import settled
from clients.helm.release import Release
from clients.helm.releases import Releases
from clients.helm.secrecy import Secrecy
from clients.helm.secrecy.placeholders import Placeholders
from clients.kubernetes import JsonObject, KubernetesReader, ObjectRef

AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Compared:
    """One object on both sides, masked; None where a side does not have it."""

    name: str
    namespace: str
    before: JsonObject | None
    after: JsonObject | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared, in words, and every object of either side."""

    before: str
    after: str
    objects: Sequence[Compared]


@dataclass(frozen=True, slots=True)
class Comparing:
    """Compares releases; nothing it does can change one."""

    releases: Releases
    charts: Charts
    executable: HelmExecutable
    reader: KubernetesReader
    target: Target

    async def template(self, source: Source, *, include_crds: bool) -> str:
        """Return what a chart renders to without a cluster, secrets masked."""
        given = source.given
        async with self.charts.lent(source.chart, source.version) as chart:
            outcome = await self.executable.template(
                self.target, chart.path, given, include_crds=include_crds
            )
        if outcome.reason:
            call = await of_call(self.target, source, chart)
            said = await discreet(self.releases, outcome, [call])
            raise errors.InvalidError(reason_of(said, self.target))
        record = {"manifest": outcome.output, "config": source.parsed}
        release = Release(record, size=len(outcome.output))
        return await self.releases.shown(release, lambda secrecy: secrecy.manifest(outcome.output))

    async def with_chart(self, source: Source) -> Comparison:
        """Compare what is installed with what an upgrade would render now."""
        given = source.given if source.values is not None else None
        last = await self._last()
        async with self.charts.lent(source.chart, source.version) as chart:
            call = await of_call(self.target, source, chart)
            new = await self._rendered(chart.path, given, [call, last])
        told = f"chart {chart.name}-{chart.version}"
        sides = self._sides(last, new)
        compared = self._compared(_told(last), told, sides, placeholders=new.placeholders)
        hidden = await self._hidden(compared, [last, new])
        return _with_checksums(hidden) if new.placeholders else hidden

    async def with_revision(self, revision: int) -> Comparison:
        """Compare what is installed with an earlier revision."""
        last = await self._last()
        wanted = await self.releases.revision(self.target.namespace, self.target.name, revision)
        compared = self._compared(_told(last), _told(wanted), self._sides(last, wanted))
        return await self._hidden(compared, [last, wanted])

    async def with_cluster(self) -> Comparison:
        """Compare what is installed with the live objects, in the fields that the chart sets."""
        last = await self._last()
        slots = asyncio.Semaphore(AT_ONCE)

        async def pair(obj: JsonObject) -> tuple[JsonObject, JsonObject | None]:
            async with slots:
                return _folded(obj), await self._live(obj)

        named = [obj for obj in objects_of(last.manifest) if "name" in obj["metadata"]]
        pairs = await asyncio.gather(*map(pair, named))
        sides = [(obj, only(live, obj) if live else None) for obj, live in pairs]
        compared = self._compared(_told(last), "the live objects", sides, live=True)
        return await self._hidden(compared, [last])

    async def _last(self) -> Release:
        return await self.releases.get(self.target.namespace, self.target.name)

    async def _rendered(
        self, chart: Path, given: bytes | None, known_to: Sequence[Release]
    ) -> Release:
        manner = Manner(seconds=60, wait=False)
        outcome = await self.executable.run(
            lambda version: arguments.tried(
                arguments.upgrade(
                    self.target, chart, manner, version, values=given is not None, install=False
                )
            ),
            self.target,
            Access.READING,
            given=given,
        )
        return rendered(await discreet(self.releases, outcome, known_to), self.target)

    def _sides(
        self, before: Release, after: Release
    ) -> Sequence[tuple[JsonObject | None, JsonObject | None]]:
        """Pair the objects of two revisions."""
        old, new = (
            {identity(obj, self.target.namespace): _folded(obj) for obj in objects_of(manifest)}
            for manifest in (before.manifest, after.manifest)
        )
        return [(old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new])]

    def _compared(
        self,
        before: str,
        after: str,
        sides: Sequence[tuple[JsonObject | None, JsonObject | None]],
        *,
        live: bool = False,
        placeholders: Placeholders | None = None,
    ) -> Comparison:
        objects = []
        for old, new in sides:
            some: Any = old or new
            name = f"{str(some['kind']).lower()}/{name_of(some)}"
            namespace = str(some["metadata"].get("namespace") or self.target.namespace)
            masked = self._masked(old)
            shown = new if live else self._masked(new, placeholders)
            if new is not None:
                made = placeholders.in_secret(new) if placeholders else new
                shown = settled(shown, made, masked, placeholders, self.reader.masking)
            objects.append(Compared(name, namespace, masked, shown))
        return Comparison(before, after, objects)

    async def _hidden(self, found: Comparison, known_to: Sequence[Release]) -> Comparison:
        """Mask what the releases know to be secret, wherever a chart has put it."""
        for release in known_to:
            objects = await self.releases.shown(release, partial(_hidden, found.objects))
            found = replace(found, objects=objects)
        return found

    def _masked(
        self, obj: JsonObject | None, placeholders: Placeholders | None = None
    ) -> JsonObject | None:
        """Mask an object; what a Secret only carries over keeps its fingerprint."""
        if obj is None:
            return None
        kept = carried_over(obj)
        filled = placeholders.in_secret(obj) if placeholders else obj
        masked = self.reader.masking.mask(orjson.loads(orjson.dumps(filled)))
        return {**masked, "data": {**masked["data"], **kept}} if kept else masked

    async def _live(self, obj: JsonObject) -> JsonObject | None:
        try:
            kind = await self.reader.kind(obj["apiVersion"], obj["kind"])
        except errors.NotFoundError:
            return None
        namespace = str(obj["metadata"].get("namespace") or self.target.namespace)
        name = str(obj["metadata"]["name"])
        ref = ObjectRef(kind, name, namespace if kind.namespaced else None)
        return await self.reader.get_or_none(ref)


def _hidden(objects: Sequence[Compared], secrecy: Secrecy) -> Sequence[Compared]:
    return [
        replace(each, before=secrecy.anything(each.before), after=secrecy.anything(each.after))
        for each in objects
    ]


def _with_checksums(found: Comparison) -> Comparison:
    """Take checksums as they are where nothing differs that they could be made of."""
    differ = checksums.differing((each.before, each.after) for each in found.objects)
    objects = [
        replace(each, after=checksums.kept(each.before, each.after, differ))
        for each in found.objects
    ]
    return replace(found, objects=objects)


def _told(release: Release) -> str:
    return f"revision {release.version} ({release.chart_name}-{release.chart_version})"


def _folded(obj: JsonObject) -> JsonObject:
    """Return a Secret as the API server stores it, with ``stringData`` in ``data``."""
    texts: Mapping[str, Any] = obj.get("stringData") or {}
    if obj.get("kind") != "Secret" or not texts:
        return obj
    data = {key: base64.b64encode(str(value).encode()).decode() for key, value in texts.items()}
    rest = {key: value for key, value in obj.items() if key != "stringData"}
    return {**rest, "data": {**(obj.get("data") or {}), **data}}
