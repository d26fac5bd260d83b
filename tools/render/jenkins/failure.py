"""Why a build failed, on few lines: where, which tests, the telling lines, what is new."""

from collections.abc import Iterator, Sequence
from typing import Any

from tools.render.jenkins.builds import parameters
from tools.render.jenkins.stages import failed
from tools.render.jenkins.tests import counts
from tools.render.jenkins.times import span

MOST_TESTS = 10
MOST_COMMITS = 10
SHORT_HASH = 7
LEAD_BYTES = 1_000  # before a telling line, what led to it
TIMES = "\N{MULTIPLICATION SIGN}"


def explained(told: Any) -> str:
    """Write the finding; what was not read is said at the end."""
    lines = [_headline(told)]
    if told.failed:
        lines += [f"  {line}" for line in _details(told)]
    return "\n".join(lines)


def _details(told: Any) -> Iterator[str]:
    if values := parameters(told.found):
        yield f"parameters: {', '.join(values)}"
    yield from _tests(told.report)
    yield from _since(told.since)
    yield from _log(told)
    for each in told.unread:
        yield f"not read: {each}"


def _headline(told: Any) -> str:
    found, name = told.found, _name(told)
    later = ""
    if told.since.later is not None:
        later = " Since then: #{} {}.".format(*told.since.later)
    if found.get("building"):
        return f"{name} is still running{_where(told)}.{later}"
    result = found.get("result") or "unknown"
    if not told.failed:
        return f"{name} {result} in {span(found.get('duration'))}: nothing failed.{later}"
    why = f" ({told.interrupted})" if told.interrupted else ""
    took = span(found.get("duration"))
    return f"{name} {result}{why} in {took}{_where(told)}.{later}"


def _name(told: Any) -> str:
    return f"{told.build.job.full_name} #{told.found.get('number')}"


def _where(told: Any) -> str:
    if told.pipeline is None or told.pipeline.failed is None:
        return ""
    return f", {failed(told.pipeline)}"


def _tests(report: Any) -> Iterator[str]:
    if report is None or not (report.failures or report.total):
        return
    yield f"{counts(report)}{_classes(report.failed)}{_failing_since(report.failed)}"
    for error, tests in _by_error(report.failed[:MOST_TESTS]):
        yield f"  {', '.join(tests)}{f': {error}' if error else ''}"
    if (left := report.failures - min(len(report.failed), MOST_TESTS)) > 0:
        yield f"  … {left:,} more; jenkins_get_test_results lists them"
    if report.unread:
        yield f"  not all was read: {report.unread}"


def _classes(tests: Sequence[Any]) -> str:
    classes = {test.class_name for test in tests}
    return f", all in {classes.pop()}" if len(classes) == 1 and len(tests) > 1 else ""


def _failing_since(tests: Sequence[Any]) -> str:
    since = {test.since for test in tests if not test.new}
    if len(since) == 1 and (first := since.pop()):
        return f", failing since #{first}"
    return ""


def _by_error(tests: Sequence[Any]) -> Iterator[tuple[str, list[str]]]:
    """Put tests together that fail alike."""
    one_class = len({test.class_name for test in tests}) == 1
    alike: dict[str, list[str]] = {}
    for test in tests:
        error = " ".join(test.error.split())[:300]
        alike.setdefault(error, []).append(test.name if one_class else test.full_name)
    yield from alike.items()


def _since(since: Any) -> Iterator[str]:
    new = since.commits
    more = "" if since.complete else " or more"
    count = f"{len(new) or 'no'}{more} commit{'' if len(new) == 1 and not more else 's'}"
    if since.good is None:
        yield f"no good build before it is kept; {count} in those that are"
    else:
        yield f"last good: #{since.good}; {count} since"
    for each in new[-MOST_COMMITS:]:
        commit = each.id[:SHORT_HASH] or "-"
        yield f"  {commit} {_quoted(each.title)} ({each.author}, #{each.build})"


def _quoted(title: str) -> str:
    return f'"{title}"' if len(title) <= 100 else f'"{title[:100]}…"'


def _log(told: Any) -> Iterator[str]:
    log = told.log
    for line in log.lines:
        where = f"line {line.number:,}" if line.number is not None else f"byte {line.offset:,}"
        often = f"  ({TIMES}{line.count:,})" if line.count > 1 else ""
        yield f"log {where}: {line.text}{often}"
    if log.start or log.end < log.size:
        yield f"(of the log's {log.size:,} bytes, {log.start:,} to {log.end:,} were searched)"
    if log.size:
        yield f"more: jenkins_get_build_log({_arguments(told)})"


def _arguments(told: Any) -> str:
    lines = told.log.lines
    start = f", start={max(0, min(line.offset for line in lines) - LEAD_BYTES)}" if lines else ""
    return f'jobFullName="{told.build.job.full_name}", build={told.found.get("number")}{start}'
