"""The plugin's tree of a rollout: revisions, ReplicaSets, pods, experiments, analysis runs, jobs.

Follows ``cmd/get/get_rollout.go`` and ``get_experiment.go``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tools.render import JsonObject
from tools.render.ages import age
from tools.render.argo import Standing, health
from tools.render.argo.pods import pod_line
from tools.render.argo.reading import (
    annotation,
    at,
    created,
    is_owned,
    items,
    name,
    number,
    revision,
)
from tools.render.argo.roles import SCALE_DOWN, roles, scale_down_delay
from tools.render.tabwriter import align

MOST_PODS = 100  # of one ReplicaSet
_ANALYSIS_RUN = "α"  # noqa: RUF001 - the plugin's icon
_HEADER = "NAME\tKIND\tSTATUS\tAGE\tINFO"
_COUNTED = (
    ("successful", health.OK),
    ("failed", health.BAD),
    ("inconclusive", health.UNKNOWN),
    ("error", health.WARNING),
)
Draw = Callable[[str, str], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Family:
    """A rollout and all that it made; the template's holder where it is not the rollout."""

    rollout: JsonObject
    replica_sets: Sequence[JsonObject] = ()
    pods: Sequence[JsonObject] = ()
    experiments: Sequence[JsonObject] = ()
    analysis_runs: Sequence[JsonObject] = ()


def tree(family: Family, standing: Standing, now: datetime) -> list[str]:
    """Draw the tree."""
    drawing = _Drawing(family, now)
    rollout = family.rollout
    root = _line(f"⟳ {name(rollout)}", "Rollout", health.of_rollout(standing.phase))
    lines = [_HEADER, f"{root}\t{age(created(rollout), now)}\t", *drawing.revisions()]
    return [line.rstrip() for line in align(lines, minimum=0, padding=2, remember_widths=False)]


class _Drawing:
    def __init__(self, family: Family, now: datetime) -> None:
        self._family = family
        self._now = now

    def revisions(self) -> Iterator[str]:
        family, rollout = self._family, self._family.rollout
        sets = [each for each in family.replica_sets if is_owned(each, rollout)]
        runs = [each for each in family.analysis_runs if is_owned(each, rollout)]
        every = {revision(each) for each in (*sets, *family.experiments, *runs)}
        yield from _drawn([self._revision(each) for each in sorted(every, reverse=True)], "")

    def _revision(self, number: int) -> Draw:
        def draw(prefix: str, below: str) -> Iterator[str]:
            yield f"{prefix}# revision:{number}\t\t \t\t"
            family, rollout = self._family, self._family.rollout
            experiments = [e for e in family.experiments if revision(e) == number]
            children = [
                *self._replica_sets(rollout, number),
                *(self._experiment(each) for each in sorted(experiments, key=created)),
                *self._runs(rollout, number),
            ]
            yield from _drawn(children, below)

        return draw

    def _replica_sets(self, owner: JsonObject, number: int | None) -> list[Draw]:
        own = [each for each in self._family.replica_sets if is_owned(each, owner)]
        if number is not None:
            own = [each for each in own if revision(each) == number]
        ordered = sorted(own, key=lambda each: (-revision(each), name(each)))
        return [self._replica_set(each, owner) for each in ordered]

    def _replica_set(self, replica_set: JsonObject, owner: JsonObject) -> Draw:
        told = list(roles(owner, replica_set)) if owner is self._family.rollout else []
        if annotation(replica_set, SCALE_DOWN):
            told.append(f"delay:{scale_down_delay(replica_set, self._now)}")
        own = [each for each in self._family.pods if is_owned(each, replica_set)]
        pods = sorted(own, key=lambda each: (created(each), name(each)))

        def draw(prefix: str, below: str) -> Iterator[str]:
            line = _line(f"{prefix}⧉ {name(replica_set)}", "ReplicaSet", _health(replica_set))
            yield f"{line}\t{self._age(replica_set)}\t{','.join(told)}"
            children = [self._pod(each) for each in pods[:MOST_PODS]]
            if left := len(pods) - MOST_PODS:
                children += [_note(f"… {left:,} more pods")] if left > 0 else []
            yield from _drawn(children, below)

        return draw

    def _pod(self, pod: JsonObject) -> Draw:
        told = pod_line(pod)
        restarts = f",restarts:{told.restarts}" if told.restarts else ""

        def draw(prefix: str, _: str) -> Iterator[str]:
            line = _line(f"{prefix}□ {name(pod)}", "Pod", health.of_pod(told.status))
            yield f"{line}\t{self._age(pod)}\tready:{told.ready}{restarts}"

        return draw

    def _experiment(self, experiment: JsonObject) -> Draw:
        def draw(prefix: str, below: str) -> Iterator[str]:
            word = health.of_analysis(str(at(experiment, "status").get("phase") or ""))
            line = _line(f"{prefix}Σ {name(experiment)}", "Experiment", word)
            yield f"{line}\t{self._age(experiment)}\t"
            children = [*self._replica_sets(experiment, None), *self._runs(experiment, None)]
            yield from _drawn(children, below)

        return draw

    def _runs(self, owner: JsonObject, number: int | None) -> list[Draw]:
        own = [each for each in self._family.analysis_runs if is_owned(each, owner)]
        if number is not None:
            own = [each for each in own if revision(each) == number]
        ordered = sorted(own, key=name, reverse=True)
        ordered = sorted(ordered, key=lambda each: (-revision(each), created(each)))
        return [self._run(each) for each in ordered]

    def _run(self, run: JsonObject) -> Draw:
        results = items(run, "status", "metricResults")
        sums = [(sum(number(r.get(field)) for r in results), icon) for field, icon in _COUNTED]
        told = ",".join(f"{icon} {many}" for many, icon in sums if many)

        def draw(prefix: str, below: str) -> Iterator[str]:
            word = health.of_analysis(str(at(run, "status").get("phase") or ""))
            line = _line(f"{prefix}{_ANALYSIS_RUN} {name(run)}", "AnalysisRun", word)
            yield f"{line}\t{self._age(run)}\t{told}"
            measured = [m for result in results for m in items(result, "measurements")]
            jobs = [self._job(m) for m in measured if at(m, "metadata").get("job-name")]
            yield from _drawn(jobs, below)

        return draw

    def _job(self, measurement: JsonObject) -> Draw:
        def draw(prefix: str, _: str) -> Iterator[str]:
            job = at(measurement, "metadata")["job-name"]
            word = health.of_analysis(str(measurement.get("phase") or ""))
            started = age(measurement.get("startedAt"), self._now)
            yield f"{_line(f'{prefix}⊞ {job}', 'Job', word)}\t{started}\t"

        return draw

    def _age(self, obj: JsonObject) -> str:
        return age(created(obj), self._now)


def _drawn(children: Sequence[Draw], below: str) -> Iterator[str]:
    """Draw children, the last one with the corner."""
    for position, draw in enumerate(children):
        if position == len(children) - 1:
            yield from draw(f"{below}└──", f"{below}   ")
        else:
            yield from draw(f"{below}├──", f"{below}│  ")


def _note(text: str) -> Draw:
    def draw(prefix: str, _: str) -> Iterator[str]:
        yield f"{prefix}{text}\t\t \t\t"

    return draw


def _line(label: str, kind: str, word: str) -> str:
    return f"{label}\t{kind}\t{word}"


def _health(replica_set: JsonObject) -> str:
    return health.of_replica_set(replica_set)
