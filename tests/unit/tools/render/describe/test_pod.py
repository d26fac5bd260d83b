"""Pods read as `kubectl describe pod`, with what kubectl knows and does not say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.recorded_descriptions import recording, with_lines
from tools.render.describe import Related, describe

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", ["healthy", "several", "environment", "simulated", "leaving"])
def test_a_pod_reads_as_kubectl_describes_it(name: str):
    pod = recording(f"pods/{name}")
    assert pod.described() == pod.kubectl


@pytest.mark.parametrize(
    ("name", "added"),
    [
        ("completed", "  Initialized, Ready, ContainersReady:  PodCompleted\n"),
        ("failed", "  Ready, ContainersReady:  PodFailed\n"),
        (
            "in-steps",
            "  Initialized:             ContainersNotInitialized:"
            " containers with incomplete status: [waits]\n"
            "  Ready, ContainersReady:  ContainersNotReady:"
            " containers with unready status: [web]\n",
        ),
        (
            "volumes",
            "  PodScheduled:  Unschedulable: 0/3 nodes are available:"
            ' persistentvolumeclaim "block" not found. not found\n',
        ),
        (
            "pending",
            "  PodScheduled:  Unschedulable: 0/3 nodes are available: 1 node(s) didn't match Pod's"
            " node affinity/selector, 2 node(s) had untolerated taint(s). no new claims to"
            " deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for"
            " scheduling.\n",
        ),
    ],
)
def test_reasons_and_messages_of_conditions_are_added(name: str, added: str):
    pod = recording(f"pods/{name}")
    told = f"Condition Details:\n{added}"
    assert pod.described() == with_lines(pod.kubectl, before="Volumes:", added=told)


NOT_READY = (
    "Condition Details:\n"
    "  Ready, ContainersReady:  ContainersNotReady: containers with unready status: [web]\n"
)


@pytest.mark.parametrize(
    ("name", "label", "before"),
    [
        ("crashing", "Message:   ", "    Last State:"),
        ("unpullable", "Message:      ", "    Ready:"),
        ("unconfigured", "Message:      ", "    Ready:"),
    ],
)
def test_the_message_of_a_waiting_container_is_added(name: str, label: str, before: str):
    pod = recording(f"pods/{name}")
    (status,) = pod.obj["status"]["containerStatuses"]
    added = f"      {label}{status['state']['waiting']['message']}\n"
    expected = with_lines(pod.kubectl, before="Volumes:", added=NOT_READY)
    assert pod.described() == with_lines(expected, before=before, added=added)


def test_the_controllers_above_the_first_are_added():
    pod = recording("pods/of-deployment")
    replica_set = pod.obj["metadata"]["ownerReferences"][0]["name"]
    added = f"Owner Chain:    ReplicaSet/{replica_set} → Deployment/web\n"
    assert pod.described() == with_lines(pod.kubectl, before="Init Containers:", added=added)


def a_pod(**fields: Any) -> dict[str, Any]:
    metadata = {"name": "web", "namespace": "shop"} | fields.pop("metadata", {})
    spec = {"containers": [{"name": "web", "image": "web:1"}]} | fields.pop("spec", {})
    status = {"phase": "Running"} | fields.pop("status", {})
    assert not fields
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status}


def lines_of(pod: dict[str, Any]) -> list[str]:
    return describe(pod, Related(), NOW).splitlines()


def test_the_least_a_pod_can_be_is_described():
    assert describe(a_pod(status={"phase": "Pending"}), Related(events=[]), NOW) == (
        "Name:         web\n"
        "Namespace:    shop\n"
        "Node:         <none>\n"
        "Labels:       <none>\n"
        "Annotations:  <none>\n"
        "Status:       Pending\n"
        "IP:           \n"
        "IPs:          <none>\n"
        "Containers:\n"
        "  web:\n"
        "    Image:        web:1\n"
        "    Port:         <none>\n"
        "    Host Port:    <none>\n"
        "    Environment:  <none>\n"
        "    Mounts:       <none>\n"
        "Volumes:          <none>\n"
        "QoS Class:        \n"
        "Node-Selectors:   <none>\n"
        "Tolerations:      <none>\n"
        "Events:           <none>\n"
    )


def test_a_pod_that_is_being_deleted_says_for_how_long():
    deleted = (NOW - timedelta(minutes=4)).isoformat()
    pod = a_pod(metadata={"deletionTimestamp": deleted, "deletionGracePeriodSeconds": 30})
    assert "Status:                    Terminating (lasts 4m)" in lines_of(pod)
    assert "Termination Grace Period:  30s" in lines_of(pod)


def test_a_pod_that_ended_while_being_deleted_has_its_phase():
    pod = a_pod(metadata={"deletionTimestamp": NOW.isoformat()}, status={"phase": "Failed"})
    assert "Status:       Failed" in lines_of(pod)


def test_why_a_pod_was_evicted_is_told():
    evicted = {"phase": "Failed", "reason": "Evicted", "message": "The node was low on memory."}
    assert {"Reason:       Evicted", "Message:      The node was low on memory."} <= {
        *lines_of(a_pod(status=evicted))
    }


def test_what_is_set_for_the_pod_as_a_whole_is_described():
    pod = a_pod(
        spec={
            "priority": 1000,
            "priorityClassName": "high",
            "runtimeClassName": "sandboxed",
            "serviceAccountName": "robot",
            "resources": {"limits": {"cpu": "1"}},
            "securityContext": {
                "seccompProfile": {"type": "Localhost", "localhostProfile": "strict.json"}
            },
            "schedulingGroup": {"podGroupName": "gang"},
        },
        status={"phase": "Pending", "nominatedNodeName": "node-1"},
    )
    text = describe(pod, Related(), NOW)
    for line in (
        "Priority:             1000",
        "Priority Class Name:  high",
        "Runtime Class Name:   sandboxed",
        "Service Account:      robot",
        "SeccompProfile:       Localhost",
        "LocalhostProfile:     strict.json",
        "NominatedNodeName:    node-1",
        "Resources:\n  Limits:\n    cpu:  1",
        "SchedulingGroup:\n  PodGroupName:  gang",
    ):
        assert f"{line}\n" in text


def test_readiness_gates_show_their_condition_and_its_message():
    condition = {"type": "example.com/lb", "status": "False", "message": "not in any target group"}
    gates = [{"conditionType": "example.com/lb"}, {"conditionType": "example.com/dns"}]
    pod = a_pod(spec={"readinessGates": gates}, status={"conditions": [condition]})
    assert (
        "Readiness Gates:\n"
        "  Type              Status\n"
        "  example.com/lb    False \n"
        "  example.com/dns   <none> \n"
        "Conditions:\n"
        "  Type             Status\n"
        "  example.com/lb   False \n"
        "Condition Details:\n"
        "  example.com/lb:  not in any target group\n"
    ) in describe(pod, Related(), NOW)
