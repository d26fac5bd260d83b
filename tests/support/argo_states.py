"""Rollouts as a controller leaves them, and what they made, for tests of what is said of them."""

from typing import Any

from sandbox import Cluster
from tests.support.argo import VERSION, a_rollout
from tests.support.builders import an_object

JsonObject = dict[str, Any]
STEPS = [{"setWeight": 25}, {"pause": {}}, {"setWeight": 50}, {"pause": {"duration": "10m"}}]
CANARY = {"canary": {"steps": STEPS}}
BLUE_GREEN = {
    "blueGreen": {
        "activeService": "web-active",
        "previewService": "web-preview",
        "autoPromotionEnabled": False,
    }
}
REVISION = "rollout.argoproj.io/revision"
HASH = "rollouts-pod-template-hash"


def paused(reason: str = "CanaryPauseStep", **more: Any) -> JsonObject:
    """Give the status of an update that waits."""
    condition = {"reason": reason, "startTime": "2026-11-20T11:59:00Z"}
    waits = {"pauseConditions": [condition], "controllerPause": True}
    return updating(**{"phase": "Paused", "message": reason, **waits, **more})


def updating(**more: Any) -> JsonObject:
    """Give the status of an update from ``aaa`` to ``bbb`` that is at step 1."""
    return {
        "observedGeneration": "1",
        "phase": "Progressing",
        "message": "more replicas need to be updated",
        "currentStepIndex": 1,
        "currentPodHash": "bbb",
        "stableRS": "aaa",
        "replicas": 4,
        "updatedReplicas": 1,
        "readyReplicas": 4,
        "availableReplicas": 4,
        **more,
    }


def healthy(**more: Any) -> JsonObject:
    """Give the status of a rollout without an update."""
    done = {"currentPodHash": "aaa", "phase": "Healthy", "message": "", "currentStepIndex": 4}
    return updating(**{**done, "updatedReplicas": 4, **more})


def aborted(**more: Any) -> JsonObject:
    """Give the status of an update that was given up."""
    message = "RolloutAborted: Rollout aborted update to revision 2"
    return updating(abort=True, phase="Degraded", message=message, currentStepIndex=0, **more)


def stored(cluster: Cluster, name: str = "web", plural: str = "rollouts") -> JsonObject:
    found = cluster.store.get("argoproj.io", plural, "shop", name)
    assert found is not None
    return found


def with_sets(
    cluster: Cluster, status: JsonObject, strategy: JsonObject | None = None, **spec: Any
) -> JsonObject:
    """Store a rollout with the ReplicaSets of two revisions, ``aaa`` and ``bbb``."""
    rollout = cluster.store.create(a_rollout(status=status, strategy=strategy or CANARY, **spec))
    for number, (pod_hash, pods) in enumerate((("aaa", 3), ("bbb", 1)), 1):
        cluster.store.create(a_replica_set(rollout, number, pod_hash, pods))
    return rollout


def a_replica_set(rollout: JsonObject, number: int, pod_hash: str, pods: int) -> JsonObject:
    name = rollout["metadata"]["name"]
    labels = {"app": name, HASH: pod_hash}
    containers = [{"name": "app", "image": f"shop/{name}:{number}"}]
    return an_object(
        "apps/v1",
        "ReplicaSet",
        f"{name}-{pod_hash}",
        labels=labels,
        annotations={REVISION: str(number)},
        ownerReferences=[owner(rollout)],
        creationTimestamp="2026-11-20T11:00:00Z",
        spec={
            "replicas": pods,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
        },
        status={
            "replicas": pods,
            "readyReplicas": pods,
            "availableReplicas": pods,
            "observedGeneration": 1,
        },
    )


def owner(obj: JsonObject) -> JsonObject:
    return {
        "apiVersion": obj["apiVersion"],
        "kind": obj["kind"],
        "name": obj["metadata"]["name"],
        "uid": obj["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def an_analysis_run(rollout: JsonObject, phase: str = "Failed", **status: Any) -> JsonObject:
    metric = {"name": "errors", "provider": {"web": {"url": "http://x"}}, "failureLimit": 0}
    measured = {"phase": phase, "value": "0.7", "startedAt": "2026-11-20T11:58:00Z"}
    result = {"name": "errors", "phase": phase, "failed": 1, "measurements": [measured]}
    message = 'Metric "errors" assessed Failed due to failed (1) > failureLimit (0)'
    return an_object(
        VERSION,
        "AnalysisRun",
        f"{rollout['metadata']['name']}-bbb-2-1",
        labels={"rollout-type": "Step", "step-index": "1", HASH: "bbb"},
        annotations={REVISION: "2"},
        ownerReferences=[owner(rollout)],
        creationTimestamp="2026-11-20T11:57:00Z",
        spec={"metrics": [{**metric, "successCondition": "result < 0.05"}]},
        status={"phase": phase, "message": message, "metricResults": [result], **status},
    )


def an_experiment(rollout: JsonObject, phase: str = "Running", **spec: Any) -> JsonObject:
    return an_object(
        VERSION,
        "Experiment",
        f"{rollout['metadata']['name']}-bbb-2-0",
        annotations={REVISION: "2"},
        ownerReferences=[owner(rollout)],
        creationTimestamp="2026-11-20T11:59:00Z",
        spec={"duration": "5m", "templates": [], **spec},
        status={"phase": phase, "availableAt": "2026-11-20T11:59:30Z"},
    )
