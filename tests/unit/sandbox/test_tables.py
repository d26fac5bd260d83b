"""What Tables look like apart from the recorded ones: ages, unknown types, an empty list."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.cluster.tables import table
from sandbox.cluster.tables.durations import age, human

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@dataclass(frozen=True)
class AResource:
    group: str
    plural: str


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ({"seconds": -5}, "<invalid>"),
        ({"seconds": -1}, "0s"),
        ({"seconds": 119, "milliseconds": 900}, "119s"),
        ({"seconds": 120}, "2m"),
        ({"minutes": 9, "seconds": 59}, "9m59s"),
        ({"minutes": 10, "seconds": 59}, "10m"),
        ({"minutes": 179}, "179m"),
        ({"hours": 3}, "3h"),
        ({"hours": 7, "minutes": 59}, "7h59m"),
        ({"hours": 8, "minutes": 59}, "8h"),
        ({"hours": 47}, "47h"),
        ({"days": 2}, "2d"),
        ({"days": 7, "hours": 23}, "7d23h"),
        ({"days": 8, "hours": 23}, "8d"),
        ({"days": 729}, "729d"),
        ({"days": 730}, "2y"),
        ({"days": 740}, "2y10d"),
        ({"days": 3000}, "8y"),
    ],
)
def test_a_span_is_printed_with_two_or_three_figures(span: dict[str, int], text: str) -> None:
    assert human(timedelta(**span)) == text


def test_a_time_that_is_not_set_has_an_unknown_age() -> None:
    assert age(None, NOW) == "<unknown>"


def test_a_custom_resource_without_columns_prints_name_and_age() -> None:
    created = {"name": "left", "creationTimestamp": "2026-03-04T05:00:07Z"}
    printed = table(AResource("example.com", "widgets"), [{"metadata": created}], NOW)
    assert [column["name"] for column in printed["columnDefinitions"]] == ["Name", "Age"]
    assert printed["rows"] == [{"cells": ["left", "6m"]}]


def test_an_empty_list_still_has_columns() -> None:
    printed = table(AResource("", "namespaces"), [], NOW)
    assert [column["name"] for column in printed["columnDefinitions"]] == ["Name", "Status", "Age"]
    assert printed["rows"] == []


def test_usage_is_summed_over_the_containers_in_the_largest_whole_unit() -> None:
    usages = [{"cpu": "250m", "memory": "1Mi"}, {"cpu": "1500000n", "memory": "2048Ki"}]
    item = {
        "metadata": {"name": "web"},
        "window": "10s",
        "containers": [{"name": str(index), "usage": usage} for index, usage in enumerate(usages)],
    }
    printed = table(AResource("metrics.k8s.io", "pods"), [item], NOW)
    assert printed["rows"] == [{"cells": ["web", "251500u", "3Mi", "10s"]}]
