"""``helm status``: the lines of Helm 4, its objects as ``resources`` tells them, what to do next."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tools.render.ages import human_duration
from tools.render.helm.times import ansic

JsonObject = Mapping[str, Any]
STUCK_SECONDS = 600


def status_lines(record: JsonObject) -> Iterator[str]:
    """Print the head: name, time, namespace, status, revision, description."""
    info = record.get("info") or {}
    deployed = str(info.get("last_deployed") or "")
    yield f"NAME: {record.get('name', '')}"
    if deployed and not deployed.startswith("0001-01-01T00:00:00"):
        yield f"LAST DEPLOYED: {ansic(deployed)}"
    yield f"NAMESPACE: {record.get('namespace', '')}"
    yield f"STATUS: {info.get('status', '')}"
    yield f"REVISION: {record.get('version', 0)}"
    yield f"DESCRIPTION: {info.get('description', '')}"


def test_lines(hooks: Sequence[JsonObject]) -> Iterator[str]:
    """Print each test that has run; ``None`` where the chart has no tests."""
    tests = [hook for hook in hooks if "test" in (hook.get("events") or ())]
    if not tests:
        yield "TEST SUITE: None"
    for hook in tests:
        run = hook.get("last_run") or {}
        if run.get("started_at"):
            yield f"TEST SUITE:     {hook.get('name', '')}"
            yield f"Last Started:   {ansic(str(run['started_at']))}"
            yield f"Last Completed: {ansic(str(run.get('completed_at') or ''))}"
            yield f"Phase:          {run.get('phase', '')}"


def hooks_text(hooks: Sequence[JsonObject]) -> str:
    """Print as ``helm get hooks``."""
    return "".join(
        f"---\n# Source: {hook.get('path', '')}\n{hook.get('manifest', '')}\n" for hook in hooks
    )


def advice(record: JsonObject, since: int, former: Sequence[int], now: datetime) -> str:
    """Say how a release that is neither deployed nor gone gets out of it; ``since`` in Unix seconds.

    ``former`` are the revisions it can go back to, the best first.
    """
    status = str((record.get("info") or {}).get("status") or "")
    if not (status.startswith("pending-") or status in ("failed", "uninstalling")):
        return ""
    where = f'release_name="{record.get("name")}", namespace="{record.get("namespace")}"'
    uninstall = f"helm_uninstall({where})"
    back = f"helm_rollback({where}, revision={former[0]})" if former else ""
    if status == "failed":
        return f"Next: find the reason, then helm_upgrade again{f', or {back}' if back else ''}."
    seconds = (now - datetime.fromtimestamp(since, UTC)).total_seconds() if since else None
    age = f" for {human_duration(seconds)}" if seconds is not None else ""
    if status == "uninstalling":
        return f"{_uncertain('An uninstall', age, seconds)} To finish it: {uninstall}."
    verb = status.removeprefix("pending-")
    freed = f"{back}, or {uninstall}" if back else uninstall
    return f"{_uncertain(f'An {verb}' if verb[0] in 'aiu' else f'A {verb}', age, seconds)} While it is so, upgrades are refused. To free it: {freed}."


def _uncertain(what: str, age: str, seconds: float | None) -> str:
    if seconds is not None and seconds < STUCK_SECONDS:
        return f"{what} is under way{age}, or whoever ran it was stopped: look again first."
    return f"{what} is under way{age}: most likely whoever ran it was stopped."
