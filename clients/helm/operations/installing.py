"""Install and upgrade: the chart is fetched and checked, helm renders it, and applies it."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from clients import errors
from clients.helm.charts import Chart, Charts
from clients.helm.executable import Access, Manner, Target, arguments
from clients.helm.executable.arguments import Words
from clients.helm.executable.version import Version
from clients.helm.operations.carrying_out import Done, Tools, carry_out
from clients.helm.operations.following import Tell
from clients.helm.operations.hiding import discreet, hide, of_call
from clients.helm.operations.locks import GOOD, refuse_pending
from clients.helm.operations.reasons import reason_of, rendered
from clients.helm.operations.source import Source
from clients.helm.planning import Plan, note_hooks, objects_of, record
from clients.helm.release import Release
from clients.kubernetes import JsonObject, KubernetesWriter, ObjectRef

CRD = "CustomResourceDefinition"
_NO_TYPE = "no matches for kind"


@dataclass(frozen=True, slots=True)
class _Ready:
    """An operation whose every native check has passed."""

    chart: Chart
    given: bytes | None
    words: Callable[[Version], Words]
    last: Release | None
    call: Release
    namespace_exists: bool = True

    @property
    def known_to(self) -> Sequence[Release | None]:
        """What knows secrets that a chart may have put anywhere."""
        return self.call, self.last

    @property
    def verb(self) -> str:
        is_new = self.last is None or self.last.status == "uninstalled"
        return "install" if is_new else "upgrade"

    @property
    def before(self) -> int:
        return self.last.version if self.last else 0


@dataclass(frozen=True, slots=True)
class Install:
    """Make a new release; with ``upgrades`` that is what happens to one that is there."""

    tools: Tools
    charts: Charts
    target: Target
    source: Source
    manner: Manner
    installs: bool = True
    upgrades: bool = False

    async def plan(self, writing: KubernetesWriter) -> None:
        """Render against the cluster as it is and try every object."""
        async with self._ready(writing) as ready:
            await self._planned(writing, ready)

    async def _planned(self, writing: KubernetesWriter, ready: _Ready) -> None:
        new = await self._rendered(writing, ready)
        version = await self.tools.executable.version()
        if not ready.namespace_exists:
            await _try_namespace(writing, self.target.namespace)
        await self._definitions(writing, ready)
        current = await self._current(ready.last)
        applies = version.applies and (current is None or is_applied(current))
        await record(
            writing,
            Plan(
                self.target.name,
                self.target.namespace,
                objects_of(current.manifest) if current else [],
                objects_of(new.manifest),
                applies,
                self.manner.force_conflicts,
                ready.namespace_exists,
                new.placeholders,
            ),
        )
        writing.note(_step(ready))
        if ready.last is not None:
            writing.note(f"Would record revision {ready.last.version + 1} of {self.target}.")
        if self.manner.rollback_on_failure:
            writing.note(_way_back(self.manner, current))
        await note_hooks(writing, new, ready.verb)
        await hide(self.tools.releases, writing, [*ready.known_to, current, new])

    async def run(self, writing: KubernetesWriter, tell: Tell) -> Done:
        """Do it."""
        async with self._ready(writing) as ready:
            return await carry_out(
                self.tools,
                ready.verb,
                self.target,
                ready.words,
                self.manner,
                ready.before,
                tell,
                ready.known_to,
                ready.given,
            )

    @asynccontextmanager
    async def _ready(self, writing: KubernetesWriter) -> AsyncIterator[_Ready]:
        """Check everything that can be checked without helm, in the order helm would."""
        given = self.source.given if self.source.values is not None else None
        last = await self.tools.releases.last(self.target.namespace, self.target.name)
        await self._refuse(last)
        async with self.charts.lent(self.source.chart, self.source.version) as chart:
            yield await self._with_chart(writing, chart, given, last)

    async def _with_chart(
        self, writing: KubernetesWriter, chart: Chart, given: bytes | None, last: Release | None
    ) -> _Ready:
        call = await of_call(self.target, self.source, chart)
        if last is not None:
            return _Ready(chart, given, self._upgrade(chart, given), last, call)
        missing = await writing.read.missing_namespace(self.target.namespace)
        if missing and not self.manner.create_namespace:
            raise errors.NotFoundError(f"{missing[:1].upper()}{missing[1:]}")
        manner = replace(self.manner, create_namespace=bool(missing))
        return _Ready(
            chart,
            given or b"{}",
            lambda version: arguments.install(self.target, chart.path, manner, version),
            None,
            call,
            not missing,
        )

    def _upgrade(self, chart: Chart, given: bytes | None) -> Callable[[Version], Words]:
        return lambda version: arguments.upgrade(
            self.target,
            chart.path,
            self.manner,
            version,
            values=given is not None,
            install=self.installs,
        )

    async def _refuse(self, last: Release | None) -> None:
        target = self.target
        if last is None:
            if not self.installs:
                await self.tools.releases.get(target.namespace, target.name)  # says what is near
            return
        if not self.upgrades:
            raise errors.ConflictError(
                f"{target} exists already (revision {last.version}, {last.status}). "
                "Use helm_upgrade, or another release_name."
            )
        if last.pending:
            history = await self.tools.releases.states(target.namespace, target.name)
            killed = self.tools.executable.was_killed_at(target)
            refuse_pending(last, history, target, killed=killed)

    async def _rendered(self, writing: KubernetesWriter, ready: _Ready) -> Release:
        """Have helm render as the real call would, through a door that only reads."""
        outcome = await self.tools.executable.run(
            lambda version: arguments.tried(ready.words(version)),
            self.target,
            Access.READING,
            given=ready.given,
        )
        if _NO_TYPE in outcome.reason and await self._brought(ready):
            return await self._rendered_alone(writing, ready)
        return rendered(await discreet(self.tools.releases, outcome, ready.known_to), self.target)

    async def _rendered_alone(self, writing: KubernetesWriter, ready: _Ready) -> Release:
        """Render without the cluster what the cluster lacks the types of: the chart brings them."""
        words = arguments.template_of_new_types(
            self.target, ready.chart.path, upgrades=ready.last is not None
        )
        given = ready.given or b"{}"
        outcome = await self.tools.executable.run(
            lambda _: words, self.target, Access.NOTHING, given=given
        )
        if outcome.reason:
            said = await discreet(self.tools.releases, outcome, ready.known_to)
            raise errors.InvalidError(reason_of(said, self.target))
        writing.note("Rendered without the cluster, which lacks types that the chart brings.")
        known = {"namespace": self.target.namespace, "config": self.source.parsed}
        return Release({"manifest": outcome.output, **known})

    async def _brought(self, ready: _Ready) -> Sequence[JsonObject]:
        """Return the custom resource definitions that come with the chart."""
        outcome = await self.tools.executable.definitions(self.target, ready.chart.path)
        return objects_of(outcome.output)

    async def _current(self, last: Release | None) -> Release | None:
        """Return the revision that helm starts from: the deployed one, else the last."""
        if last is None or last.status == "deployed":
            return last
        states = await self.tools.releases.states(self.target.namespace, self.target.name)
        deployed = [each.version for each in states if each.status == "deployed"]
        if not deployed:
            return last
        return await self.tools.releases.revision(
            self.target.namespace, self.target.name, deployed[-1]
        )

    async def _definitions(self, writing: KubernetesWriter, ready: _Ready) -> None:
        """Try the custom resource definitions, which helm installs once and never upgrades."""
        for crd in await self._brought(ready):
            kind = await writing.read.kind("apiextensions.k8s.io/v1", CRD)
            ref = ObjectRef(kind, str(crd["metadata"]["name"]))
            if await writing.read.get_or_none(ref) is not None:
                writing.note(f"{ref.qualified_name} is there and stays as it is.")
            elif ready.last is None:
                await writing.create(kind, None, crd)
            else:
                writing.note(f"{ref.qualified_name} is not installed by an upgrade.")


def _step(ready: _Ready) -> str:
    """Say from which chart to which; the archive's digest binds an approval to this very one."""
    digest = ready.chart.digest.removeprefix("sha256:")[:12]
    chart = f"{ready.chart.name}-{ready.chart.version} (sha256 {digest})"
    if ready.last is None:
        return f"Chart: {chart}."
    return f"Chart: {ready.last.chart_name}-{ready.last.chart_version} → {chart}."


def _way_back(manner: Manner, current: Release | None) -> str:
    """Say what helm does of itself after a failure."""
    when = f"If it fails or is not ready in {manner.timeout} s, helm"
    if current is None:
        does = "uninstalls it again"
    elif current.status in GOOD:
        does = f"rolls back to revision {current.version}"
    else:
        does = "rolls back to the last revision that succeeded, if there is one"
    return f"{when} {does}. {manner.bound}".rstrip()


async def _try_namespace(writing: KubernetesWriter, name: str) -> None:
    kind = await writing.read.kind("v1", "Namespace")
    labels = {"name": name}
    metadata = {"name": name, "labels": labels}
    await writing.create(
        kind, None, {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    )


def is_applied(release: Release) -> bool:
    """Whether helm 4 applies on the server's side to it; what helm 3 made it goes on merging."""
    return release.record.get("apply_method") == "ssa"
