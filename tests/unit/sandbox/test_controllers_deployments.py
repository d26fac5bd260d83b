"""Deployments in the sandbox roll over, scale, pause and roll back as the real controller does."""

import pytest

from sandbox.cluster.objects import JsonObject
from tests.support.simulation import Simulation, a_deployment, a_template, reason_of

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"


def sizes(run: Simulation) -> list[tuple[str, int]]:
    """Image and wanted size of each ReplicaSet, oldest first."""
    found = sorted(run.all("ReplicaSet"), key=lambda each: each["metadata"]["creationTimestamp"])
    return [
        (each["spec"]["template"]["spec"]["containers"][0]["image"], each["spec"]["replicas"])
        for each in found
    ]


def counts(deployment: JsonObject) -> tuple[int, ...]:
    status = deployment["status"]
    names = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    return tuple(status.get(name, 0) for name in names)


def scalings(run: Simulation) -> list[str]:
    """What the events of the Deployment say about sizes, without the names."""
    words = [message.split() for reason, message in run.events("web") if "Scaling" in reason]
    return [" ".join([each[1], *each[5:]]) for each in words]


def slow(image: str) -> JsonObject:
    """A template whose pods need ten seconds to be ready."""
    return a_template("web", image, readinessProbe={"initialDelaySeconds": 10})


def test_a_new_deployment_becomes_available() -> None:
    run = Simulation()
    run.create(a_deployment(replicas=2), seconds=5)
    deployment = run.get("Deployment", "web")
    assert counts(deployment) == (2, 2, 2, 2)
    assert reason_of(deployment, "Available") == ("True", "MinimumReplicasAvailable")
    assert reason_of(deployment, "Progressing") == ("True", "NewReplicaSetAvailable")
    assert deployment["metadata"]["annotations"][REVISION] == "1"
    assert deployment["status"]["observedGeneration"] == deployment["metadata"]["generation"]


def test_its_replica_set_and_pods_carry_the_hash_of_the_template() -> None:
    run = Simulation()
    run.create(a_deployment(replicas=1), seconds=5)
    replica_set = run.all("ReplicaSet")[0]
    name = replica_set["metadata"]["name"]
    digest = replica_set["metadata"]["labels"]["pod-template-hash"]
    assert name == f"web-{digest}"
    assert replica_set["spec"]["selector"]["matchLabels"] == {
        "app": "web",
        "pod-template-hash": digest,
    }
    pod = run.all("Pod")[0]["metadata"]
    assert pod["name"].startswith(f"{name}-")
    assert pod["labels"] == {"app": "web", "pod-template-hash": digest}
    assert pod["ownerReferences"][0]["name"] == name


def test_what_happens_is_told_in_events() -> None:
    run = Simulation(nodes=1)
    run.create(a_deployment(replicas=1), seconds=5)
    pod = run.names("Pod")[0]
    replica_set = run.names("ReplicaSet")[0]
    assert run.events()[:4] == [
        ("ScalingReplicaSet", f"Scaled up replica set {replica_set} from 0 to 1"),
        ("SuccessfulCreate", f"Created pod: {pod}"),
        ("Scheduled", f"Successfully assigned shop/{pod} to node-1"),
        ("Pulling", 'Pulling image "shop/web:1"'),
    ]
    assert run.events(pod)[3:] == [
        ("Created", "Container created"),
        ("Started", "Container started"),
    ]


def test_a_rolling_update_keeps_its_bounds_at_every_step() -> None:
    run = Simulation()
    bounds = {"maxSurge": 1, "maxUnavailable": 1}
    strategy = {"type": "RollingUpdate", "rollingUpdate": bounds}
    run.create(a_deployment(replicas=4, template=slow("web:1"), strategy=strategy), seconds=20)
    run.set_image("Deployment", "web", "web:2")
    seen = []
    for _ in range(60):
        run.after(1)
        total, updated, _, available = counts(run.get("Deployment", "web"))
        assert total <= 5
        assert available >= 3
        seen.append((updated, available))
    assert seen[-1] == (4, 4)
    assert len(set(seen)) >= 3
    assert sizes(run) == [("web:1", 0), ("web:2", 4)]


def test_a_surge_of_a_quarter_is_rounded_up_and_what_may_be_missing_down() -> None:
    run = Simulation()
    run.create(a_deployment(replicas=3, template=slow("web:1")), seconds=20)
    run.set_image("Deployment", "web", "web:2")
    run.after(5)
    assert sizes(run) == [("web:1", 3), ("web:2", 1)]


def test_recreate_starts_new_pods_only_when_all_old_ones_are_gone() -> None:
    run = Simulation()
    run.create(a_deployment(replicas=3, strategy={"type": "Recreate"}), seconds=5)
    old = set(run.names("Pod"))
    run.set_image("Deployment", "web", "web:2")
    run.after(0)
    assert set(run.names("Pod")) == old
    assert all("deletionTimestamp" in pod["metadata"] for pod in run.all("Pod"))
    run.after(10)
    assert not old & set(run.names("Pod"))
    assert counts(run.get("Deployment", "web")) == (3, 3, 3, 3)


def test_going_back_to_a_template_renumbers_its_replica_set() -> None:
    run = Simulation()
    run.create(a_deployment(image="web:1"), seconds=5)
    for image in ("web:2", "web:1"):
        run.set_image("Deployment", "web", image)
        run.after(20)
    first = next(r for r in run.all("ReplicaSet") if r["spec"]["replicas"])
    assert first["metadata"]["annotations"][REVISION] == "3"
    assert first["metadata"]["annotations"][HISTORY] == "1"
    assert run.get("Deployment", "web")["metadata"]["annotations"][REVISION] == "3"
    assert sizes(run) == [("web:1", 3), ("web:2", 0)]


def test_the_change_cause_goes_to_the_replica_set_and_the_applied_text_does_not() -> None:
    run = Simulation()
    deployment = a_deployment()
    deployment["metadata"]["annotations"] = {
        "kubernetes.io/change-cause": "first",
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
    }
    run.create(deployment, seconds=5)
    annotations = run.all("ReplicaSet")[0]["metadata"]["annotations"]
    assert annotations == {
        "kubernetes.io/change-cause": "first",
        "deployment.kubernetes.io/desired-replicas": "3",
        "deployment.kubernetes.io/max-replicas": "4",
        REVISION: "1",
    }


def test_only_so_many_old_replica_sets_are_kept() -> None:
    run = Simulation()
    run.create(a_deployment(image="web:1", revisionHistoryLimit=1), seconds=5)
    for number in (2, 3, 4):
        run.set_image("Deployment", "web", f"web:{number}")
        run.after(20)
    assert sizes(run) == [("web:3", 0), ("web:4", 3)]


def test_a_paused_deployment_scales_but_does_not_roll() -> None:
    run = Simulation()
    run.create(a_deployment(image="web:1", replicas=2), seconds=5)
    run.change("Deployment", "web", paused=True, replicas=3)
    run.set_image("Deployment", "web", "web:2")
    run.after(10)
    assert sizes(run) == [("web:1", 3)]
    paused = run.get("Deployment", "web")
    assert reason_of(paused, "Progressing") == ("Unknown", "DeploymentPaused")
    run.change("Deployment", "web", paused=False)
    run.after(20)
    assert sizes(run) == [("web:1", 0), ("web:2", 3)]


@pytest.mark.parametrize(
    ("replicas", "steps"),
    [(8, ["up from 4 to 7", "up from 2 to 3"]), (2, ["down from 4 to 3", "down from 2 to 1"])],
)
def test_scaling_amid_a_rollout_gives_each_replica_set_its_share(
    replicas: int, steps: list[str]
) -> None:
    run = Simulation()
    bounds = {"maxSurge": 2, "maxUnavailable": 2}
    strategy = {"type": "RollingUpdate", "rollingUpdate": bounds}
    run.create(a_deployment(image="web:1", replicas=4, strategy=strategy), seconds=5)
    run.set_image("Deployment", "web", "web:missing")
    run.after(30)
    assert sizes(run) == [("web:1", 2), ("web:missing", 4)]
    before = len(scalings(run))
    run.change("Deployment", "web", replicas=replicas)
    run.after(0)
    assert scalings(run)[before:][:2] == steps


def test_a_rollout_without_progress_times_out() -> None:
    run = Simulation()
    run.create(a_deployment(image="web:missing", progressDeadlineSeconds=60), seconds=59)
    assert reason_of(run.get("Deployment", "web"), "Progressing")[0] == "True"
    run.after(10)
    deployment = run.get("Deployment", "web")
    assert reason_of(deployment, "Progressing") == ("False", "ProgressDeadlineExceeded")
    assert reason_of(deployment, "Available") == ("False", "MinimumReplicasUnavailable")
    name = run.names("ReplicaSet")[0]
    message = deployment["status"]["conditions"][-1]["message"]
    assert message == f'ReplicaSet "{name}" has timed out progressing.'


def test_ready_pods_count_as_available_after_min_ready_seconds() -> None:
    run = Simulation()
    run.create(a_deployment(minReadySeconds=30), seconds=10)
    assert counts(run.get("Deployment", "web")) == (3, 3, 3, 0)
    run.after(30)
    assert counts(run.get("Deployment", "web")) == (3, 3, 3, 3)


def test_a_deleted_pod_is_replaced() -> None:
    run = Simulation()
    run.create(a_deployment(replicas=2), seconds=5)
    gone = run.names("Pod")[0]
    run.store.delete("", "pods", "shop", gone, grace_seconds=30)
    run.after(5)
    assert gone not in run.names("Pod")
    assert counts(run.get("Deployment", "web")) == (2, 2, 2, 2)
    assert ("Killing", "Stopping container web") in run.events(gone)


def test_scaling_down_removes_pods_that_are_not_ready_first() -> None:
    run = Simulation()
    run.create(a_deployment(replicas=2), seconds=5)
    well = set(run.names("Pod"))
    run.change("Deployment", "web", replicas=3)
    run.after(0)
    run.change("Deployment", "web", replicas=2)
    run.after(5)
    assert set(run.names("Pod")) == well
