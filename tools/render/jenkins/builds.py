"""Builds, as lists and one by one, and what changed in one."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from tools.render import JsonObject
from tools.render.jenkins.parameters import spelled
from tools.render.jenkins.times import moment, span
from tools.render.tabwriter import align

MOST_ARTIFACTS = 20
MOST_PATHS = 20
SHORT_HASH = 10


def build_table(builds: Sequence[JsonObject], now: datetime) -> list[str]:
    """List builds, newest first; a name of their own or a description is a column."""
    rows = ["BUILD\tRESULT\tSTARTED\tDURATION\tNAME"]
    for each in builds:
        took = "-" if each.get("building") else span(each.get("duration"))
        rows.append(
            f"#{each.get('number')}\t{result(each)}\t{moment(each.get('timestamp'), now)}"
            f"\t{took}\t{_name(each)}"
        )
    return [line.rstrip() for line in align(rows)]


def result(build: JsonObject) -> str:
    """Return ``RUNNING``, or the result in Jenkins' own word."""
    return "RUNNING" if build.get("building") else str(build.get("result") or "unknown")


def one_build(job: str, build: JsonObject, now: datetime) -> str:
    """Say of a build how it went, what started it, with which parameters, and what changed."""
    lines = [_headline(job, build, now)]
    if name := _name(build):
        lines.append(f"Name: {name}")
    lines += [f"Cause: {cause}" for cause in _causes(build)]
    if values := parameters(build):
        lines.append(f"Parameters: {', '.join(values)}")
    if commits := _commits(build):
        lines.append(f"Changes: {commits} (jenkins_get_build_changesets)")
    if build.get("builtOn"):
        lines.append(f"Node: {build['builtOn']}")
    lines += _artifacts(build)
    lines.append(f"URL: {build.get('url')}")
    return "\n".join(lines)


def parameters(build: JsonObject) -> list[str]:
    """Return ``NAME=value``; Jenkins says no value of passwords, which are then ``<hidden>``."""
    return [
        f"{each.get('name')}={_value(each)}"
        for action in build.get("actions") or []
        for each in (action or {}).get("parameters") or []
    ]


def changes(label: str, items: Sequence[JsonObject], kinds: Sequence[str]) -> list[str]:
    """List commits with their authors, messages and files."""
    if not items:
        return [f"{label}: no changes since the build before."]
    kind = f" ({', '.join(kinds)})" if kinds else ""
    lines = [f"{label}: {len(items)} change{'s' if len(items) > 1 else ''}{kind}"]
    for item in items:
        author = (item.get("author") or {}).get("fullName") or "unknown"
        commit = str(item.get("commitId") or "-")[:SHORT_HASH]
        lines.append(f"{commit}  {_when(item)}  {author}  {_flat(item.get('msg'))}")
        lines += [f"    {line}" for line in _paths(item.get("paths") or [])]
    return lines


def _headline(job: str, build: JsonObject, now: datetime) -> str:
    began = moment(build.get("timestamp"), now)
    if build.get("building"):
        usual = build.get("estimatedDuration")
        usually = f", usually takes {span(usual)}" if isinstance(usual, int) and usual > 0 else ""
        return f"{job} #{build.get('number')} RUNNING since {began}{usually}"
    took = span(build.get("duration"))
    return f"{job} #{build.get('number')} {result(build)} in {took}, started {began}"


def _name(build: JsonObject) -> str:
    own = str(build.get("displayName") or "")
    parts = ["" if own == f"#{build.get('number')}" else own, _flat(build.get("description"))]
    return ": ".join(filter(None, parts))


def _causes(build: JsonObject) -> Iterator[str]:
    for action in build.get("actions") or []:
        for cause in (action or {}).get("causes") or []:
            yield _flat(cause.get("shortDescription"))


def _value(parameter: JsonObject) -> str:
    hidden = "value" not in parameter or "Password" in str(parameter.get("_class"))
    return "<hidden>" if hidden else spelled(parameter["value"])


def _commits(build: JsonObject) -> str:
    sets = [build.get("changeSet"), *(build.get("changeSets") or [])]
    count = sum(len(each.get("items") or []) for each in sets if each)
    return f"{count}{'+' if count >= 100 else ''} commit{'s' if count > 1 else ''}" if count else ""


def _artifacts(build: JsonObject) -> list[str]:
    found = [str(each.get("relativePath")) for each in build.get("artifacts") or []]
    if not found:
        return []
    more = " …" if len(found) > MOST_ARTIFACTS else ""
    return [f"Artifacts: {', '.join(found[:MOST_ARTIFACTS])}{more}"]


def _paths(paths: Sequence[JsonObject]) -> list[str]:
    lines = [f"{each.get('editType')} {each.get('file')}" for each in paths[:MOST_PATHS]]
    return [*lines, "…"] if len(paths) > MOST_PATHS else lines


def _when(item: JsonObject) -> str:
    stamp = item.get("timestamp")
    if not isinstance(stamp, int) or stamp <= 0:
        return "-"
    return f"{datetime.fromtimestamp(stamp // 1000, UTC):%Y-%m-%d %H:%M}Z"


def _flat(text: Any) -> str:
    return " ".join(str(text if text is not None else "").split())
