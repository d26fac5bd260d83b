"""Rollouts and experiments as the plugin's ``list`` prints them (``cmd/list``)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tools.render import JsonObject
from tools.render.ages import age, human_duration, parse_timestamp
from tools.render.argo import Standing
from tools.render.argo.reading import at, created, name
from tools.render.tabwriter import align

NOTHING = "No resources found."
COMPLETED = frozenset({"Successful", "Failed", "Error", "Inconclusive"})
_ROLLOUTS = (
    *(("NAME", 10), ("STRATEGY", 9), ("STATUS", 12), ("STEP", 4), ("SET-WEIGHT", 10)),
    *(("READY", 5), ("DESIRED", 7), ("UP-TO-DATE", 10), ("AVAILABLE", 9)),
)
_EXPERIMENTS = (("NAME", 10), ("STATUS", 6), ("DURATION", 8), ("REMAINING", 9), ("AGE", 3))
Columns = Sequence[tuple[str, int]]


def rollout_table(
    rollouts: Sequence[tuple[JsonObject, Standing]], *, with_namespace: bool | None
) -> list[str]:
    """Print one row per rollout."""
    rows = [_rollout(rollout, standing) for rollout, standing in rollouts]
    return _table(_ROLLOUTS, rows, [each for each, _ in rollouts], with_namespace)


def experiment_table(
    experiments: Sequence[tuple[JsonObject, int | None]],
    now: datetime,
    *,
    with_namespace: bool | None,
) -> list[str]:
    """Print one row per experiment, each given with its duration in seconds."""
    rows = [_experiment(each, duration, now) for each, duration in experiments]
    return _table(_EXPERIMENTS, rows, [each for each, _ in experiments], with_namespace)


def _rollout(rollout: JsonObject, standing: Standing) -> list[str]:
    status, is_canary = at(rollout, "status"), standing.strategy == "Canary"
    return [
        name(rollout),
        standing.strategy or "unknown",
        standing.phase,
        standing.step or "-",
        str(standing.set_weight) if is_canary else "-",
        f"{status.get('readyReplicas') or 0}/{status.get('replicas') or 0}",
        str(standing.replicas),
        str(status.get("updatedReplicas") or 0),
        str(status.get("availableReplicas") or 0),
    ]


def _experiment(experiment: JsonObject, duration: int | None, now: datetime) -> list[str]:
    status = at(experiment, "status")
    left = ""
    if duration is not None and status.get("phase") not in COMPLETED and status.get("availableAt"):
        seconds = duration - (now - parse_timestamp(status["availableAt"])).total_seconds()
        left = human_duration(seconds) if seconds > 0 else ""
    lasts = "-" if duration is None else human_duration(duration)
    phase = str(status.get("phase") or "")
    return [name(experiment), phase, lasts, left or "-", age(created(experiment), now)]


def _table(
    columns: Columns,
    rows: Sequence[Sequence[str]],
    objects: Sequence[JsonObject],
    with_namespace: bool | None,
) -> list[str]:
    if not rows:
        return [NOTHING]
    lines = list(_cells(columns, rows))
    if with_namespace:
        where = [f"{at(each, 'metadata').get('namespace', ''):<9}" for each in objects]
        lines = [f"{cell}\t{line}" for cell, line in zip(["NAMESPACE", *where], lines, strict=True)]
    return [line.rstrip() for line in align(lines, minimum=0, padding=2, remember_widths=False)]


def _cells(columns: Columns, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Pad the cells as the plugin does, before they are aligned."""
    yield "\t".join(title for title, _ in columns)
    for row in rows:
        padded = (f"{cell:<{width}}" for cell, (_, width) in zip(row, columns, strict=True))
        yield "\t".join(padded)
