"""Gets, lists, tables, selectors, pages and watches."""

from tests.contract.cluster.steps import (
    CORE,
    PARTIAL,
    PARTIAL_LIST,
    TABLE,
    Step,
    a_config_map,
    delete,
    get,
    patch,
    post,
)

MAPS = f"{CORE}/configmaps"
THREE = [
    post(MAPS, a_config_map("a", {"tier": "front", "n": "1"}, data={"k": "1"})),
    post(MAPS, a_config_map("b", {"tier": "back", "n": "2"}, data={"k": "2"})),
    post(MAPS, a_config_map("c", {"n": "3"}, data={"k": "3"})),
]
NAMED = "fieldSelector=metadata.name%21%3Dkube-root-ca.crt"

GETTING: list[Step] = [
    *THREE,
    get(f"{MAPS}/a"),
    get(f"{MAPS}/nope"),
    get(f"{CORE}/nopes"),
    get(f"{CORE}/nopes/x"),
    get("/apis/nope/v1/things"),
    get("/apis/apps/v7/deployments"),
    get("/nope"),
    get(f"{MAPS}/a", TABLE),
    get(f"{MAPS}/a?includeObject=None", TABLE),
    get(f"{MAPS}/a?includeObject=Object", TABLE),
    get(f"{MAPS}/a?includeObject=All", TABLE),
    get(f"{MAPS}/a", PARTIAL),
    get(f"{MAPS}/a", PARTIAL_LIST),
    get(f"{MAPS}/a", "application/json;as=Nope;v=v1;g=meta.k8s.io"),
    get(f"{MAPS}/a", "text/plain"),
    get(f"{MAPS}/a?resourceVersion=x"),
    get(f"{MAPS}/a?resourceVersion=99999999999"),
    get(f"{MAPS}/a?watch=true"),
    Step("PUT", MAPS, {}),
    Step("POST", f"{MAPS}/a", {}),
    Step("DELETE", "/api/v1/namespaces"),
    Step("POST", "/api/v1/configmaps", a_config_map()),
    get("/api/v1/configmaps/a"),
    get(f"{CORE}/nodes"),
]

LISTING: list[Step] = [
    *THREE,
    get(f"{MAPS}?{NAMED}"),
    get(f"{MAPS}?{NAMED}", TABLE),
    get(f"{MAPS}?{NAMED}&includeObject=None", TABLE),
    get(f"{MAPS}?{NAMED}", PARTIAL_LIST),
    get(f"{MAPS}?{NAMED}", PARTIAL),
    get(f"{MAPS}?labelSelector=tier"),
    get(f"{MAPS}?labelSelector=%21tier&{NAMED}"),
    get(f"{MAPS}?labelSelector=tier+in+%28front,back%29,n%21%3D1"),
    get(f"{MAPS}?labelSelector=tier+notin+%28front%29&{NAMED}"),
    get(f"{MAPS}?labelSelector=n%3E1"),
    get(f"{MAPS}?labelSelector=tier%3D%3Dfront"),
    get(f"{MAPS}?labelSelector=tier%3D%3D%3Dfront"),
    get(f"{MAPS}?labelSelector=tier+in"),
    get(f"{MAPS}?labelSelector=tier+in+front"),
    get(f"{MAPS}?labelSelector=tier+front"),
    get(f"{MAPS}?labelSelector=-a"),
    get(f"{MAPS}?labelSelector=a%3D-b"),
    get(f"{MAPS}?labelSelector=a%3Ex"),
    get(f"{MAPS}?labelSelector=,"),
    get(f"{MAPS}?fieldSelector=metadata.name%3Da"),
    get(f"{MAPS}?fieldSelector=data.k%3D1"),
    get(f"{MAPS}?fieldSelector=nonsense"),
    get(f"{CORE}/pods?fieldSelector=spec.nope%3D1"),
    get("/api/v1/nodes?fieldSelector=metadata.namespace%3Dx"),
    get("/apis/batch/v1/jobs?fieldSelector=x%3D1"),
    get("/api/v1/namespaces/contract-no-such/configmaps"),
    get(f"{MAPS}?limit=x"),
    get(f"{MAPS}?resourceVersion=x"),
    get(f"{MAPS}?resourceVersionMatch=Exact"),
    get(f"{MAPS}?resourceVersion=5&resourceVersionMatch=nope"),
    get(f"{MAPS}?sendInitialEvents=true"),
    get(f"{MAPS}?resourceVersion=99999999999"),
]

PAGING: list[Step] = [
    *THREE,
    get(f"{MAPS}?limit=2", only=("metadata",), remember={"next": "metadata.continue"}),
    get(f"{MAPS}?limit=2&continue={{next}}", only=("metadata",)),
    get(f"{MAPS}?limit=2&labelSelector=n", remember={"next": "metadata.continue"}),
    delete(f"{MAPS}/c", only=("kind", "status")),
    get(f"{MAPS}?limit=2&labelSelector=n&continue={{next}}"),
    get(f"{MAPS}?limit=1&labelSelector=n", TABLE),
    get(f"{MAPS}?limit=1&resourceVersion=0&labelSelector=n"),
    get(f"{MAPS}?continue=garbled"),
    get(f"{MAPS}?continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MCwic3RhcnQiOiJhIn0"),
    get(f"{MAPS}?limit=2&continue={{next}}&resourceVersion=7"),
]

WATCHING: list[Step] = [
    *THREE[:2],
    get(f"{MAPS}?labelSelector=tier", remember={"rv": "metadata.resourceVersion"}),
    THREE[2],
    patch(f"{MAPS}/a", {"data": {"k": "11"}}),
    patch(f"{MAPS}/b", {"metadata": {"labels": {"tier": None}}}),
    patch(f"{MAPS}/c", {"metadata": {"labels": {"tier": "front"}}}),
    delete(f"{MAPS}/a", only=("kind",)),
    get(f"{MAPS}?watch=true&timeoutSeconds=1&labelSelector=tier&resourceVersion={{rv}}"),
    get(f"{MAPS}?watch=1&timeoutSeconds=1&labelSelector=tier"),
    get(f"{MAPS}?watch=1&timeoutSeconds=1&labelSelector=n", TABLE),
    get(
        f"{MAPS}?watch=1&timeoutSeconds=1&labelSelector=tier&allowWatchBookmarks=true"
        "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
    ),
    get(f"{MAPS}?watch=1&timeoutSeconds=1&sendInitialEvents=true"),
    get(f"{MAPS}?watch=1&resourceVersion=x"),
    get(f"{MAPS}?watch=1&timeoutSeconds=1&labelSelector=tier", PARTIAL),
]

SCENARIOS = {"getting": GETTING, "listing": LISTING, "paging": PAGING, "watching": WATCHING}
