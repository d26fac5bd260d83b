"""``helm status``: the lines of Helm 4, and the way out of a state that is none to stay in."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Way:
    """What a release stands in, since when (Unix seconds, 0 unknown), and where it can go back to.

    ``former`` are the revisions that were good, the best first. A pending release can be freed once
    it has been for ``stale_after`` seconds.
    """

    name: str
    namespace: str
    status: str
    since: int = 0
    former: Sequence[int] = ()
    stale_after: float = 0

    def out(self, now: datetime) -> str:
        """Say how a failed, pending or half uninstalled release gets out of it; else nothing."""
        back = self._call("helm_rollback", f", revision={self.former[0]}") if self.former else ""
        uninstall = self._call("helm_uninstall")
        if self.status == "failed":
            return f"Next: find the reason, then helm_upgrade again, or {back or uninstall}."
        if self.status == "uninstalling":
            return f"{self._under_way('uninstall', now)} To finish it: {uninstall}."
        if not self.status.startswith("pending-"):
            return ""
        free = f"{back}, or {uninstall}" if back else uninstall
        told = self._under_way(self.status.removeprefix("pending-"), now)
        left = math.ceil(self.stale_after - self._seconds(now)) if self.since else 0
        when = f" (accepted in {left} s)" if left > 0 else ""
        return f"{told} Until it ends, upgrades are refused. To free the release{when}: {free}."

    def _call(self, tool: str, more: str = "") -> str:
        return f'{tool}(release_name="{self.name}", namespace="{self.namespace}"{more})'

    def _under_way(self, operation: str, now: datetime) -> str:
        """Say how long it has lasted, and whether it may still be running."""
        if not self.since:
            return f"Its {operation} is under way, or whoever ran it was stopped."
        seconds = self._seconds(now)
        told = f"Its {operation} is under way for {human_duration(seconds)}"
        if seconds < STUCK_SECONDS:
            return f"{told}, or whoever ran it was stopped: look again before you free it."
        return f"{told}: most likely whoever ran it was stopped."

    def _seconds(self, now: datetime) -> float:
        return (now - datetime.fromtimestamp(self.since, UTC)).total_seconds()
