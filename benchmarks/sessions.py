"""10,000 sessions, one after the other.

Each is a TCP connection of its own with initialize, initialized, one `k8s_get` and DELETE. What is
measured at 1,000 and again at 10,000 has to be the same: nothing may stay behind a session.
"""

import asyncio
from dataclasses import dataclass

from benchmarks.cluster import kubeconfig_file, pointing_at
from benchmarks.conditions import Conditions
from benchmarks.figures import Row, at_most
from benchmarks.load import Load, Report, reported
from benchmarks.many_pods import served_pods
from benchmarks.processes import Server, serving

FIRST, ALL = 1_000, 10_000
FIRST_QUICK, ALL_QUICK = 50, 200
PODS = 10
RSS_MIB = 10
SETTLE_SECONDS = 1.0
MOST_SECONDS = 240.0  # on a machine too slow for all, as many as it gets to


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a process holds at one moment."""

    rss_mib: float
    descriptors: int


async def measure(conditions: Conditions) -> list[Row]:
    """Look at the server after the first thousand and after all."""
    first = conditions.pick(FIRST, quick=FIRST_QUICK)
    whole = conditions.pick(ALL, quick=ALL_QUICK)
    async with served_pods(PODS) as url:
        with kubeconfig_file(pointing_at(url)) as kubeconfig:
            async with serving(kubeconfig) as server:
                await _sessions(server, first)
                before = Footprint(server.rss_mib, server.descriptors)
                report = await _sessions(server, whole - first)
                after = Footprint(server.rss_mib, server.descriptors)
    return _rows(first, before, after, report)


def _rows(first: int, before: Footprint, after: Footprint, report: Report) -> list[Row]:
    span = f"between session {first:,} and {first + report.calls:,}"
    grown = abs(after.rss_mib - before.rss_mib)
    opened = abs(after.descriptors - before.descriptors)
    rss = f"{before.rss_mib:.1f} MiB → {after.rss_mib:.1f} MiB"
    descriptors = f"{before.descriptors} → {after.descriptors}"
    return [
        Row(f"RSS, change {span}", grown, "MiB", at_most(RSS_MIB), rss),
        Row(f"open descriptors, change {span}", opened, "", at_most(0), descriptors),
        Row("sessions per second", report.per_second, "/s", remark=f"p50 {report.p50:.1f} ms"),
    ]


async def _sessions(server: Server, calls: int) -> Report:
    report = await reported(
        Load(
            "session per call",
            url=server.url,
            calls=calls,
            seconds=MOST_SECONDS,
            arguments={"resource_type": "pods", "namespace": "many"},
        )
    )
    await asyncio.sleep(SETTLE_SECONDS)  # for the last connection to be closed on both sides
    return report
