"""A test report: the counts, and the tests that failed."""

from typing import Any

from tools.render.jenkins.times import span

MOST_SHOWN = 100


def report(label: str, found: Any) -> str:
    """Write the counts, then a line for each failed test, new ones first."""
    lines = [f"{label}: {counts(found)}{_took(found.duration)}."]
    lines += [_failed(test) for test in found.failed[:MOST_SHOWN]]
    if left := found.failures - min(len(found.failed), MOST_SHOWN):
        lines.append(f"… {left:,} more failed.")
    if found.unread:
        lines.append(f"Not all was read: {found.unread}")
    return "\n".join(lines)


def counts(found: Any) -> str:
    """Write ``3 of 212 tests failed (1 new), 2 skipped``."""
    skipped = f", {found.skipped:,} skipped" if found.skipped else ""
    if not found.failures:
        return f"{found.passed:,} tests passed{skipped}, none failed"
    new = sum(test.new for test in found.failed)
    told = f" ({new:,} new)" if new else ""
    return f"{found.failures:,} of {found.total:,} tests failed{told}{skipped}"


def _took(seconds: float | None) -> str:
    return f", in {span(int(seconds * 1000))}" if seconds is not None else ""


def _failed(test: Any) -> str:
    since = f" (since #{test.since})" if test.since and not test.new else ""
    error = " ".join(test.error.split())
    return (
        f"{'NEW' if test.new else 'FAILED'}  {test.full_name}{since}{f': {error}' if error else ''}"
    )
