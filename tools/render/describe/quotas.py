"""ResourceQuotas and LimitRanges, by themselves and as a Namespace shows them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from tools.render.describe.lines import Lines
from tools.render.describe.metadata import write_name
from tools.render.describe.registry import describes
from tools.render.describe.related import Related
from tools.render.quantities import Quantity, parse, whole

JsonObject = dict[str, Any]

LIMIT_TITLES = (
    "Type",
    "Resource",
    "Min",
    "Max",
    "Default Request",
    "Default Limit",
    "Max Limit/Request Ratio",
)
LIMIT_FIELDS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")
SCOPES = {
    "Terminating": "Matches all pods that have an active deadline. These pods have a limited"
    " lifespan on a node before being actively terminated by the system.",
    "NotTerminating": "Matches all pods that do not have an active deadline. These pods usually"
    " include long running pods whose container command is not expected to terminate.",
    "BestEffort": "Matches all pods that do not have resource requirements set. These pods have a"
    " best effort quality of service.",
    "NotBestEffort": "Matches all pods that have at least one resource requirement set. These pods"
    " have a burstable or guaranteed quality of service.",
}


@describes("", "ResourceQuota")
def describe_resource_quota(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write what is used of each resource, in the notation of its limit."""
    write_name(lines, obj)
    _write_scopes(lines, obj, level=0, bullet=" *")
    lines.header("Resource", "Used", "Hard", level=0)
    for resource, used, hard in _amounts(obj):
        lines.row(resource, in_notation_of(hard, used), hard, level=0)


def in_notation_of(hard: str, used: str) -> str:
    """Print what is used in the notation of the limit if they differ, rounded up to whole units."""
    limit, amount = parse(hard), parse(used)
    if limit.format is amount.format:
        return used
    return str(Quantity(whole(amount) * 10**9, limit.format))


def write_quotas_of_namespace(lines: Lines, quotas: Sequence[JsonObject]) -> None:
    """Write the quotas one below the other, each amount as the API gives it."""
    if not quotas:
        lines.text("No resource quota.")
        return
    lines.text("Resource Quotas")
    for quota in sorted(quotas, key=lambda quota: str(quota["metadata"]["name"])):
        lines.field("Name", quota["metadata"]["name"], level=1)
        _write_scopes(lines, quota, level=1, bullet="*")
        lines.row("Resource", "Used", "Hard")
        lines.row("--------", "---", "---")
        for amounts in _amounts(quota):
            lines.row(*amounts)


def _amounts(quota: JsonObject) -> Iterator[tuple[str, str, str]]:
    status = quota.get("status", {})
    for resource, hard in sorted((status.get("hard") or {}).items()):
        yield resource, (status.get("used") or {}).get(resource, "0"), hard


def _write_scopes(lines: Lines, quota: JsonObject, level: int, bullet: str) -> None:
    if not (scopes := sorted(quota.get("spec", {}).get("scopes") or ())):
        return
    lines.field("Scopes", ", ".join(scopes), level)
    for scope in scopes:
        if explanation := SCOPES.get(scope):
            lines.text(f"{bullet} {explanation}", level)


@describes("", "LimitRange")
def describe_limit_range(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write one row per type and resource, sorted where kubectl's order is that of a Go map."""
    write_name(lines, obj)
    lines.header(*LIMIT_TITLES, level=0)
    for row in _limit_rows(obj):
        lines.row(*row, level=0)


def write_limits_of_namespace(lines: Lines, limit_ranges: Sequence[JsonObject]) -> None:
    """Write the limits of all LimitRanges as one table."""
    if not limit_ranges:
        lines.text("No LimitRange resource.")
        return
    lines.text("Resource Limits")
    for cells in (LIMIT_TITLES, tuple("-" * len(title) for title in LIMIT_TITLES)):
        lines.row(f" {cells[0]}", *cells[1:], level=0)
    for limit_range in limit_ranges:
        for row in _limit_rows(limit_range):
            lines.row(f" {row[0]}", *row[1:], level=0)


def _limit_rows(limit_range: JsonObject) -> Iterator[tuple[str, ...]]:
    for item in limit_range["spec"].get("limits") or ():
        resources = {resource for field in LIMIT_FIELDS for resource in item.get(field) or ()}
        for resource in sorted(resources):
            values = ((item.get(field) or {}).get(resource, "-") for field in LIMIT_FIELDS)
            yield item["type"], resource, *values
