"""Server-side apply: ownership, conflicts, force, removal, refusals."""

from typing import Any

from tests.contract.cluster.steps import (
    APPS,
    CORE,
    Step,
    a_config_map,
    a_deployment,
    apply,
    get,
    patch,
    post,
)

MAP = f"{CORE}/configmaps/settings"
DEPLOYMENT = f"{APPS}/deployments/web"


def _deployment(image: str, **spec: Any) -> dict[str, Any]:
    deployment = a_deployment(**spec)
    deployment["spec"]["template"]["spec"]["containers"][0]["image"] = image
    return deployment


APPLYING: list[Step] = [
    apply(MAP, a_config_map(data={"k": "v", "l": "w"})),
    apply(MAP, a_config_map(data={"k": "v", "l": "w"})),
    apply(MAP, a_config_map(data={"k": "v"})),
    apply(MAP, a_config_map(data={"k": "x"}), "two"),
    apply(MAP, a_config_map(data={"k": "x"}), "two", "&force=true"),
    apply(MAP, a_config_map(data={"k": "x"})),
    apply(MAP, a_config_map(data={"k": "x"})),
    patch(f"{MAP}?fieldManager=editor", {"data": {"k": "edited", "e": "f"}}),
    apply(MAP, a_config_map(data={"k": "x", "e": "g"})),
    apply(MAP, a_config_map(data={"k": "x"}), query="&dryRun=All&force=true"),
    get(MAP),
    apply(f"{CORE}/configmaps/dry", a_config_map("dry", data={"k": "v"}), query="&dryRun=All"),
    get(f"{CORE}/configmaps/dry"),
]

APPLYING_WRONG: list[Step] = [
    post(f"{CORE}/configmaps", a_config_map(data={"k": "v"})),
    Step("PATCH", MAP, a_config_map(), "application/apply-patch+yaml"),
    apply(MAP, a_config_map("other")),
    apply(MAP, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "g"}}),
    apply(MAP, {**a_config_map(), "metadata": {"name": "settings", "managedFields": []}}),
    apply(MAP, {**a_config_map(), "metadata": {"name": "settings", "namespace": "elsewhere"}}),
    apply(MAP, {**a_config_map(), "metadata": {"name": "settings", "resourceVersion": "1"}}),
    apply(MAP, {**a_config_map(), "kind": "Secret"}),
    apply(MAP, {**a_config_map(), "kind": "List"}),
    apply(MAP, {"apiVersion": "v1"}),
    apply(MAP, []),
    apply(MAP, a_config_map(dat={"k": "v"})),
    apply(MAP, a_config_map(data={"k": 1})),
    apply(
        MAP,
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n  a: c\n",
        query="&fieldValidation=Strict",
    ),
    apply(f"{CORE}/configmaps/settings", a_config_map(data={"k": "other"})),
    apply("/api/v1/namespaces/contract-no-such/configmaps/settings", a_config_map()),
    apply(DEPLOYMENT, a_deployment(replica=1)),
    apply(DEPLOYMENT, a_deployment(replicas="three")),  # type: ignore[arg-type]
    apply(DEPLOYMENT, {**a_deployment(), "spec": {}}),
]

APPLYING_WORKLOADS: list[Step] = [
    apply(DEPLOYMENT, _deployment("nginx:1")),
    apply(DEPLOYMENT, _deployment("nginx:1")),
    apply(DEPLOYMENT, _deployment("nginx:2"), "two"),
    patch(f"{DEPLOYMENT}/scale?fieldManager=autoscaler", {"spec": {"replicas": 2}}),
    apply(DEPLOYMENT, _deployment("nginx:1")),
    apply(DEPLOYMENT, _deployment("nginx:1"), query="&force=true"),
    apply(DEPLOYMENT, _deployment("nginx:1", minReadySeconds=3), "two", "&force=true"),
    apply(DEPLOYMENT, _deployment("nginx:3"), "two", "&force=true"),
]

SCENARIOS = {
    "applying": APPLYING,
    "applying_wrong": APPLYING_WRONG,
    "applying_workloads": APPLYING_WORKLOADS,
}
