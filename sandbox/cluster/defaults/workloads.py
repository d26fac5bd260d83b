"""Defaults of what runs pods (pkg/apis/apps/v1, batch/v1 defaults.go)."""

from collections.abc import Callable
from typing import Any

from sandbox.cluster.defaults.pods import fill, pod, template
from sandbox.cluster.objects import JsonObject

QUARTER = "25%"


def deployment(obj: JsonObject) -> None:
    """Fill in a Deployment."""
    spec = obj.setdefault("spec", {})
    fill(spec, {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600})
    strategy = spec.setdefault("strategy", {})
    fill(strategy, {"type": "RollingUpdate"})
    if strategy["type"] == "RollingUpdate":
        fill(strategy, {"rollingUpdate": {}})
        fill(strategy["rollingUpdate"], {"maxUnavailable": QUARTER, "maxSurge": QUARTER})
    template(obj)


def replica_set(obj: JsonObject) -> None:
    """Fill in a ReplicaSet."""
    fill(obj.setdefault("spec", {}), {"replicas": 1})
    template(obj)


def stateful_set(obj: JsonObject) -> None:
    """Fill in a StatefulSet."""
    spec = obj.setdefault("spec", {})
    retain = {"whenDeleted": "Retain", "whenScaled": "Retain"}
    fill(spec, {"replicas": 1, "revisionHistoryLimit": 10, "podManagementPolicy": "OrderedReady"})
    fill(spec, {"persistentVolumeClaimRetentionPolicy": retain, "updateStrategy": {}})
    fill(spec["updateStrategy"], {"type": "RollingUpdate"})
    if spec["updateStrategy"]["type"] == "RollingUpdate":
        fill(spec["updateStrategy"], {"rollingUpdate": {}})
        fill(spec["updateStrategy"]["rollingUpdate"], {"partition": 0})
    for claim in spec.get("volumeClaimTemplates") or []:
        fill(claim, {"apiVersion": "v1", "kind": "PersistentVolumeClaim"})
        volume_claim(claim)
        claim["status"] = {"phase": "Pending"}
    template(obj)


def daemon_set(obj: JsonObject) -> None:
    """Fill in a DaemonSet."""
    spec = obj.setdefault("spec", {})
    fill(spec, {"revisionHistoryLimit": 10, "updateStrategy": {}})
    fill(spec["updateStrategy"], {"type": "RollingUpdate"})
    if spec["updateStrategy"]["type"] == "RollingUpdate":
        fill(spec["updateStrategy"], {"rollingUpdate": {}})
        fill(spec["updateStrategy"]["rollingUpdate"], {"maxUnavailable": 1, "maxSurge": 0})
    template(obj)


def job_spec(spec: JsonObject) -> None:
    """Fill in a Job's spec; without counts it is one pod that has to succeed."""
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec["completions"] = 1
    fill(spec, {"parallelism": 1, "backoffLimit": 6, "completionMode": "NonIndexed"})
    fill(spec, {"suspend": False, "podReplacementPolicy": "TerminatingOrFailed"})


def job(obj: JsonObject) -> None:
    """Fill in a Job, with the selector and labels that the server generates for it."""
    spec = obj.setdefault("spec", {})
    job_spec(spec)
    template(obj)


def cron_job(obj: JsonObject) -> None:
    """Fill in a CronJob; its template is a Job's spec, whose own defaults come later."""
    spec = obj.setdefault("spec", {})
    fill(spec, {"concurrencyPolicy": "Allow", "suspend": False})
    fill(spec, {"successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1})
    template(spec.setdefault("jobTemplate", {}).setdefault("spec", {}) and spec["jobTemplate"])


def volume_claim(obj: JsonObject) -> None:
    """Fill in a PersistentVolumeClaim."""
    fill(obj.setdefault("spec", {}), {"volumeMode": "Filesystem"})
    fill(obj["spec"], {"resources": {}})


WORKLOADS: dict[tuple[str, str], Callable[[Any], None]] = {
    ("", "Pod"): pod,
    ("", "PersistentVolumeClaim"): volume_claim,
    ("", "ReplicationController"): replica_set,
    ("apps", "Deployment"): deployment,
    ("apps", "ReplicaSet"): replica_set,
    ("apps", "StatefulSet"): stateful_set,
    ("apps", "DaemonSet"): daemon_set,
    ("batch", "Job"): job,
    ("batch", "CronJob"): cron_job,
}
