"""Calls per second of `k8s_get`, beside `kubectl`.

The same pods of one namespace, asked for in four ways: through MCP over one kept session; through
MCP with a TCP connection and a session per call, as the Engine does (initialize, initialized, call,
DELETE; protocol 2025-06-18); by a `kubectl` process per call; and by the bare API request over a
kept connection. Each figure is the median of several rounds, the ways taking turns in each. The
callers are a process of their own, on the same cores as everything else. "Added" is the median of a
call through a kept session less that of the bare request.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.cluster import Bench, with_pods
from benchmarks.conditions import Conditions
from benchmarks.figures import Row, at_least, at_most
from benchmarks.load import WARM_UP_CALLS, Kind, Load, Report, reported
from benchmarks.mcp_client import McpClient
from benchmarks.processes import Server, serving

PODS = 10
ROUNDS = 3
SECONDS = 1.5
CALLERS = (1, 8)
SESSIONS: tuple[Kind, ...] = ("session reused", "session per call")
CALLS_PER_SECOND = 250
TIMES_KUBECTL = 20
ADDED_MILLISECONDS = 5
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


@dataclass(frozen=True, slots=True)
class Way:
    """One way of asking, and the server whose processor time it costs."""

    load: Load
    server: Server | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What one way reached in one round; ``computed`` is the server's time per call, in ms."""

    report: Report
    computed: float | None


Measured = dict[tuple[str, int], list[Turn]]


async def measure(conditions: Conditions) -> list[Row]:
    """Let all ways take turns and compare them."""
    async with (
        with_pods(conditions.cluster(), PODS) as bench,
        serving(bench.kubeconfig) as sse,
        serving(bench.kubeconfig, environment={"SKYFLO_JSON_RESPONSE": "1"}) as json,
    ):
        ways = _ways(bench, {"SSE": sse, "JSON": json}, conditions.pick(SECONDS, quick=0.5))
        for server in (sse, json):
            await _warm(server, bench.namespace)
        measured = await _in_turns(ways, conditions.pick(ROUNDS, quick=1))
    return [*_rates(measured), *_added(measured)]


async def _warm(server: Server, namespace: str) -> None:
    """Let the first call, which imports and reads what the cluster serves, be nobody's."""
    async with McpClient(server.url) as client:
        await client.initialize()
        await client.call("k8s_get", {"resource_type": "pods", "namespace": namespace})


def _ways(bench: Bench, servers: dict[str, Server], seconds: float) -> dict[str, Way]:
    path = f"/api/v1/namespaces/{bench.namespace}/pods?includeObject=None&limit=500"
    raw = Load("raw request", url=path, kubeconfig=bench.kubeconfig, accept=TABLE)
    loads = {"kubectl": Way(Load("kubectl", command=bench.command("get", "pods")))}
    loads["raw request"] = Way(raw)
    arguments = {"resource_type": "pods", "namespace": bench.namespace}
    for answer, server in servers.items():
        for kind in SESSIONS:
            load = Load(kind, url=server.url, arguments=arguments)
            loads[f"{answer}, {kind}"] = Way(load, server)
    return {
        name: Way(replace(way.load, seconds=seconds), way.server) for name, way in loads.items()
    }


async def _in_turns(ways: dict[str, Way], rounds: int) -> Measured:
    measured: Measured = {}
    for _ in range(rounds):
        for callers in CALLERS:
            for name, way in ways.items():
                measured.setdefault((name, callers), []).append(await _turn(way, callers))
    return measured


async def _turn(way: Way, callers: int) -> Turn:
    before = way.server.cpu_seconds if way.server else 0.0
    report = await reported(replace(way.load, callers=callers))
    if way.server is None:
        return Turn(report, None)
    calls = report.calls + callers * WARM_UP_CALLS
    return Turn(report, (way.server.cpu_seconds - before) / calls * 1000)


def _rates(measured: Measured) -> Iterator[Row]:
    for callers in CALLERS:
        kubectl = _rate(measured["kubectl", callers])
        for (name, at_once), turns in measured.items():
            if at_once == callers:
                what = f"{name}, {callers} at once" if callers > 1 else name
                yield from _compared(what, turns, kubectl)


def _compared(what: str, turns: Sequence[Turn], kubectl: float) -> Iterator[Row]:
    rate = _rate(turns)
    p95 = statistics.median(turn.report.p95 for turn in turns)
    spans = f"p50 {_p50(turns):.1f} ms, p95 {p95:.1f} ms"
    computed = [turn.computed for turn in turns if turn.computed is not None]
    if not computed:
        yield Row(what, rate, "calls/s", remark=spans)
        return
    cost = f"{statistics.median(computed):.1f} ms of the server's processor time per call"
    yield Row(what, rate, "calls/s", at_least(CALLS_PER_SECOND), f"{spans}; {cost}")
    yield Row(f"{what}, beside kubectl", rate / kubectl, "times", at_least(TIMES_KUBECTL))


def _added(measured: Measured) -> Iterator[Row]:
    raw = _p50(measured["raw request", 1])
    for answer in ("SSE", "JSON"):
        through = _p50(measured[f"{answer}, session reused", 1])
        remark = f"{through:.2f} ms less {raw:.2f} ms"
        added = through - raw
        yield Row(f"added to a request, {answer}", added, "ms", at_most(ADDED_MILLISECONDS), remark)


def _rate(turns: Sequence[Turn]) -> float:
    return statistics.median(turn.report.per_second for turn in turns)


def _p50(turns: Sequence[Turn]) -> float:
    return statistics.median(turn.report.p50 for turn in turns)
