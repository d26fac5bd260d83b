"""Status, scale, eviction and logs."""

from typing import Any

from tests.contract.cluster.steps import (
    APPS,
    CORE,
    JSON_PATCH,
    STRATEGIC,
    TABLE,
    Step,
    a_config_map,
    a_deployment,
    a_pod,
    get,
    patch,
    post,
    put,
)

SCALE = f"{APPS}/deployments/web/scale"
BUDGETS = "/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets"
POD = f"{CORE}/pods/alone"


def _eviction(name: str = "alone", **members: Any) -> dict[str, Any]:
    head = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}}
    return {**head, **members}


def _budget(name: str) -> dict[str, Any]:
    selector = {"matchLabels": {"app": "alone"}}
    head = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name}}
    return {**head, "spec": {"minAvailable": 1, "selector": selector}}


def _healthy() -> dict[str, Any]:
    condition = {"type": "Ready", "status": "True"}
    return {"status": {"phase": "Running", "conditions": [condition]}}


FULL = {
    "observedGeneration": 1,
    "disruptionsAllowed": 0,
    "currentHealthy": 1,
    "desiredHealthy": 1,
    "expectedPods": 1,
}

SCALING: list[Step] = [
    post(f"{APPS}/deployments", a_deployment(), only=("kind",)),
    get(SCALE),
    patch(SCALE, {"spec": {"replicas": 2}}),
    patch(f"{SCALE}?dryRun=All", {"spec": {"replicas": 9}}),
    get(SCALE, only=("spec",)),
    patch(SCALE, [{"op": "replace", "path": "/spec/replicas", "value": 0}], JSON_PATCH),
    put(SCALE, {"metadata": {"name": "web", "namespace": "{ns}"}, "spec": {"replicas": 1}}),
    put(SCALE, {"metadata": {"name": "web", "resourceVersion": "1"}, "spec": {"replicas": 1}}),
    patch(SCALE, {"spec": {"replicas": -1}}),
    get(f"{APPS}/deployments/nope/scale"),
    get(f"{CORE}/pods/nope/scale"),
    post(f"{CORE}/configmaps", a_config_map(), only=("kind",)),
    get(f"{CORE}/configmaps/settings/scale"),
    patch(f"{APPS}/deployments/web/status", {"spec": {"replicas": 7}}, STRATEGIC, only=("spec",)),
]

EVICTING: list[Step] = [
    post(f"{CORE}/pods", a_pod(), only=("kind",)),
    post(f"{POD}/eviction", _eviction("other")),
    post(f"{CORE}/pods/nope/eviction", _eviction("nope")),
    post(f"{POD}/eviction", {"metadata": {"name": "alone"}, "kind": "Pod", "apiVersion": "v1"}),
    post(f"{POD}/eviction?dryRun=All", _eviction()),
    get(POD, only=("kind",)),
    post(f"{POD}/eviction", _eviction()),
    get(POD),
    post(f"{CORE}/pods", a_pod(nodeName="nowhere"), only=("kind",)),
    patch(f"{POD}/status", _healthy(), only=("kind",)),
    post(BUDGETS, _budget("first")),
    patch(f"{BUDGETS}/first/status", {"status": FULL}, only=("spec",)),
    post(f"{POD}/eviction", _eviction()),
    post(f"{POD}/eviction", _eviction(deleteOptions={"dryRun": ["All"]})),
    post(BUDGETS, _budget("second"), only=("kind",)),
    post(f"{POD}/eviction", _eviction()),
]

LOGGING: list[Step] = [
    post(f"{CORE}/pods", a_pod("alone", "main", "side"), only=("kind",)),
    get(f"{POD}/log?container=main"),
    get(f"{POD}/log"),
    get(f"{POD}/log?container=nope"),
    get(f"{POD}/log?container=main&tailLines=-1"),
    get(f"{POD}/log?container=main&limitBytes=0&sinceSeconds=0"),
    get(f"{POD}/log?container=main&sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z"),
    get(f"{POD}/log?container=main&tailLines=x"),
    get(f"{POD}/log?container=main&sinceTime=x"),
    get(f"{CORE}/pods/nope/log"),
    get(f"{POD}/log?container=main", TABLE.partition(",")[0]),
    Step("POST", f"{POD}/log", {}),
]

SCENARIOS = {"scaling": SCALING, "evicting": EVICTING, "logging": LOGGING}
