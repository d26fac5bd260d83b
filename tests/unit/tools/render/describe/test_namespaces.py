"""Namespaces read as kubectl describes them, with their quotas and limits."""

from datetime import UTC, datetime

import pytest

from tests.support.builders import a_namespace
from tests.support.recorded_descriptions import Recording, recordings
from tools.render.describe import Related, describe

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("namespace", recordings("namespaces"))
def test_a_namespace_reads_as_kubectl_describes_it(namespace: Recording):
    assert namespace.described() == namespace.kubectl


def test_quotas_that_may_not_be_seen_are_not_said_to_be_absent():
    related = Related({"limitranges": []}, unseen={"resourcequotas": "forbidden"})
    assert describe(a_namespace(), related, NOW) == (
        "Name:         shop\n"
        "Labels:       <none>\n"
        "Annotations:  <none>\n"
        "Status:       \n"
        "\n"
        "No LimitRange resource.\n"
        "Not visible:  resourcequotas (forbidden)\n"
    )


def test_limits_that_may_not_be_seen_are_not_said_to_be_absent():
    described = describe(a_namespace(), Related({"resourcequotas": []}), NOW)
    assert described.endswith("\n\nNo resource quota.\n")
