"""Jobs, CronJobs, endpoints and disruption budgets in the sandbox; and how it all is run."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.cluster.objects import JsonObject
from sandbox.controllers import running
from sandbox.controllers.cron_schedule import Schedule
from sandbox.controllers.nodes import RENEWAL_SECONDS
from tests.support.simulation import (
    START,
    Simulation,
    a_deployment,
    a_pod,
    a_template,
    reason_of,
)


def a_job(name: str = "once", command: list[str] | None = None, **spec: Any) -> JsonObject:
    pod = {"restartPolicy": "Never"}
    template = a_template(name, command=command or ["true"], pod=pod)
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"template": template, **spec},
    }


def a_cron_job(schedule: str, command: list[str] | None = None, **spec: Any) -> JsonObject:
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "tidy", "namespace": "shop"},
        "spec": {"schedule": schedule, "jobTemplate": {"spec": a_job(command=command)["spec"]}}
        | spec,
    }


def a_service(**spec: Any) -> JsonObject:
    ports = [{"name": "http", "port": 80, "targetPort": "web"}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {"app": "web"}, "ports": ports, **spec},
    }


def a_budget(**spec: Any) -> JsonObject:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, **spec},
    }


def test_a_job_completes_when_enough_pods_have_succeeded() -> None:
    run = Simulation()
    run.create(a_job(completions=3, parallelism=2), seconds=20)
    job = run.get("Job", "once")
    assert reason_of(job, "Complete") == ("True", "CompletionsReached")
    assert job["status"]["succeeded"] == len(run.names("Pod")) == 3
    assert job["spec"]["selector"]["matchLabels"] == {
        "batch.kubernetes.io/controller-uid": job["metadata"]["uid"]
    }
    assert ("Completed", "Job completed") in run.events("once")


def test_a_job_fails_after_so_many_failed_pods() -> None:
    run = Simulation()
    run.create(a_job(command=["false"], backoffLimit=1), seconds=60)
    job = run.get("Job", "once")
    assert reason_of(job, "Failed") == ("True", "BackoffLimitExceeded")
    assert (job["status"]["failed"], len(run.names("Pod"))) == (2, 2)


def test_a_suspended_job_has_no_pods() -> None:
    run = Simulation()
    run.create(a_job(suspend=True), seconds=5)
    assert run.names("Pod") == []
    run.change("Job", "once", suspend=False)
    run.after(10)
    assert reason_of(run.get("Job", "once"), "Complete")[0] == "True"


def test_a_finished_job_goes_after_its_time_to_live() -> None:
    run = Simulation()
    run.create(a_job(ttlSecondsAfterFinished=60), seconds=30)
    assert run.names("Job") == ["once"]
    run.after(60)
    assert run.names("Job") == []


def test_a_cron_job_creates_a_job_when_it_is_due() -> None:
    run = Simulation()
    run.create(a_cron_job("*/10 * * * *"), seconds=60 * 25)
    minutes = int(datetime(2026, 3, 4, 5, 10, tzinfo=UTC).timestamp()) // 60
    assert run.names("Job") == [f"tidy-{minutes}", f"tidy-{minutes + 10}", f"tidy-{minutes + 20}"]
    status = run.get("CronJob", "tidy")["status"]
    assert status["lastScheduleTime"] == "2026-03-04T05:30:00Z"
    assert "active" not in status
    seen = f"Saw completed job: tidy-{minutes}, condition: Complete"
    assert ("SawCompletedJob", seen) in run.events("tidy")


def test_it_keeps_three_finished_jobs_with_their_pods() -> None:
    run = Simulation()
    run.create(a_cron_job("* * * * *"), seconds=60 * 10 + 30)
    assert (len(run.names("Job")), len(run.names("Pod"))) == (3, 3)


def test_forbid_starts_no_job_beside_one_that_runs() -> None:
    run = Simulation()
    run.create(a_cron_job("* * * * *", ["sleep", "90"], concurrencyPolicy="Forbid"), seconds=130)
    assert len(run.names("Job")) == 1
    assert "JobAlreadyActive" in [reason for reason, _ in run.events("tidy")]


@pytest.mark.parametrize(
    ("schedule", "after", "due"),
    [
        ("30 2 * * *", "2026-03-04 05:06", "2026-03-05 02:30"),
        ("*/15 * * * *", "2026-03-04 05:06", "2026-03-04 05:15"),
        ("0 9-17/4 * * mon-fri", "2026-03-06 17:30", "2026-03-09 09:00"),
        ("0 0 1 jan *", "2026-03-04 05:06", "2027-01-01 00:00"),
        ("0 0 13 * 5", "2026-03-04 05:06", "2026-03-06 00:00"),
        ("0 12 * * 7", "2026-03-04 05:06", "2026-03-08 12:00"),
        ("@hourly", "2026-03-04 05:00", "2026-03-04 06:00"),
    ],
)
def test_schedules_are_read_as_cron_reads_them(schedule: str, after: str, due: str) -> None:
    found = Schedule(schedule).after(datetime.fromisoformat(after))
    assert found == datetime.fromisoformat(due)


@pytest.mark.parametrize("schedule", ["", "* * * *", "60 * * * *", "x * * * *"])
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Schedule(schedule)


def test_a_schedule_that_never_comes_has_no_next_time() -> None:
    assert Schedule("0 0 31 2 *").after(datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_endpoints_follow_the_readiness_of_pods() -> None:
    run = Simulation(nodes=1)
    ports = {"ports": [{"name": "web", "containerPort": 8080}]}
    probe = {"readinessProbe": {"initialDelaySeconds": 5}}
    template = a_template("web", "web:1", **ports, **probe)
    run.create(a_service(), a_deployment(replicas=2, template=template), seconds=3)
    subset = run.get("Endpoints", "web")["subsets"][0]
    assert [a["ip"] for a in subset["notReadyAddresses"]] == ["10.42.1.2", "10.42.1.3"]
    run.after(10)
    subset = run.get("Endpoints", "web")["subsets"][0]
    assert [a["ip"] for a in subset["addresses"]] == ["10.42.1.2", "10.42.1.3"]
    assert subset["ports"] == [{"name": "http", "port": 8080, "protocol": "TCP"}]
    slice_ = run.all("EndpointSlice")[0]
    assert slice_["metadata"]["labels"]["kubernetes.io/service-name"] == "web"
    conditions = [endpoint["conditions"] for endpoint in slice_["endpoints"]]
    assert conditions == [{"ready": True, "serving": True, "terminating": False}] * 2


def test_a_service_that_chooses_no_pod_has_empty_endpoints() -> None:
    run = Simulation()
    run.create(a_service())
    assert "subsets" not in run.get("Endpoints", "web")
    assert run.all("EndpointSlice")[0]["endpoints"] == []
    run.store.delete("", "services", "shop", "web")
    run.after(1)
    assert run.names("Endpoints") == []


@pytest.mark.parametrize(
    ("spec", "allowed", "desired"),
    [
        ({"minAvailable": 2}, 1, 2),
        ({"minAvailable": 3}, 0, 3),
        ({"minAvailable": "50%"}, 1, 2),
        ({"maxUnavailable": 1}, 1, 2),
        ({"maxUnavailable": "34%"}, 2, 1),
    ],
)
def test_a_budget_says_how_many_pods_can_be_spared(
    spec: dict[str, Any], allowed: int, desired: int
) -> None:
    run = Simulation()
    run.create(a_budget(**spec), a_deployment(replicas=3), seconds=5)
    status = run.get("PodDisruptionBudget", "web")["status"]
    assert (status["disruptionsAllowed"], status["desiredHealthy"]) == (allowed, desired)
    assert (status["currentHealthy"], status["expectedPods"]) == (3, 3)


async def test_running_controllers_react_to_changes_and_end_with_the_block() -> None:
    run = Simulation()
    run.controllers.close()
    run.store.create(a_deployment(replicas=1))
    async with running(run.store) as controllers:
        await controllers.settled()
        assert len(run.names("Pod")) == 1
        run.store.create(a_pod())
        await controllers.settled()
        assert run.get("Pod", "alone")["spec"]["nodeName"]
    run.store.create(a_pod("late"))
    await asyncio.sleep(0)
    assert "nodeName" not in run.get("Pod", "late")["spec"]
    assert [t.get_name() for t in asyncio.all_tasks() if "controllers" in t.get_name()] == []


async def test_a_clock_can_be_given_to_them() -> None:
    run = Simulation()
    run.controllers.close()
    moments = [START]
    async with running(run.store, lambda: moments[-1]) as controllers:
        run.store.create(a_pod())
        await controllers.settled()
        for moment in (1, 2, 3):
            moments.append(START.replace(second=START.second + moment))
            await controllers.settled()
    assert run.get("Pod", "alone")["status"]["phase"] == "Running"


async def a_run_with(run: Simulation, item: JsonObject) -> None:
    async with running(run.store):
        run.store.create(item)
        for _ in range(3):
            await asyncio.sleep(0)


async def test_what_goes_wrong_in_them_is_raised() -> None:
    run = Simulation()
    run.controllers.close()
    broken = a_pod()
    del broken["spec"]["containers"]
    with pytest.raises(KeyError, match="containers"):
        await a_run_with(run, broken)


async def test_leases_of_ready_nodes_are_renewed() -> None:
    run = Simulation(nodes=1)
    run.controllers.close()
    spec = {"holderIdentity": "node-1", "renewTime": "2026-03-04T05:06:07.000000Z"}
    metadata = {"name": "node-1", "namespace": "kube-node-lease"}
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata}
    run.store.create({**lease, "spec": spec})
    async with running(run.store) as controllers:
        await controllers.settled()
        run.now = START.replace(second=START.second + RENEWAL_SECONDS)
        await controllers.settled()
    renewed = run.get("Lease", "node-1", "kube-node-lease")["spec"]["renewTime"]
    assert renewed == "2026-03-04T05:06:17.000000Z"
