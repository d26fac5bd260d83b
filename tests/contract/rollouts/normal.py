"""All that there is of a Rollout, without what differs from run to run."""

import json
import re
from typing import Any

JsonObject = dict[str, Any]
Everything = dict[str, list[JsonObject]]
HASH_LABEL = "rollouts-pod-template-hash"
HISTORY = "rollout.argoproj.io/revision-history"
REVISION = "rollout.argoproj.io/revision"
_TIMES = ("lastUpdateTime", "startTime", "abortedAt", "restartedAt", "availableAt", "startedAt",
          "finishedAt", "completedAt", "resumeAt", "scale-down-deadline", "restartAt")  # fmt: skip
_UID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_EVENTS = ("Rollout", "Experiment", "AnalysisRun")


def normal(everything: Everything, namespace: str) -> JsonObject:
    """Return what a recorded answer holds: Rollouts and all that the controller made of them."""
    shown = {
        "rollouts": [_rollout(each) for each in everything["rollouts"]],
        "replicaSets": [_replica_set(each) for each in _own_sets(everything)],
        "services": [_service(each) for each in everything["services"]],
        "analysisRuns": [_run(each) for each in everything["analysisruns"]],
        "experiments": [_experiment(each) for each in everything["experiments"]],
        "events": _events(everything["events"]),
    }
    text = json.dumps({key: each for key, each in shown.items() if each})
    for number, digest in enumerate(_hashes(everything), 1):
        text = text.replace(digest, f"<hash {number}>")
    text = re.sub(_UID, "<uid>", text).replace(namespace, "<namespace>")
    masked: JsonObject = _masked(json.loads(text))
    masked["events"] = sorted(masked["events"])  # the clock has only seconds
    return masked


def _hashes(everything: Everything) -> list[str]:
    """Name hashes in the order in which their ReplicaSets were made."""
    made = _own_sets(everything)
    hashes = [each["metadata"]["labels"].get(HASH_LABEL, "") for each in made]
    hashes += [each["status"].get("currentStepHash", "") for each in everything["rollouts"]
               if each.get("status")]  # fmt: skip
    return [each for each in dict.fromkeys(hashes) if each]


def _own_sets(everything: Everything) -> list[JsonObject]:
    """Leave out those of a Deployment that a Rollout refers to."""
    found = sorted(everything["replicasets"], key=_age)
    return [s for s in found if s["metadata"]["ownerReferences"][0]["kind"] != "Deployment"]


def _age(replica_set: JsonObject) -> tuple[int, str]:
    """Order by the first number a ReplicaSet had; those of experiments come last."""
    annotations = replica_set["metadata"]["annotations"]
    numbers = annotations.get(HISTORY, annotations.get(REVISION, "1000"))
    return int(numbers.partition(",")[0]), replica_set["metadata"]["name"]


def _rollout(item: JsonObject) -> JsonObject:
    status = dict(item.get("status") or {})
    if "conditions" in status:
        status["conditions"] = sorted(
            ({k: v for k, v in each.items() if k != "lastTransitionTime"}
             for each in status["conditions"]),
            key=lambda each: str(each["type"]),
        )  # fmt: skip
    status.pop("observedGeneration", None)  # rises by the real one's defaults, too
    annotations = item["metadata"].get("annotations") or {}
    annotations.pop("rollout.argoproj.io/workload-generation", None)
    status.pop("workloadObservedGeneration", None)
    return {"name": item["metadata"]["name"], "annotations": annotations, "status": status}


def _replica_set(item: JsonObject) -> JsonObject:
    metadata, status = item["metadata"], item.get("status") or {}
    annotations = {k: v for k, v in metadata["annotations"].items() if "workload-gen" not in k}
    return {
        "name": metadata["name"],
        "annotations": annotations,
        "labels": metadata["labels"],
        "owner": metadata["ownerReferences"][0]["kind"],
        "selector": item["spec"]["selector"],
        "image": item["spec"]["template"]["spec"]["containers"][0]["image"],
        "wanted": item["spec"]["replicas"],
        "available": status.get("availableReplicas", 0),
    }


def _service(item: JsonObject) -> JsonObject:
    metadata = item["metadata"]
    given = {key: metadata[key] for key in ("name", "annotations") if metadata.get(key)}
    return {**given, "selector": item["spec"].get("selector")}


def _run(item: JsonObject) -> JsonObject:
    metadata = item["metadata"]
    kept = {key: metadata.get(key) or {} for key in ("name", "labels", "annotations")}
    metrics = [each["name"] for each in item["spec"]["metrics"]]
    terminated = item["spec"].get("terminate", False)
    return {**kept, "metrics": metrics, "terminate": terminated, "status": item.get("status")}


def _experiment(item: JsonObject) -> JsonObject:
    metadata = item["metadata"]
    kept = {key: metadata.get(key) or {} for key in ("name", "labels", "annotations")}
    status = item.get("status") or {}
    templates = [
        {k: v for k, v in each.items() if k != "lastTransitionTime"}
        for each in status.get("templateStatuses") or []
    ]
    conditions = [
        {k: v for k, v in each.items() if k != "lastTransitionTime"}
        for each in status.get("conditions") or []
    ]
    told = {**status, "templateStatuses": templates, "conditions": conditions}
    terminated = item["spec"].get("terminate", False)
    return {**kept, "terminate": terminated, "status": told}


def _events(events: list[JsonObject]) -> list[str]:
    """Tell what was recorded; not from which to which size, which is a matter of time."""
    about = [
        each
        for each in events
        if each["involvedObject"]["kind"] in _EVENTS and "CanaryIngress" not in each["reason"]
    ]  # an Ingress of its own for the canary is a matter of one router
    said = {
        f"{e['involvedObject']['kind']} {e['type']} {e['reason']}: {e['message']}" for e in about
    }
    said = {re.sub(r" from \d+ to \d+$", "", each) for each in said}
    # Whether an experiment sees a new run before this has a phase is a matter of time, too.
    return list({re.sub(r" from (Pending)? ?-> Running", " -> Running", each) for each in said})


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: "<time>" if key in _TIMES and isinstance(each, str) else _masked(each)
            for key, each in value.items()
        }
    return [_masked(each) for each in value] if isinstance(value, list) else value
