"""StatefulSets and DaemonSets in the sandbox: order, names, claims, nodes, revisions."""

from typing import Any

from sandbox.cluster.objects import JsonObject
from tests.support.simulation import Simulation, a_node, a_template, a_workload


def a_stateful_set(replicas: int = 2, **spec: Any) -> JsonObject:
    probe = {"readinessProbe": {"initialDelaySeconds": 5}}
    template = spec.pop("template", None) or a_template("db", "db:1", **probe)
    return a_workload("StatefulSet", "db", template, replicas=replicas, serviceName="db", **spec)


def a_claim() -> JsonObject:
    resources = {"requests": {"storage": "1Gi"}}
    spec = {"accessModes": ["ReadWriteOnce"], "resources": resources, "storageClassName": "fast"}
    return {"metadata": {"name": "data"}, "spec": spec}


def a_storage_class(name: str = "fast") -> JsonObject:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": "csi.example.com",
        "reclaimPolicy": "Delete",
    }


def images(run: Simulation) -> dict[str, str]:
    return {
        pod["metadata"]["name"]: pod["spec"]["containers"][0]["image"] for pod in run.all("Pod")
    }


def test_a_stateful_set_starts_its_pods_one_after_the_other() -> None:
    run = Simulation()
    run.create(a_stateful_set(3), seconds=4)
    assert run.names("Pod") == ["db-0"]
    run.after(60)
    assert run.names("Pod") == ["db-0", "db-1", "db-2"]
    status = run.get("StatefulSet", "db")["status"]
    assert (status["readyReplicas"], status["currentReplicas"]) == (3, 3)
    assert (
        status["currentRevision"] == status["updateRevision"] == run.names("ControllerRevision")[0]
    )


def test_parallel_starts_them_at_once() -> None:
    run = Simulation()
    run.create(a_stateful_set(3, podManagementPolicy="Parallel"))
    assert run.names("Pod") == ["db-0", "db-1", "db-2"]


def test_each_pod_has_its_name_its_number_and_its_claim() -> None:
    run = Simulation()
    run.create(a_storage_class(), a_stateful_set(1, volumeClaimTemplates=[a_claim()]), seconds=20)
    pod = run.get("Pod", "db-0")
    assert pod["metadata"]["labels"]["apps.kubernetes.io/pod-index"] == "0"
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("db-0", "db")
    assert pod["spec"]["volumes"][0] == {
        "name": "data",
        "persistentVolumeClaim": {"claimName": "data-db-0"},
    }
    claim = run.get("PersistentVolumeClaim", "data-db-0")
    volume = run.get("PersistentVolume", claim["spec"]["volumeName"])
    assert (claim["status"]["phase"], volume["status"]["phase"]) == ("Bound", "Bound")
    assert volume["spec"]["claimRef"]["name"] == "data-db-0"
    assert run.events("db")[:2] == [
        ("SuccessfulCreate", "Create Claim data-db-0 Pod db-0 in StatefulSet db success"),
        ("SuccessfulCreate", "Create Pod db-0 in StatefulSet db successful"),
    ]


def test_claims_outlive_scaling_and_are_used_again() -> None:
    run = Simulation()
    run.create(a_storage_class(), a_stateful_set(2, volumeClaimTemplates=[a_claim()]), seconds=40)
    claim = run.get("PersistentVolumeClaim", "data-db-1")["metadata"]["uid"]
    for replicas in (1, 2):
        run.change("StatefulSet", "db", replicas=replicas)
        run.after(40)
    assert run.get("PersistentVolumeClaim", "data-db-1")["metadata"]["uid"] == claim


def test_a_claim_without_a_class_to_provision_it_waits() -> None:
    run = Simulation()
    run.create(a_stateful_set(1, volumeClaimTemplates=[a_claim()]), seconds=5)
    assert run.get("PersistentVolumeClaim", "data-db-0")["status"]["phase"] == "Pending"
    assert run.events("data-db-0") == [
        ("ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found')
    ]


def test_a_deleted_claim_goes_with_its_volume_once_no_pod_uses_it() -> None:
    run = Simulation()
    run.create(a_storage_class(), a_stateful_set(1, volumeClaimTemplates=[a_claim()]), seconds=20)
    run.store.delete("", "persistentvolumeclaims", "shop", "data-db-0")
    run.after(5)
    assert run.names("PersistentVolumeClaim") == ["data-db-0"]
    run.change("StatefulSet", "db", replicas=0)
    run.after(5)
    assert run.names("PersistentVolumeClaim") + run.names("PersistentVolume") == []


def test_an_update_replaces_the_last_pod_first_and_waits_for_it() -> None:
    run = Simulation()
    run.create(a_stateful_set(2), seconds=40)
    run.set_image("StatefulSet", "db", "db:2")
    run.after(5)
    assert images(run) == {"db-0": "db:1", "db-1": "db:2"}
    status = run.get("StatefulSet", "db")["status"]
    assert status["currentRevision"] != status["updateRevision"]
    assert status["updatedReplicas"] == 1
    run.after(40)
    assert images(run) == {"db-0": "db:2", "db-1": "db:2"}
    status = run.get("StatefulSet", "db")["status"]
    assert status["currentRevision"] == status["updateRevision"]
    assert len(run.names("ControllerRevision")) == 2


def test_a_partition_keeps_the_lower_numbers_as_they_are() -> None:
    run = Simulation()
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
    run.create(a_stateful_set(2, updateStrategy=strategy), seconds=40)
    run.set_image("StatefulSet", "db", "db:2")
    run.after(60)
    assert images(run) == {"db-0": "db:1", "db-1": "db:2"}
    run.store.delete("", "pods", "shop", "db-0")
    run.after(20)
    assert images(run)["db-0"] == "db:1"


def test_going_back_numbers_the_old_revision_anew() -> None:
    run = Simulation()
    run.create(a_stateful_set(1), seconds=20)
    for image in ("db:2", "db:1"):
        run.set_image("StatefulSet", "db", image)
        run.after(40)
    revisions = sorted(each["revision"] for each in run.all("ControllerRevision"))
    assert revisions == [2, 3]


def test_a_daemon_runs_on_every_node_also_on_one_that_joins() -> None:
    run = Simulation(nodes=2)
    run.create(a_workload("DaemonSet", "agent"), seconds=5)
    run.create(a_node("node-3", 3), seconds=5)
    nodes = sorted(pod["spec"]["nodeName"] for pod in run.all("Pod"))
    assert nodes == ["node-1", "node-2", "node-3"]
    status = run.get("DaemonSet", "agent")["status"]
    assert (status["desiredNumberScheduled"], status["numberAvailable"]) == (3, 3)


def test_a_daemon_stays_on_a_cordoned_node_but_not_on_one_with_other_taints() -> None:
    run = Simulation(nodes=2)
    run.create(a_workload("DaemonSet", "agent"), seconds=5)
    run.change("Node", "node-1", unschedulable=True)
    run.change("Node", "node-2", taints=[{"key": "gpu", "effect": "NoSchedule"}])
    run.after(5)
    assert [pod["spec"]["nodeName"] for pod in run.all("Pod")] == ["node-1"]


def test_daemons_are_replaced_one_at_a_time() -> None:
    run = Simulation(nodes=3)
    template = a_template("agent", "agent:1", readinessProbe={"initialDelaySeconds": 5})
    run.create(a_workload("DaemonSet", "agent", template), seconds=20)
    run.set_image("DaemonSet", "agent", "agent:2")
    least = 3
    for _ in range(60):
        run.after(1)
        least = min(least, run.get("DaemonSet", "agent")["status"]["numberReady"])
    assert least == 2
    assert set(images(run).values()) == {"agent:2"}
    assert run.get("DaemonSet", "agent")["status"]["updatedNumberScheduled"] == 3
