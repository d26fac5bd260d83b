"""Workloads read as kubectl describes them; what stands behind a failure is added."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.recorded_descriptions import recording, with_lines
from tools.render.describe import Related, describe
from tools.render.describe.revisions import new_and_old

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "name",
    [
        "deployment-web",
        "deployment-recreated",
        "replicaset-web",
        "replicationcontroller",
        "statefulset-store",
        "statefulset-partitioned",
        "daemonset",
    ],
)
def test_a_workload_reads_as_kubectl_describes_it(name: str):
    workload = recording(f"workloads/{name}")
    assert workload.described() == workload.kubectl


@pytest.mark.parametrize(
    ("name", "before", "added"),
    [
        (
            "deployment-stuck",
            "OldReplicaSets:",
            "Condition Details:\n"
            "  Available:    Deployment does not have minimum availability.\n"
            '  Progressing:  ReplicaSet "{new}" has timed out progressing.\n',
        ),
        (
            "replicaset-forbidden",
            "Events:",
            "Condition Details:\n"
            '  ReplicaFailure:  pods "forbidden-" is forbidden: error looking up service account'
            ' describe-work/there-is-none: serviceaccount "there-is-none" not found\n',
        ),
    ],
)
def test_the_messages_of_conditions_are_added(name: str, before: str, added: str):
    workload = recording(f"workloads/{name}")
    names = [each["metadata"]["name"] for each in workload.related.of("replicasets")]
    added = added.replace("{new}", *names) if names else added
    assert workload.described() == with_lines(workload.kubectl, before=before, added=added)


def a_template(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [], **spec}}


def a_workload(kind: str, *, api_version: str = "apps/v1", **spec: Any) -> dict[str, Any]:
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": a_template()} | spec
    metadata = {"name": "web", "namespace": "shop", "uid": "web-uid"}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


def controlled(obj: dict[str, Any], by: str, kind: str = "Deployment") -> dict[str, Any]:
    owner = {"kind": kind, "name": "web", "uid": by, "controller": True}
    return {**obj, "metadata": {**obj["metadata"], "ownerReferences": [owner]}}


def a_replica_set(
    name: str, *, of: str = "web-uid", created: str = "2026-11-24T11:00:00Z", **spec: Any
) -> dict[str, Any]:
    replica_set = a_workload("ReplicaSet", **spec)
    replica_set["metadata"] |= {"name": name, "creationTimestamp": created, "uid": name}
    return controlled(replica_set, by=of)


def text_of(obj: dict[str, Any], **related: Any) -> str:
    return describe(obj, Related(**related), NOW)


def test_old_and_new_replica_sets_are_told_apart_by_their_templates():
    old = a_replica_set("web-1", template=a_template(hostNetwork=True), replicas=0)
    new = a_replica_set("web-2", replicas=3)
    new["spec"]["template"]["metadata"]["labels"] = {"app": "web", "pod-template-hash": "2"}
    new["spec"]["template"]["spec"]["volumes"] = []
    new["status"] = {"replicas": 1}
    text = text_of(a_workload("Deployment"), objects={"replicasets": [new, old]})
    assert "OldReplicaSets:    web-1 (0/0 replicas created)\n" in text
    assert "NewReplicaSet:     web-2 (1/3 replicas created)\n" in text


def test_a_rollout_that_has_not_begun_has_no_new_replica_set():
    old = a_replica_set("web-1", template=a_template(hostNetwork=True))
    text = text_of(a_workload("Deployment"), objects={"replicasets": [old]})
    assert "NewReplicaSet:     <none>\n" in text


def test_the_oldest_of_two_alike_is_the_new_one_and_strangers_do_not_count():
    younger = a_replica_set("a", created="2026-11-24T11:30:00Z")
    twins = [a_replica_set("c"), a_replica_set("b")]
    stranger = a_replica_set("d", of="another-uid", created="2026-11-24T10:00:00Z")
    new, old = new_and_old(a_workload("Deployment"), [younger, stranger, *twins])
    assert new is twins[1]
    assert old == [twins[0], younger]


def test_replica_sets_that_cannot_be_seen_are_said_to_be():
    text = text_of(a_workload("Deployment"), unseen={"replicasets": "forbidden"})
    assert text.endswith("Not visible:  replicasets (forbidden)\n")
    assert "NewReplicaSet" not in text


def test_pods_are_counted_by_phase_and_only_those_it_controls():
    phases = ["Running", "Running", "Pending", "Succeeded", "Failed", "Unknown"]
    pods = [{"metadata": {}, "status": {"phase": phase}} for phase in phases]
    own = [controlled(pod, by="web-uid") for pod in pods]
    text = text_of(
        a_workload("ReplicaSet", replicas=2),
        objects={"pods": [*own, *pods, controlled(pods[0], by="another")]},
    )
    assert "Pods Status:  2 Running / 1 Waiting / 1 Succeeded / 1 Failed\n" in text


def test_pods_that_cannot_be_seen_are_not_counted_as_none():
    text = text_of(a_workload("DaemonSet"), unseen={"pods": "forbidden"})
    assert "Pods Status:  not visible (forbidden)\n" in text


def test_what_controls_a_deployment_is_told():
    owned = controlled(a_workload("Deployment"), by="x", kind="Rollout")
    assert "Controlled By:  Rollout/web\n" in text_of(owned)


def test_a_selector_is_written_by_key():
    selector = {
        "matchLabels": {"b": "1"},
        "matchExpressions": [
            {"key": "d", "operator": "DoesNotExist"},
            {"key": "c", "operator": "NotIn", "values": ["y", "x"]},
            {"key": "a", "operator": "Exists"},
        ],
    }
    text = text_of(a_workload("ReplicaSet", selector=selector), objects={"pods": []})
    assert "Selector:     a,b=1,c notin (x,y),!d\n" in text


def test_a_replication_controller_may_lack_its_template():
    controller = a_workload("ReplicationController", api_version="v1", selector={"app": "web"})
    controller["spec"]["template"] = None
    assert "Pod Template:\n  <unset>\n" in text_of(controller, objects={"pods": []})


def test_a_partitioned_stateful_set_says_how_many_may_be_missing():
    rolling = {"partition": 2, "maxUnavailable": "25%"}
    strategy = {"type": "RollingUpdate", "rollingUpdate": rolling}
    text = text_of(a_workload("StatefulSet", updateStrategy=strategy), objects={"pods": []})
    assert (
        "Update Strategy:    RollingUpdate\n  Partition:        2\n  MaxUnavailable:   25%\n"
    ) in text


def test_a_claim_without_a_size_has_the_default():
    claim = {"metadata": {"name": "data"}, "spec": {}}
    text = text_of(a_workload("StatefulSet", volumeClaimTemplates=[claim]), objects={"pods": []})
    assert (
        "Volume Claims:\n"
        "  Name:          data\n"
        "  StorageClass:  \n"
        "  Labels:        <none>\n"
        "  Annotations:   <none>\n"
        "  Capacity:      <default>\n"
        "  Access Modes:  []\n"
    ) in text


def test_a_group_that_is_scheduled_together_is_named():
    group = {"podGroupName": "gang"}
    text = text_of(a_workload("Deployment", template=a_template(schedulingGroup=group)))
    assert "  SchedulingGroup:\n  PodGroupName:  gang\n" in text
