"""Jobs and CronJobs; why a Job failed is added."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.recorded_descriptions import recording, with_lines
from tools.render.describe import Related, describe
from tools.render.describe.jobs import capped_indexes

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", ["cron-every-minute", "cron-yearly"])
def test_a_cron_job_reads_as_kubectl_describes_it(name: str):
    cron_job = recording(f"jobs/{name}")
    assert cron_job.described() == cron_job.kubectl


COMPLETE = (
    "Conditions:\n"
    "  Type                Status  Reason              Message\n"
    "  ----                ------  ------              -------\n"
    "  SuccessCriteriaMet  True    CompletionsReached  Reached expected number of succeeded pods\n"
    "  Complete            True    CompletionsReached  Reached expected number of succeeded pods\n"
)
FAILED = (
    "Conditions:\n"
    "  Type           Status  Reason                Message\n"
    "  ----           ------  ------                -------\n"
    "  FailureTarget  True    BackoffLimitExceeded  Job has reached the specified backoff limit\n"
    "  Failed         True    BackoffLimitExceeded  Job has reached the specified backoff limit\n"
)
SUSPENDED = (
    "Conditions:\n"
    "  Type       Status  Reason        Message\n"
    "  ----       ------  ------        -------\n"
    "  Suspended  True    JobSuspended  Job suspended\n"
)


@pytest.mark.parametrize(
    ("name", "added"),
    [("done", COMPLETE), ("of-cron", COMPLETE), ("failing", FAILED), ("suspended", SUSPENDED)],
)
def test_a_job_reads_as_kubectl_describes_it_and_tells_its_conditions(name: str, added: str):
    job = recording(f"jobs/{name}")
    assert job.described() == with_lines(job.kubectl, before="Events:", added=added)


@pytest.mark.parametrize(
    ("indexes", "shown"),
    [
        ("", "<none>"),
        ("0-3,5", "0-3,5"),
        (",".join(["12"] * 30), ",".join(["12"] * 17) + ",..."),
    ],
)
def test_a_long_list_of_completed_indexes_is_cut_at_a_comma(indexes: str, shown: str):
    assert capped_indexes(indexes) == shown


def a_job(status: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    metadata = {"name": "work", "namespace": "shop"}
    spec = {"template": {"spec": {"containers": []}}, **spec}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": spec,
        "status": status or {},
    }


def test_a_job_is_described_as_far_as_it_got():
    started, completed = "2026-11-24T11:00:00Z", "2026-11-24T11:03:20Z"
    text = describe(a_job({"startTime": started, "completionTime": completed}), Related(), NOW)
    assert text.startswith(
        "Name:           work\n"
        "Namespace:      shop\n"
        "Selector:       \n"
        "Labels:         <none>\n"
        "Annotations:    <none>\n"
        "Completions:    <unset>\n"
        "Start Time:     Tue, 24 Nov 2026 11:00:00 +0000\n"
        "Completed At:   Tue, 24 Nov 2026 11:03:20 +0000\n"
        "Duration:       3m20s\n"
        "Pods Statuses:  0 Active / 0 Succeeded / 0 Failed\n"
    )


def test_a_cron_job_says_what_is_not_set():
    selector = {"matchLabels": {"app": "work"}}
    cron_job = {
        **a_job(),
        "kind": "CronJob",
        "spec": {"schedule": "@daily", "jobTemplate": a_job(selector=selector)},
    }
    assert describe(cron_job, Related(), NOW).startswith(
        "Name:                          work\n"
        "Namespace:                     shop\n"
        "Labels:                        <none>\n"
        "Annotations:                   <none>\n"
        "Schedule:                      @daily\n"
        "Concurrency Policy:            \n"
        "Suspend:                       <unset>\n"
        "Time Zone:                     <unset>\n"
        "Successful Job History Limit:  <unset>\n"
        "Failed Job History Limit:      <unset>\n"
        "Starting Deadline Seconds:     <unset>\n"
        "Selector:                      app=work\n"
        "Parallelism:                   <unset>\n"
        "Completions:                   <unset>\n"
    )
