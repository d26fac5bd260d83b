"""k8s_logs: what containers wrote, the newest lines of it."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from clients.durations import looking_back
from clients.kubernetes.logs.reading import ContainerLog, LogQuery, read_logs
from clients.kubernetes.logs.sources import LogChoice
from clients.patterns import matcher
from tools.dependencies import Kubernetes, MostBytes
from tools.fields import ContainerName, LabelSelector, Namespace
from tools.kubectl.toolset import k8s
from tools.needs import verbs
from tools.render.logs import Stream, merged, newest
from tools.results import Answer

PodOrWorkload = Annotated[
    str, Field(description='"web-0", or "deployment/web": its most telling pod')
]
NumLines = Annotated[int, Field(ge=1, le=10_000, description="Last lines, per container")]
Since = Annotated[str | None, Field(description='"10m", "2d" or RFC 3339')]
Previous = Annotated[bool, Field(description="The run before the last restart")]
AllContainers = Annotated[bool, Field(description="Init containers too")]
AllPods = Annotated[bool, Field(description="Every pod of the workload, merged by time")]
Pattern = Annotated[
    str | None, Field(description='Only matching lines of the last 10,000: "(?i)error"')
]
Timestamps = Annotated[bool, Field(description="Before each line")]

FOOTER_BYTES = 2_000
MORE = 'num_lines=, since="10m", pattern="(?i)error"'
BEHIND = "earlier ones are behind a very long line and cannot be read."
NEEDS = [
    verbs("get list", "pods"),
    verbs("get", "pods/log", "services", "replicationcontrollers", "jobs.batch"),
    verbs("get", "deployments.apps", "statefulsets.apps", "daemonsets.apps", "replicasets.apps"),
]


@k8s.read("Get Kubernetes Pod Logs", needs=NEEDS)
async def k8s_logs(
    kubernetes: Kubernetes,
    most_bytes: MostBytes,
    pod_name: PodOrWorkload = "",
    namespace: Namespace = None,
    num_lines: NumLines = 50,
    container_name: ContainerName = None,
    since: Since = None,
    previous: Previous = False,
    all_containers: AllContainers = False,
    all_pods: AllPods = False,
    label_selector: LabelSelector = None,
    pattern: Pattern = None,
    timestamps: Timestamps = False,
) -> Answer:
    """Get the logs of a pod, or of the pods of a workload or label selector."""
    choice = LogChoice(
        pod_name, namespace, container_name or "", label_selector or "", all_containers, all_pods
    )
    back = looking_back(since) if since else None
    matches = matcher(pattern) if pattern else None
    chosen = await choice.sources(kubernetes)
    stamped = timestamps or len(chosen.sources) > 1
    query = LogQuery(num_lines, back, previous, stamped, matches)
    logs = await read_logs(kubernetes, chosen.sources, query)
    streams = [Stream(log.source.prefix, log.lines) for log in logs]
    lines = merged(streams, timestamps=timestamps)
    shown = newest(lines, most_bytes - FOOTER_BYTES)
    above = [*chosen.notices, *(_noticed(log, len(logs) > 1) for log in logs if log.notice)]
    below = _footer(logs, len(lines) - len(shown), query, since or "", pattern or "")
    data = {"truncated": True} if len(shown) < len(lines) else {}
    return Answer("\n".join([*above, *shown, *below]), data=data)


def _noticed(log: ContainerLog, prefixed: bool) -> str:
    return f"{log.source.prefix if prefixed else ''}{log.notice}"


def _footer(
    logs: Sequence[ContainerLog], left_out: int, query: LogQuery, since: str, pattern: str
) -> list[str]:
    """Say that there is nothing, or what was left out and how to get it."""
    older = any(log.older for log in logs)
    if query.matches:
        return [_searched(logs, left_out, older, pattern)]
    shown = sum(len(log.lines) for log in logs) - left_out
    if not shown:
        return [f"No lines since {since}." if since else "The log is empty."]
    if left_out or older:
        behind = not left_out and any(log.behind_long_line for log in logs)
        return [f"… the last {_counted(shown)}; {BEHIND if behind else f'for others: {MORE}'}"]
    return []


def _searched(logs: Sequence[ContainerLog], left_out: int, older: bool, pattern: str) -> str:
    matched = sum(log.matched for log in logs)
    searched = sum(log.searched for log in logs)
    shown = sum(len(log.lines) for log in logs) - left_out
    fewer = f", the last {shown:,} shown" if shown < matched else ""
    where = f"{'the last ' if older else ''}{_counted(searched)}"
    behind = f" {BEHIND.capitalize()}" if any(log.behind_long_line for log in logs) else ""
    return f'… "{pattern}" matches {matched:,} of {where}{fewer}.{behind}'


def _counted(lines: int) -> str:
    return f"{lines:,} line{'' if lines == 1 else 's'}"
