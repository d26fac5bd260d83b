"""Pods in the sandbox are scheduled, started, crash, wait and end as on a real node."""

import pytest

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.kubelet.images import normalised, pull_error
from tests.support.simulation import (
    Simulation,
    a_node,
    a_pod,
    ready_containers,
    reason_of,
)

NOT_FOUND = (
    "rpc error: code = NotFound desc = failed to pull and unpack image "
    '"docker.io/shop/web:missing": failed to resolve reference "docker.io/shop/web:missing": '
    "docker.io/shop/web:missing: not found"
)


def the_only(pod: JsonObject) -> JsonObject:
    return pod["status"]["containerStatuses"][0]


def key_of(name: str, key: str, **more: bool) -> JsonObject:
    reference = {"name": name, "key": key, **more}
    return {"env": [{"name": "KEY", "valueFrom": {"secretKeyRef": reference}}]}


def a_secret(name: str, *keys: str) -> JsonObject:
    metadata = {"name": name, "namespace": "shop"}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "data": dict.fromkeys(keys, "eA=="),
    }


def test_a_pod_runs_a_moment_after_it_was_created() -> None:
    run = Simulation(nodes=1)
    run.create(a_pod())
    pod = run.get("Pod", "alone")
    assert (pod["spec"]["nodeName"], pod["status"]["phase"]) == ("node-1", "Pending")
    assert the_only(pod)["state"] == {"waiting": {"reason": "ContainerCreating"}}
    run.after(5)
    pod = run.get("Pod", "alone")
    assert pod["status"]["phase"] == "Running"
    assert (pod["status"]["podIP"], pod["status"]["hostIP"]) == ("10.42.1.2", "10.0.0.1")
    assert [(c["type"], c["status"]) for c in pod["status"]["conditions"]] == [
        ("PodReadyToStartContainers", "True"),
        ("Initialized", "True"),
        ("Ready", "True"),
        ("ContainersReady", "True"),
        ("PodScheduled", "True"),
    ]


def test_a_probe_delays_readiness() -> None:
    run = Simulation()
    run.create(a_pod(container={"readinessProbe": {"initialDelaySeconds": 20}}), seconds=10)
    pod = run.get("Pod", "alone")
    assert reason_of(pod, "Ready") == ("False", "ContainersNotReady")
    run.after(20)
    assert ready_containers(run.get("Pod", "alone")) == [True]


def test_an_image_that_is_not_there_is_pulled_again_at_growing_distances() -> None:
    run = Simulation()
    run.create(a_pod(image="shop/web:missing"), seconds=1)
    assert the_only(run.get("Pod", "alone"))["state"] == {
        "waiting": {"reason": "ErrImagePull", "message": NOT_FOUND}
    }
    run.after(5)
    assert the_only(run.get("Pod", "alone"))["state"]["waiting"] == {
        "reason": "ImagePullBackOff",
        "message": f'Back-off pulling image "shop/web:missing": ErrImagePull: {NOT_FOUND}',
    }
    run.after(600)
    pulling = next(e for e in run.all("Event") if e["reason"] == "Pulling")
    assert pulling["count"] == 6


def test_another_image_repairs_it() -> None:
    run = Simulation()
    run.create(a_pod(image="shop/web:missing"), seconds=100)
    pod = run.get("Pod", "alone")
    pod["spec"]["containers"][0]["image"] = "shop/web:2"
    run.store.update(pod)
    run.after(5)
    assert ready_containers(run.get("Pod", "alone")) == [True]


def test_a_crashing_container_is_restarted_with_a_growing_back_off() -> None:
    run = Simulation()
    run.create(a_pod(container={"command": ["sh", "-c", "exit 3"]}), seconds=60)
    status = the_only(run.get("Pod", "alone"))
    assert (status["restartCount"], status["state"]["terminated"]["exitCode"]) == (3, 3)
    run.after(2700)
    status = the_only(run.get("Pod", "alone"))
    assert status["restartCount"] == 14
    assert status["lastState"]["terminated"]["reason"] == "Error"
    waiting = status["state"]["waiting"]
    assert waiting["reason"] == "CrashLoopBackOff"
    uid = run.get("Pod", "alone")["metadata"]["uid"]
    assert waiting["message"] == (
        f"back-off 5m0s restarting failed container=app pod=alone_shop({uid})"
    )
    warned = f"Back-off restarting failed container app in pod alone_shop({uid})"
    assert ("BackOff", warned) in run.events("alone")


@pytest.mark.parametrize(
    ("command", "phase", "reason"),
    [(["true"], "Succeeded", "Completed"), (["false"], "Failed", "Error")],
)
def test_without_restarts_a_pod_ends_with_its_command(
    command: list[str], phase: str, reason: str
) -> None:
    run = Simulation()
    run.create(a_pod(container={"command": command}, restartPolicy="Never"), seconds=10)
    pod = run.get("Pod", "alone")
    assert pod["status"]["phase"] == phase
    assert the_only(pod)["state"]["terminated"]["reason"] == reason


def test_a_missing_key_keeps_a_container_from_starting_until_it_is_there() -> None:
    run = Simulation()
    run.create(a_secret("payments", "stripe_key"))
    run.create(a_pod(container=key_of("payments", "stripe-key")), seconds=5)
    assert the_only(run.get("Pod", "alone"))["state"]["waiting"] == {
        "reason": "CreateContainerConfigError",
        "message": "couldn't find key stripe-key in Secret shop/payments",
    }
    run.store.update(a_secret("payments", "stripe-key"))
    run.after(90)
    assert ready_containers(run.get("Pod", "alone")) == [True]


def test_a_missing_secret_is_named() -> None:
    run = Simulation()
    run.create(a_pod(container=key_of("absent", "key")), seconds=5)
    waiting = the_only(run.get("Pod", "alone"))["state"]["waiting"]
    assert waiting["message"] == 'secret "absent" not found'


def test_an_optional_key_may_be_missing() -> None:
    run = Simulation()
    run.create(a_pod(container=key_of("absent", "key", optional=True)), seconds=5)
    assert ready_containers(run.get("Pod", "alone")) == [True]


def test_a_missing_volume_keeps_the_pod_from_its_address() -> None:
    run = Simulation()
    volume = {"name": "data", "secret": {"secretName": "absent"}}
    run.create(a_pod(volumes=[volume]), seconds=5)
    assert "podIP" not in run.get("Pod", "alone")["status"]
    message = 'MountVolume.SetUp failed for volume "data" : secret "absent" not found'
    assert ("FailedMount", message) in run.events("alone")


def test_init_containers_run_one_after_the_other() -> None:
    run = Simulation()
    steps = [{"name": "first", "image": "a:1"}, {"name": "second", "image": "b:1"}]
    run.create(a_pod(initContainers=steps), seconds=3)
    pod = run.get("Pod", "alone")
    assert reason_of(pod, "Initialized") == ("False", "ContainersNotInitialized")
    run.after(10)
    pod = run.get("Pod", "alone")
    states = [s["state"]["terminated"]["reason"] for s in pod["status"]["initContainerStatuses"]]
    assert states == ["Completed", "Completed"]
    assert ready_containers(pod) == [True]


def test_a_failing_init_container_holds_the_others_up() -> None:
    run = Simulation()
    step = {"name": "first", "image": "a:1", "command": ["false"]}
    run.create(a_pod(initContainers=[step]), seconds=30)
    pod = run.get("Pod", "alone")
    assert pod["status"]["initContainerStatuses"][0]["restartCount"] == 2
    assert the_only(pod)["state"] == {"waiting": {"reason": "PodInitializing"}}
    assert pod["status"]["phase"] == "Pending"


def test_a_sidecar_goes_on_running_beside_the_container() -> None:
    run = Simulation()
    sidecar = {"name": "proxy", "image": "a:1", "restartPolicy": "Always"}
    run.create(a_pod(initContainers=[sidecar]), seconds=10)
    pod = run.get("Pod", "alone")
    assert "running" in pod["status"]["initContainerStatuses"][0]["state"]
    assert ready_containers(pod) == [True]


def test_a_pod_goes_to_the_node_with_the_most_room() -> None:
    run = Simulation()
    half = {"resources": {"requests": {"memory": "4Gi"}}}
    run.create(a_pod("large", container=half), a_pod("small"), seconds=5)
    assert run.get("Pod", "large")["spec"]["nodeName"] == "node-1"
    assert run.get("Pod", "small")["spec"]["nodeName"] == "node-2"


def test_a_pod_that_fits_nowhere_waits_and_is_scheduled_when_there_is_room() -> None:
    run = Simulation()
    large = {"resources": {"requests": {"memory": "12Gi"}}}
    run.create(a_pod(container=large), seconds=1)
    message = (
        "0/2 nodes are available: 2 Insufficient memory. no new claims to deallocate, preemption: "
        "0/2 nodes are available: 2 Preemption is not helpful for scheduling."
    )
    pod = run.get("Pod", "alone")
    assert reason_of(pod, "PodScheduled") == ("False", "Unschedulable")
    assert run.events("alone") == [("FailedScheduling", message)]
    node = a_node("node-3", 3)
    node["status"]["allocatable"]["memory"] = "16Gi"
    run.create(node, seconds=5)
    assert run.get("Pod", "alone")["spec"]["nodeName"] == "node-3"


def test_refused_again_and_again_is_one_event_with_a_series() -> None:
    run = Simulation()
    run.create(a_pod(nodeSelector={"disk": "fast"}), seconds=700)
    event = next(e for e in run.all("Event") if e["reason"] == "FailedScheduling")
    assert event["series"]["count"] == 3
    assert "2 node(s) didn't match Pod's node affinity/selector" in event["message"]


def test_a_cordoned_node_gets_a_taint_and_no_pods() -> None:
    run = Simulation()
    run.change("Node", "node-1", unschedulable=True)
    run.create(a_pod("one"), a_pod("two"), seconds=5)
    assert {pod["spec"]["nodeName"] for pod in run.all("Pod")} == {"node-2"}
    taints = run.get("Node", "node-1")["spec"]["taints"]
    assert [taint["key"] for taint in taints] == ["node.kubernetes.io/unschedulable"]
    run.change("Node", "node-1", unschedulable=False)
    run.after(1)
    assert run.get("Node", "node-1")["spec"]["taints"] == []


def test_no_two_pods_of_a_node_have_one_address() -> None:
    run = Simulation(nodes=1)
    run.create(*(a_pod(f"pod-{number}") for number in range(5)), seconds=5)
    addresses = {pod["status"]["podIP"] for pod in run.all("Pod")}
    assert len(addresses) == 5


def test_events_are_kept_for_an_hour() -> None:
    run = Simulation()
    run.create(a_pod(), seconds=3590)
    assert len(run.all("Event")) == 5
    run.after(20)
    assert run.all("Event") == []


@pytest.mark.parametrize(
    ("image", "full"),
    [
        ("web", "docker.io/library/web:latest"),
        ("shop/web:1.2", "docker.io/shop/web:1.2"),
        ("localhost:5000/web:1", "localhost:5000/web:1"),
        ("registry.example.com/a/b:c", "registry.example.com/a/b:c"),
        ("ghcr.io/a/b", "ghcr.io/a/b:latest"),
    ],
)
def test_image_names_are_completed_as_by_containerd(image: str, full: str) -> None:
    assert normalised(image) == full
    assert pull_error(image) == ""


def test_a_registry_that_is_none_cannot_be_found() -> None:
    assert pull_error("registry.invalid/none:1").endswith("no such host")
