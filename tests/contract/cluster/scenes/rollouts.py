"""The types of Argo Rollouts, on objects that no controller minds: they name another instance."""

from typing import Any

from tests.contract.cluster.steps import (
    JSON_PATCH,
    STRATEGIC,
    TABLE,
    Step,
    delete,
    get,
    patch,
    post,
    put,
)

GROUP = "/apis/argoproj.io/v1alpha1"
ARGO = f"{GROUP}/namespaces/{{ns}}"
ROLLOUTS, RUNS = f"{ARGO}/rollouts", f"{ARGO}/analysisruns"
UNMINDED = {"argo-rollouts.argoproj.io/controller-instance-id": "nobody"}


def _object(kind: str, name: str, **members: Any) -> dict[str, Any]:
    metadata = {"name": name, "labels": UNMINDED}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": metadata, **members}


def a_rollout(name: str = "web", *steps: Any, **spec: Any) -> dict[str, Any]:
    """Return a canary."""
    labels = {"app": name}
    pods = {"containers": [{"name": "web", "image": "nginx:1"}]}
    canary = {
        "steps": list(steps) or [{"setWeight": 25}, {"pause": {}}, {"pause": {"duration": 5}}]
    }
    whole = {
        "replicas": 2,
        "selector": {"matchLabels": labels},
        "strategy": {"canary": canary},
        "template": {"metadata": {"labels": labels}, "spec": pods},
        **spec,
    }
    return _object("Rollout", name, spec=whole)


VERSIONED = a_rollout()
VERSIONED = {
    **VERSIONED,
    "metadata": {**VERSIONED["metadata"], "resourceVersion": "{rv}"},
    "status": {"abort": False},
}
METRIC = {"name": "check", "provider": {"web": {"url": "http://localhost"}}}
TEMPLATE = _object("AnalysisTemplate", "check", spec={"metrics": [METRIC]})
RUN = _object("AnalysisRun", "run", spec={"metrics": [METRIC]})
EXPERIMENT = _object("Experiment", "try", spec={"templates": []})

TYPES: list[Step] = [
    get(f"{GROUP}", only=("kind", "groupVersion")),  # resources come in no certain order
    post(ROLLOUTS, a_rollout()),
    post(ROLLOUTS, a_rollout()),
    post(ROLLOUTS, a_rollout("bad", {"setWeight": "x"})),
    post(f"{ROLLOUTS}?dryRun=All", a_rollout("bad", {"setWeight": "x"})),
    post(ROLLOUTS, a_rollout("bad", {"pause": {"duration": {}}})),
    post(ROLLOUTS, a_rollout("bad", template={"spec": {}})),
    post(ROLLOUTS, a_rollout("bad", template={"spec": {"containers": [{"image": "nginx:1"}]}})),
    post(ROLLOUTS, a_rollout("pruned", {"setWeight": 5, "nope": 1}, nope=1)),
    post(f"{ROLLOUTS}?fieldValidation=Strict", a_rollout("strict", nope=1)),
    get(f"{ROLLOUTS}/nope"),
    get(f"{ROLLOUTS}/web?includeObject=None", TABLE, only=("kind", "columnDefinitions")),
]

CHANGING: list[Step] = [
    post(ROLLOUTS, a_rollout(), only=("kind",)),
    patch(f"{ROLLOUTS}/web", {"spec": {"paused": True}}),
    patch(f"{ROLLOUTS}/web", {"status": {"abort": True}}),
    patch(f"{ROLLOUTS}/web/status", {"spec": {"paused": False}, "status": {"abort": True}}),
    patch(f"{ROLLOUTS}/web/status", {"status": {"currentStepIndex": "x"}}),
    patch(
        f"{ROLLOUTS}/web/status", {"status": {"pauseConditions": None, "controllerPause": False}}
    ),
    patch(f"{ROLLOUTS}/web/status", {"metadata": {"resourceVersion": "1"}, "status": {}}),
    patch(f"{ROLLOUTS}/web", {"spec": {"paused": True}}, STRATEGIC),
    patch(
        f"{ROLLOUTS}/web",
        {"spec": {"template": {"spec": {"containers": [{"name": "web"}]}}}},
    ),
    patch(
        f"{ROLLOUTS}/web",
        [
            {"op": "test", "path": "/spec/template/spec/containers/0/name", "value": "other"},
            {"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "nginx:2"},
        ],
        JSON_PATCH,
    ),
    patch(
        f"{ROLLOUTS}/web",
        [{"op": "add", "path": "/spec/template/spec/containers/0/image", "value": "nginx:2"}],
        JSON_PATCH,
    ),
    patch(f"{ROLLOUTS}/web", {"spec": {"strategy": {"canary": {"steps": [{"setWeight": "x"}]}}}}),
    patch(
        f"{ROLLOUTS}/web?dryRun=All",
        {"spec": {"strategy": {"canary": {"steps": [{"setWeight": 50}]}}}},
    ),
    patch(f"{ROLLOUTS}/nope/status", {"status": {"abort": True}}),
    patch(f"{ROLLOUTS}/nope", {"status": {"abort": True}}),
    get(f"{ROLLOUTS}/web/scale"),
    patch(f"{ROLLOUTS}/web/scale", {"spec": {"replicas": 3}}),
    patch(f"{ROLLOUTS}/web", {"spec": {"selector": {"matchLabels": {"app": "other"}}}}),
    put(f"{ROLLOUTS}/web", {**a_rollout(), "status": {"abort": False}}),
    get(f"{ROLLOUTS}/web", remember={"rv": "metadata.resourceVersion"}, only=("kind",)),
    put(f"{ROLLOUTS}/web", VERSIONED),
    delete(f"{ROLLOUTS}/web"),
]

ANALYSES: list[Step] = [
    post(f"{ARGO}/analysistemplates", TEMPLATE),
    post(RUNS, RUN),
    post(RUNS, {**RUN, "metadata": {"name": "empty"}, "spec": {}}),
    patch(f"{RUNS}/run", {"spec": {"terminate": True}, "status": {"phase": "Failed"}}),
    patch(f"{RUNS}/run/status", {"status": {"phase": "Failed"}}),
    patch(f"{RUNS}/run", {"status": {"metricResults": [{"name": "check"}]}}),
    get(f"{RUNS}?includeObject=None", TABLE, only=("kind", "columnDefinitions")),
    post(f"{ARGO}/experiments", EXPERIMENT),
    patch(f"{ARGO}/experiments/try", {"status": {"phase": "Running", "nope": 1}}),
    patch(f"{ARGO}/experiments/try", {"status": None}),
    patch(f"{ARGO}/experiments/try/scale", {"spec": {"replicas": 1}}),
    get(f"{ARGO}/experiments?includeObject=None", TABLE, only=("kind", "columnDefinitions")),
    get(f"{GROUP}/clusteranalysistemplates/nope"),
    get(f"{ARGO}/clusteranalysistemplates"),
]

SCENARIOS = {
    "rollout_types": TYPES,
    "rollout_changing": CHANGING,
    "rollout_analyses": ANALYSES,
}
