"""Creates, replacements and patches, right and wrong."""

from tests.contract.cluster.steps import (
    APPS,
    CORE,
    JSON_PATCH,
    STRATEGIC,
    Step,
    a_config_map,
    a_deployment,
    a_pod,
    get,
    patch,
    post,
    put,
)

MAPS = f"{CORE}/configmaps"
DEPLOYMENTS = f"{APPS}/deployments"
SERVICE = {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}], "selector": {"a": "b"}}}

CREATING: list[Step] = [
    post(f"{MAPS}?fieldManager=me", a_config_map(data={"k": "v"})),
    post(MAPS, a_config_map()),
    post(f"{MAPS}?dryRun=All", a_config_map("dry", data={"k": "v"})),
    get(f"{MAPS}/dry"),
    post(f"{MAPS}?dryRun=Some", a_config_map("dry")),
    post(f"{MAPS}?fieldValidation=Nope", a_config_map("dry")),
    post(MAPS, {"metadata": {}}),
    post(MAPS, a_config_map("Not_A_Name")),
    post(MAPS, a_config_map("labelled", {"-x": "y y"})),
    post(MAPS, {"metadata": {"name": "a", "namespace": "elsewhere"}}),
    post("/api/v1/namespaces/contract-no-such/configmaps", a_config_map()),
    post(MAPS, {**a_config_map(), "kind": "Secret"}),
    post(MAPS, {**a_config_map(), "apiVersion": "v2"}),
    post(MAPS, a_config_map("a", data={"k": 1})),
    post(MAPS, a_config_map("a", data={"a b": "1"})),
    post(MAPS, a_config_map("warned", dat={"k": "v"})),
    post(f"{MAPS}?fieldValidation=Strict", a_config_map("strict", dat={"k": "v"})),
    post(f"{MAPS}?fieldValidation=Ignore", a_config_map("ignored", dat={"k": "v"})),
    post(f"{CORE}/secrets", {"metadata": {"name": "s"}, "stringData": {"a": "b"}}),
    post(f"{CORE}/services", SERVICE),
    post(f"{CORE}/services", {"metadata": {"name": "none"}, "spec": {}}),
    post(f"{CORE}/pods?fieldManager=me", a_pod("lonely", "main", "side")),
    post(f"{CORE}/pods", {"metadata": {"name": "bad"}, "spec": {"containers": []}}),
    post(f"{DEPLOYMENTS}?fieldManager=me", a_deployment()),
    post(DEPLOYMENTS, {"metadata": {"name": "a"}, "spec": {}}),
    post(DEPLOYMENTS, a_deployment("typed", replicas="three")),  # type: ignore[arg-type]
    post(DEPLOYMENTS, a_deployment("negative", replicas=-1)),
    post(
        f"{DEPLOYMENTS}?fieldValidation=Strict",
        a_deployment("strict", replica=1),
    ),
]

REPLACING: list[Step] = [
    post(MAPS, a_config_map(data={"k": "v"}), remember={"rv": "metadata.resourceVersion"}),
    put(f"{MAPS}/settings", a_config_map(data={"k": "w"})),
    put(f"{MAPS}/settings", {"metadata": {"name": "settings", "resourceVersion": "{rv}"}}),
    put(f"{MAPS}/settings", a_config_map("other")),
    put(f"{MAPS}/settings", {"metadata": {}}),
    put(f"{MAPS}/settings", {"metadata": {"name": "settings", "namespace": "elsewhere"}}),
    put(f"{MAPS}/settings", {"metadata": {"name": "settings", "uid": "other"}}),
    put(f"{MAPS}/nope", a_config_map("nope")),
    put(f"{MAPS}/settings?dryRun=All", a_config_map(data={"k": "x"})),
    get(f"{MAPS}/settings"),
    post(MAPS, a_config_map("fixed", immutable=True, data={"k": "v"})),
    put(f"{MAPS}/fixed", a_config_map("fixed", immutable=True, data={"k": "w"})),
    post(f"{CORE}/pods", a_pod(), remember={"rv": "metadata.resourceVersion"}, only=("kind",)),
]

PATCHING: list[Step] = [
    post(f"{MAPS}?fieldManager=me", a_config_map(data={"k": "v", "l": "w"})),
    patch(f"{MAPS}/settings?fieldManager=you", {"data": {"k": "x", "l": None}}),
    patch(f"{MAPS}/settings?fieldManager=you", {"data": {"k": "x"}}),
    patch(f"{MAPS}/settings?dryRun=All", {"data": {"k": "dry"}}),
    patch(f"{MAPS}/settings", [{"op": "add", "path": "/data/m", "value": "n"}], JSON_PATCH),
    patch(f"{MAPS}/settings", [{"op": "test", "path": "/data/m", "value": "z"}], JSON_PATCH),
    patch(f"{MAPS}/settings", [{"op": "remove", "path": "/data/z"}], JSON_PATCH),
    patch(f"{MAPS}/settings", {"op": "add"}, JSON_PATCH),
    patch(f"{MAPS}/settings", [], content_type="application/merge-patch+json"),
    patch(f"{MAPS}/settings", "{"),
    patch(f"{MAPS}/settings", {}, content_type="application/nonsense"),
    patch(f"{MAPS}/settings", {"metadata": {"name": "other"}}),
    patch(f"{MAPS}/settings", {"metadata": {"resourceVersion": "1"}}),
    patch(f"{MAPS}/settings", {"data": {"k": 1}}),
    patch(f"{MAPS}/settings?fieldValidation=Strict", {"dat": {"k": "1"}}),
    patch(f"{MAPS}/settings", {"dat": {"k": "1"}}),
    patch(f"{MAPS}/nope", {"data": {"k": "1"}}),
    post(DEPLOYMENTS, a_deployment(), only=("kind",)),
    patch(
        f"{DEPLOYMENTS}/web?fieldManager=set",
        {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "nginx:2"}]}}}},
        STRATEGIC,
    ),
    patch(
        f"{DEPLOYMENTS}/web?fieldManager=set",
        {
            "spec": {
                "template": {
                    "spec": {
                        "$setElementOrder/containers": [{"name": "side"}, {"name": "web"}],
                        "containers": [{"name": "side", "image": "envoy:1"}],
                    }
                }
            }
        },
        STRATEGIC,
    ),
    patch(
        f"{DEPLOYMENTS}/web",
        {"spec": {"template": {"spec": {"containers": [{"$patch": "delete", "name": "side"}]}}}},
        STRATEGIC,
    ),
    patch(
        f"{DEPLOYMENTS}/web",
        {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}},
        STRATEGIC,
    ),
    patch(f"{DEPLOYMENTS}/web", {"spec": {"selector": {"matchLabels": {"x": "y"}}}}),
    patch(f"{DEPLOYMENTS}/web", {"status": {"replicas": 7}}),
    patch(f"{DEPLOYMENTS}/web?dryRun=All", {"spec": {"replicas": 2}}),
]

SCENARIOS = {"creating": CREATING, "replacing": REPLACING, "patching": PATCHING}
