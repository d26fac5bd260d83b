"""A rollout in full: the plugin's header and tree, and below them what it leaves out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from tools.render import JsonObject
from tools.render.argo import Standing, analysis, status
from tools.render.argo.header import field, header
from tools.render.argo.reading import at, created, items, name, revision
from tools.render.argo.tree import Family, tree
from tools.render.describe.events import write_events
from tools.render.describe.lines import Lines

MOST_STEPS = 60
MOST_RUNS = 5
MOST_EVENTS = 10


def description(
    family: Family,
    standing: Standing,
    events: Sequence[JsonObject],
    unseen: Mapping[str, str],
    now: datetime,
) -> str:
    """Write everything, section by section."""
    rollout = family.rollout
    sections = [
        header(family, standing),
        tree(family, standing, now),
        [*_traffic(rollout)],
        [*_steps(standing)],
        [*status.pauses(rollout, standing, now), *status.runs(rollout), *_flags(rollout)],
        [*_analyses(family)],
        [*_conditions(rollout)],
        _events(events, now),
        [*_end(rollout, standing, unseen)],
    ]
    return "\n\n".join("\n".join(section) for section in sections if section)


def _traffic(rollout: JsonObject) -> Iterator[str]:
    strategy = at(rollout, "spec", "strategy")
    how, current = at(strategy, "canary"), at(rollout, "status", "canary")
    for router, settings in at(how, "trafficRouting").items():
        if router not in ("managedRoutes", "maxTrafficWeight"):
            yield field("Router:", f"{router}{_settings(settings)}")
    if weights := at(current, "weights"):
        yield field("Weights:", _weights(weights))
    services = [f"{key.removesuffix('Service')} {how[key]}"
                for key in ("stableService", "canaryService") if how.get(key)]  # fmt: skip
    green, selected = at(strategy, "blueGreen"), at(rollout, "status", "blueGreen")
    for side in ("active", "preview"):
        if service := green.get(f"{side}Service"):
            points = selected.get(f"{side}Selector") or "nothing yet"
            services.append(f"{side} {service} → {points}")
    if services:
        yield field("Services:", ", ".join(services))


def _settings(settings: object) -> str:
    plain = [f"{key} {value}" for key, value in settings.items() if isinstance(value, str)] if (
        isinstance(settings, dict)
    ) else []  # fmt: skip
    return f" ({', '.join(plain)})" if plain else ""


def _weights(weights: JsonObject) -> str:
    sides = [(side, at(weights, side)) for side in ("canary", "stable")]
    sides += [(str(each.get("serviceName")), each) for each in items(weights, "additional")]
    told = ", ".join(f"{side} {each.get('weight', 0)}" for side, each in sides)
    verified = weights.get("verified")
    return told + ("" if verified is None else " (verified)" if verified else " (not verified)")


def _steps(standing: Standing) -> Iterator[str]:
    index = standing.index or 0
    if not standing.steps:
        return
    yield "Steps:"
    for position, text in enumerate(standing.steps[:MOST_STEPS]):
        mark = "✔" if position < index else "◌" if position == index else " "
        if standing.fully_promoted:
            mark = "✔"
        yield f"  {mark} {position + 1:>2}  {text}".rstrip()
    if left := len(standing.steps) - MOST_STEPS:
        yield from [f"  … {left:,} more steps"] if left > 0 else []


def _flags(rollout: JsonObject) -> Iterator[str]:
    spec, current = at(rollout, "spec"), at(rollout, "status")
    if current.get("abort"):
        yield f"Aborted at {current.get('abortedAt') or 'an unknown time'}"
    if current.get("promoteFull"):
        yield "A full promotion is under way"
    if spec.get("restartAt") and spec["restartAt"] != current.get("restartedAt"):
        yield f"Restart asked for at {spec['restartAt']}"
    if window := at(spec, "rollbackWindow").get("revisions"):
        yield f"Going back up to {window} revisions skips the steps (rollbackWindow)"


def _analyses(family: Family) -> Iterator[str]:
    """Show the newest runs of the newest revision that has some."""
    newest = max(map(revision, family.analysis_runs), default=0)
    own = [each for each in family.analysis_runs if revision(each) == newest]
    for run in sorted(own, key=created)[-MOST_RUNS:]:
        kind = at(run, "metadata", "labels").get("rollout-type")
        word = str(at(run, "status").get("phase") or "Pending")
        message = at(run, "status").get("message")
        yield (
            f"AnalysisRun {name(run)}{f' ({kind})' if kind else ''}: {word}"
            f"{f': {message}' if message else ''}"
        )
        yield from (f"  {line}" for line in analysis.measurements(run))


def _conditions(rollout: JsonObject) -> Iterator[str]:
    found = items(rollout, "status", "conditions")
    if not found:
        return
    lines = Lines()
    lines.text("Conditions:")
    lines.row("Type", "Status", "Reason")
    for each in found:
        lines.row(each.get("type", ""), each.get("status", ""), each.get("reason", ""))
    yield from (line.rstrip() for line in str(lines).splitlines())


def _events(events: Sequence[JsonObject], now: datetime) -> list[str]:
    if not events:
        return []
    lines = Lines()
    newest = sorted(events, key=lambda each: str(each.get("lastTimestamp") or ""))[-MOST_EVENTS:]
    write_events(lines, newest, now)
    return [line.rstrip() for line in str(lines).splitlines()]


def _end(rollout: JsonObject, standing: Standing, unseen: Mapping[str, str]) -> Iterator[str]:
    if standing.silent_seconds > status.SILENT_SECONDS:
        yield status.silent(standing)
    yield from status.not_visible(unseen)
    yield f"Next: {', '.join(status.actions(rollout, standing)) or 'nothing to do'}."
