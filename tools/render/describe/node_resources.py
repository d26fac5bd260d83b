"""What of a node is taken: by each pod, and in sum."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from tools.render.describe.lines import Lines
from tools.render.describe.pod_resources import Amounts, pod_limits, pod_requests, read, total_of
from tools.render.describe.times import age_of
from tools.render.quantities import Quantity, millicores, percentage, whole

JsonObject = dict[str, Any]

NOTHING = Quantity(0)
STANDARD = ("cpu", "memory", "ephemeral-storage")
HUGE_PAGES = "hugepages-"


def write_pods(lines: Lines, node: JsonObject, pods: Sequence[JsonObject], now: datetime) -> None:
    """Write what each pod asks for, and its part of the node's."""
    there = _allocatable(node)
    lines.field("Non-terminated Pods", f"({len(pods)} in total)")
    titles = ("CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age")
    # The empty column is kubectl's own.
    lines.header("Namespace", "Name", "", *titles)
    for pod in pods:
        requests = pod_requests(pod, as_resized=True)
        limits = pod_limits(pod, as_resized=True)
        lines.row(
            pod["metadata"]["namespace"],
            pod["metadata"]["name"],
            "",
            *(
                _share(name, asked, there)
                for name in ("cpu", "memory")
                for asked in (requests, limits)
            ),
            age_of(pod, now),
        )


def write_allocated(lines: Lines, node: JsonObject, pods: Sequence[JsonObject]) -> None:
    """Write the sums; extended resources, such as GPUs, without a percentage."""
    there = _allocatable(node)
    requests = total_of(pod_requests(pod) for pod in pods)
    limits = total_of(pod_limits(pod) for pod in pods)
    lines.text("Allocated resources:")
    lines.text("(Total limits may be over 100 percent, i.e., overcommitted.)", level=1)
    lines.header("Resource", "Requests", "Limits")
    for name in (*STANDARD, *sorted(filter(_is_huge_page, there))):
        lines.row(name, _share(name, requests, there), _share(name, limits, there))
    for name in _extended(there):
        lines.row(name, requests.get(name, NOTHING), limits.get(name, NOTHING))


def _allocatable(node: JsonObject) -> Amounts:
    status = node.get("status", {})
    return read(status.get("allocatable") or status.get("capacity"))


def _share(name: str, asked: Amounts, there: Amounts) -> str:
    """Print an amount and its part of all there is, in percent, the fraction cut off."""
    in_units = millicores if name == "cpu" else whole
    amount = asked.get(name, NOTHING)
    return f"{amount} ({percentage(in_units(amount), in_units(there.get(name, NOTHING)))}%)"


def _is_huge_page(name: str) -> bool:
    return name.startswith(HUGE_PAGES)


def _extended(there: Amounts) -> Iterator[str]:
    known = {*STANDARD, "pods"}
    yield from sorted(name for name in there if name not in known and not _is_huge_page(name))
