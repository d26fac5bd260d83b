"""ResourceQuotas and LimitRanges read as kubectl describes them."""

from datetime import UTC, datetime

import pytest

from tests.support.builders import an_object
from tests.support.recorded_descriptions import Recording, recordings
from tools.render.describe import Related, describe
from tools.render.describe.quotas import in_notation_of

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("quota", recordings("quotas"))
def test_quotas_and_limits_read_as_kubectl_describes_them(quota: Recording):
    assert quota.described() == quota.kubectl


@pytest.mark.parametrize(
    ("hard", "used", "printed"),
    [
        ("4", "1500m", "1500m"),
        ("10Gi", "512Mi", "512Mi"),
        ("10G", "512Mi", "536870912"),
        ("10Gi", "1G", "1000000000"),
        ("10Gi", "1024", "1Ki"),
        ("10Gi", "0", "0"),
        ("1e3", "500", "500"),
        ("1e3", "2k", "2e3"),
        ("10Gi", "1500m", "2"),
    ],
)
def test_what_is_used_is_printed_in_the_notation_of_the_limit(hard: str, used: str, printed: str):
    assert in_notation_of(hard, used) == printed


def test_a_quota_of_which_nothing_was_counted_yet_has_used_nothing():
    quota = an_object("v1", "ResourceQuota", "new", status={"hard": {"pods": "5"}})
    assert describe(quota, Related(), NOW) == (
        "Name:       new\n"
        "Namespace:  shop\n"
        "Resource    Used  Hard\n"
        "--------    ----  ----\n"
        "pods        0     5\n"
    )  # fmt: skip


def test_a_scope_without_an_explanation_is_only_named():
    quota = an_object("v1", "ResourceQuota", "new", spec={"scopes": ["PriorityClass"]})
    assert "Scopes:     PriorityClass\nResource" in describe(quota, Related(), NOW)


def test_resources_are_in_the_order_of_the_alphabet():
    quota = an_object("v1", "ResourceQuota", "new", status={"hard": {"pods": "5", "cpu": "1"}})
    described = describe(quota, Related(), NOW).splitlines()
    assert [row.split()[0] for row in described[4:]] == ["cpu", "pods"]
