"""Deletes: options, preconditions, finalizers, owners, collections, namespaces."""

from tests.contract.cluster.steps import (
    CORE,
    Step,
    a_config_map,
    a_pod,
    delete,
    get,
    patch,
    post,
)

MAPS = f"{CORE}/configmaps"
OWNER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "{uid}"}
OWNED = {**a_config_map("owned"), "metadata": {"name": "owned", "ownerReferences": [OWNER]}}
# A scheduler might write into its status before it is deleted.
NOBODYS = {**a_pod(), "spec": {**a_pod()["spec"], "schedulerName": "nobody"}}
HELD = {"name": "held", "finalizers": ["example.com/hold"]}

DELETING: list[Step] = [
    post(MAPS, a_config_map(), only=("kind",)),
    delete(f"{MAPS}/settings?dryRun=All"),
    delete(f"{MAPS}/settings", {"dryRun": ["All"]}),
    delete(f"{MAPS}/settings", {"dryRun": ["Some"]}),
    delete(f"{MAPS}/settings", {"propagationPolicy": "Nope"}),
    delete(f"{MAPS}/settings", {"preconditions": {"uid": "other"}}),
    delete(f"{MAPS}/settings", {"preconditions": {"resourceVersion": "1"}}),
    delete(f"{MAPS}/settings", {"apiVersion": "v1", "kind": "Pod"}),
    get(f"{MAPS}/settings", only=("kind",)),
    delete(f"{MAPS}/settings?dryRun=All", {}),
    get(f"{MAPS}/settings"),
    delete(f"{MAPS}/settings"),
    post(MAPS, a_config_map("one", {"group": "g"}), only=("kind",)),
    post(MAPS, a_config_map("two", {"group": "g"}), only=("kind",)),
    delete(f"{MAPS}?labelSelector=group%3Dg", {"dryRun": ["All"]}),
    delete(f"{MAPS}?labelSelector=group%3Dg"),
    get(f"{MAPS}?labelSelector=group%3Dg"),
    post(f"{CORE}/services", {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 1}]}}),
    delete(f"{CORE}/services/s"),
    post(f"{CORE}/serviceaccounts", {"metadata": {"name": "robot"}}),
    delete(f"{CORE}/serviceaccounts/robot"),
    post(f"{CORE}/pods", NOBODYS, only=("kind",)),
    delete(f"{CORE}/pods/alone"),
    delete("/api/v1/namespaces/default?dryRun=All"),
]

FINALIZERS: list[Step] = [
    post(MAPS, {**a_config_map(), "metadata": HELD}),
    delete(f"{MAPS}/held"),
    delete(f"{MAPS}/held"),
    patch(f"{MAPS}/held", {"metadata": {"finalizers": ["example.com/hold", "example.com/more"]}}),
    patch(f"{MAPS}/held", {"data": {"still": "writable"}}),
    patch(f"{MAPS}/held", {"metadata": {"finalizers": None}}),
    get(f"{MAPS}/held"),
    post(MAPS, a_config_map("owner"), remember={"uid": "metadata.uid"}, only=("kind",)),
    post(MAPS, OWNED),
    delete(f"{MAPS}/owner", {"propagationPolicy": "Orphan"}, only=("kind", "metadata.finalizers")),
]

NAMESPACES: list[Step] = [
    post("/api/v1/namespaces", {"metadata": {"name": "{ns}-inner"}}),
    post("/api/v1/namespaces", {"metadata": {"name": "{ns}-inner"}}),
    get("/api/v1/namespaces/{ns}-inner/serviceaccounts/default", settle=True, only=("kind",)),
    post("/api/v1/namespaces/{ns}-inner/configmaps", {**a_config_map(), "metadata": HELD}),
    delete("/api/v1/namespaces/{ns}-inner"),
    post("/api/v1/namespaces/{ns}-inner/configmaps", a_config_map("late")),
    get("/api/v1/namespaces/{ns}-inner", only=("metadata.name", "spec")),
    patch(
        "/api/v1/namespaces/{ns}-inner/configmaps/held",
        {"metadata": {"finalizers": None}},
        only=("kind",),
    ),
    post("/api/v1/namespaces", {"metadata": {"name": "Not.A.Name"}}),
    get("/api/v1/namespaces/{ns}-none"),
]

SCENARIOS = {"deleting": DELETING, "finalizers": FINALIZERS, "namespaces": NAMESPACES}
