"""Analysis runs: what was measured, and why one failed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from tools.render import JsonObject
from tools.render.ages import age
from tools.render.argo.listing import NOTHING
from tools.render.argo.reading import at, created, items, name
from tools.render.tabwriter import align

LONGEST_VALUE = 200
_COUNTS = ("successful", "failed", "inconclusive", "error")
_LIMITS = ("successCondition", "failureCondition", "failureLimit", "inconclusiveLimit")


def run_table(
    runs: Sequence[JsonObject], now: datetime, *, with_namespace: bool | None
) -> list[str]:
    """Print one row per run, and below what each metric of one that did not pass says."""
    if not runs:
        return [NOTHING]
    header = "NAME\tSTATUS\tTYPE\tOWNER\tMETRICS\tAGE"
    rows = [_row(each, now) for each in runs]
    if with_namespace:
        header = f"NAMESPACE\t{header}"
        rows = [f"{at(r, 'metadata').get('namespace')}\t{row}"
                for r, row in zip(runs, rows, strict=True)]  # fmt: skip
    lines = align([header, *rows], minimum=0, padding=2, remember_widths=False)
    told = [line for each in runs for line in why(each)]
    return [*(line.rstrip() for line in lines), *([""] if told else []), *told]


def _row(run: JsonObject, now: datetime) -> str:
    labels = at(run, "metadata", "labels")
    owner = next(iter(items(run, "metadata", "ownerReferences")), {})
    owned = f"{str(owner['kind']).lower()}/{owner['name']}" if owner.get("name") else "-"
    cells = [name(run), str(at(run, "status").get("phase") or "Pending")]
    cells += [str(labels.get("rollout-type") or "-"), owned, _sums(run)]
    return "\t".join([*cells, age(created(run), now)])


def _sums(run: JsonObject) -> str:
    results = items(run, "status", "metricResults")
    told = ",".join(f"{r.get('name')}={r.get('phase') or 'Pending'}" for r in results)
    return told or "-"


def why(run: JsonObject) -> Iterator[str]:
    """Explain a run that failed, erred, or gave no verdict."""
    status = at(run, "status")
    if status.get("phase") in ("Failed", "Error", "Inconclusive"):
        yield f"{name(run)}: {status['phase']}: {status.get('message') or 'no message'}"
        yield from (f"  {line}" for line in measurements(run))


def measurements(run: JsonObject) -> Iterator[str]:
    """Say of each metric what it counts, allows, and measured last."""
    wanted = {str(each.get("name")): each for each in items(run, "spec", "metrics")}
    for result in items(run, "status", "metricResults"):
        yield _metric(result, wanted.get(str(result.get("name")), {}))


def _metric(result: JsonObject, wanted: Mapping[str, object]) -> str:
    counts = ", ".join(f"{result[each]} {each}" for each in _COUNTS if result.get(each))
    limits = "; ".join(f"{each} {wanted[each]}" for each in _LIMITS if wanted.get(each) is not None)
    told = [f"{result.get('name')}: {result.get('phase') or 'Pending'}"]
    told += [f"({counts})"] if counts else []
    told += [f"[{limits}]"] if limits else []
    return " ".join([*told, *_last(result)])


def _last(result: JsonObject) -> Iterator[str]:
    measured = items(result, "measurements")
    last = measured[-1] if measured else {}
    if last.get("value"):
        yield f"last value {_short(last['value'])}"
    if job := at(last, "metadata").get("job-name"):
        yield f"job {at(last, 'metadata').get('job-namespace', '')}/{job}"
    if said := last.get("message") or result.get("message"):
        yield f"said {_short(said)}"


def _short(text: object) -> str:
    one_line = " ".join(str(text).split())
    return one_line if len(one_line) <= LONGEST_VALUE else f"{one_line[:LONGEST_VALUE]}…"


def template_table(templates: Sequence[JsonObject], now: datetime) -> list[str]:
    """Print analysis templates: their metrics with provider, and their arguments."""
    if not templates:
        return [NOTHING]
    rows = ["NAMESPACE\tNAME\tMETRICS\tARGUMENTS\tAGE", *(_template(t, now) for t in templates)]
    lines = align(rows, minimum=0, padding=2, remember_widths=False)
    return [line.rstrip() for line in lines]


def _template(template: JsonObject, now: datetime) -> str:
    metrics = ",".join(_provider(each) for each in items(template, "spec", "metrics"))
    arguments = ",".join(_argument(each) for each in items(template, "spec", "args"))
    where = at(template, "metadata").get("namespace") or "(cluster)"
    cells = [where, name(template), metrics or "-", arguments or "-"]
    return "\t".join([*cells, age(created(template), now)])


def _provider(metric: JsonObject) -> str:
    provider = next(iter(at(metric, "provider")), "none")
    return f"{metric.get('name')}({provider})"


def _argument(argument: JsonObject) -> str:
    """Name an argument, as required where nothing is given for it; no value is shown."""
    given = "value" in argument or "valueFrom" in argument
    return f"{argument.get('name')}{'' if given else '!'}"
