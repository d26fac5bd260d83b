"""What a read-only session and a dry one let out: the last check, on the request itself."""

from urllib.parse import unquote

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.errors import ForbiddenError
from clients.kubernetes.wire.connection import Request
from clients.kubernetes.wire.doors import dry_runs_only, reading_only

POD = "/api/v1/namespaces/shop/pods/web"
DEPLOYMENT = "/apis/apps/v1/namespaces/shop/deployments/web"
REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
DRY = {"dryRun": "All"}
ACTING = ("exec", "attach", "portforward", "proxy")


def a_request(method: str, path: str, params: object = None, body: object = None) -> Request:
    sent = None if body is None else orjson.dumps(body)
    return Request(method, path, params or {}, body=sent)  # type: ignore[arg-type]


READS = [
    a_request("GET", POD),
    a_request("GET", "/api/v1/pods", {"watch": "true"}),
    a_request("GET", f"{POD}/log"),
    a_request("GET", "/api/v1/namespaces/exec"),
    a_request("GET", "/api/v1/namespaces/shop/pods/proxy"),
    a_request("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode"),
    a_request("GET", "/version"),
    a_request("GET", "/openapi/v3/apis/apps/v1"),
    a_request("POST", REVIEW, body={}),
]
ACTS = [
    *(a_request("GET", f"{POD}/{acting}") for acting in ACTING),
    a_request("GET", f"{POD}/proxy/admin/delete"),
    a_request("GET", "/api/v1/nodes/node-1/proxy/run/shop/web/web"),
    a_request("GET", "/api/v1/namespaces/shop/services/web/proxy"),
    a_request("GET", f"{POD}/%65xec"),
    a_request("GET", f"{POD}%2Fexec"),
    a_request("GET", f"{POD}/log/../exec"),
    a_request("GET", f"{POD}/log/%2E%2E/exec"),
    a_request("GET", f"{POD}\\exec"),
    a_request("GET", "/api/v1/namespaces/shop//pods/web/exec"),
    a_request("GET", "@evil.example/x"),
    Request("GET", f"{POD}/log", protocols=("v5.channel.k8s.io",)),
    a_request("HEAD", POD),
    a_request("CONNECT", POD),
]
DRY_RUNS = [
    a_request("POST", "/api/v1/namespaces/shop/pods", DRY, {}),
    a_request("PATCH", DEPLOYMENT, DRY, {}),
    a_request("PATCH", f"{DEPLOYMENT}/scale", DRY, {}),
    a_request("PATCH", "/api/v1/namespaces/shop", DRY, {}),
    a_request("PUT", DEPLOYMENT, DRY, {}),
    a_request("DELETE", POD, body={"dryRun": ["All"]}),
    a_request("DELETE", "/api/v1/namespaces/shop", body={"dryRun": ["All"]}),
    a_request("POST", f"{POD}/eviction", DRY, {"deleteOptions": {"dryRun": ["All"]}}),
]
EFFECTS = [
    a_request("POST", "/api/v1/namespaces/shop/pods", body={}),
    a_request("PATCH", DEPLOYMENT, body={}),
    a_request("PATCH", DEPLOYMENT, {"dryRun": ""}, {}),
    a_request("PATCH", DEPLOYMENT, [("dryRun", "All"), ("dryRun", "")], {}),
    a_request("PATCH", f"{DEPLOYMENT}?dryRun=All", body={}),
    a_request("PATCH", f"{DEPLOYMENT}?x=", DRY, body={}),
    a_request("PATCH", DEPLOYMENT, body={"dryRun": ["All"]}),
    a_request("PUT", "/api/v1/namespaces/shop/services/web/proxy/orders/1", DRY, {}),
    a_request("PATCH", f"{POD}/proxy", DRY, {}),
    a_request("POST", f"{POD}/exec", DRY, {}),
    a_request("POST", f"{POD}/binding", DRY, {}),
    a_request("POST", "/api/v1/namespaces/shop/serviceaccounts/x/token", DRY, {}),
    a_request("POST", f"{POD}/eviction", DRY, {}),
    a_request("POST", f"{POD}/eviction", body={"deleteOptions": {"dryRun": ["All"]}}),
    a_request("DELETE", POD),
    a_request("DELETE", POD, DRY),
    a_request("DELETE", POD, body={"dryRun": []}),
    a_request("DELETE", POD, body={"dryRun": "All"}),
    a_request("DELETE", POD, body=["dryRun"]),
    a_request("DELETE", "/api/v1/namespaces/shop/pods", body={"dryRun": ["All"]}),
    a_request("DELETE", "/api/v1/namespaces/shop/pods/", body={"dryRun": ["All"]}),
    a_request("DELETE", "/api/v1/namespaces/shop/pods/web/..", body={"dryRun": ["All"]}),
    a_request("DELETE", f"{POD}/log", body={"dryRun": ["All"]}),
    a_request("DELETE", "/logs/x", body={"dryRun": ["All"]}),
]


def passes(door: object, request: Request) -> bool:
    try:
        door(request)  # type: ignore[operator]
    except ForbiddenError:
        return False
    return True


@pytest.mark.parametrize("request_", READS, ids=lambda r: f"{r.method} {r.path}")
def test_what_reads_passes_both(request_: Request) -> None:
    assert passes(reading_only, request_)
    assert passes(dry_runs_only, request_)


@pytest.mark.parametrize("request_", ACTS, ids=lambda r: f"{r.method} {r.path}")
def test_what_acts_or_hides_where_it_goes_passes_neither(request_: Request) -> None:
    assert not passes(reading_only, request_)
    assert not passes(dry_runs_only, request_)


@pytest.mark.parametrize("request_", DRY_RUNS, ids=lambda r: f"{r.method} {r.path}")
def test_a_dry_run_passes_where_it_is_asked_for_as_this_verb_reads_it(request_: Request) -> None:
    assert passes(dry_runs_only, request_)
    assert not passes(reading_only, request_)


@pytest.mark.parametrize("request_", EFFECTS, ids=lambda r: f"{r.method} {r.path}")
def test_what_would_have_an_effect_passes_neither(request_: Request) -> None:
    assert not passes(dry_runs_only, request_)
    assert not passes(reading_only, request_)


def test_a_delete_with_any_body_is_not_made_dry_by_its_query() -> None:
    """A real API server ignores the query of a DELETE that has a body, and really deletes."""
    assert not passes(dry_runs_only, a_request("DELETE", POD, DRY, {}))
    assert not passes(dry_runs_only, a_request("DELETE", POD, DRY, {"gracePeriodSeconds": 0}))
    assert passes(dry_runs_only, a_request("DELETE", POD, {}, {"dryRun": ["All"]}))


def test_a_refusal_says_what_it_refused() -> None:
    with pytest.raises(ForbiddenError) as refused:
        dry_runs_only(a_request("DELETE", POD))
    assert str(refused.value) == f"A preview tried to send DELETE {POD}; nothing was sent."


_PLAIN = ["api", "apis", "v1", "apps", "namespaces", "shop", "pods", "web", "status", "scale"]
_ODD = ("", ".", "..", "%2e%2e", "%2F", "a%2Fexec", "pro%78y", "x?y", "x#y")
_PARTS = st.sampled_from([*_PLAIN, *ACTING, *_ODD])
_PATHS = st.one_of(
    st.lists(_PARTS, min_size=1, max_size=9).map(lambda parts: "/" + "/".join(parts)),
    st.text(max_size=40),
)


def segments(path: str) -> list[str]:
    """What the API server sees: unescaped first, split then."""
    return unquote(path).split("/")[1:]


@given(path=_PATHS)
def test_no_path_leads_a_read_to_what_acts(path: str) -> None:
    if passes(reading_only, a_request("GET", path)):
        parts = segments(path)
        start = 3 if parts[0] == "apis" else 2
        below = parts[start:]
        inside = below[2:] if below[:1] == ["namespaces"] and len(below) > 4 else below
        assert ".." not in parts
        assert "." not in parts
        if parts[0] in ("api", "apis"):
            assert not (len(inside) > 2 and inside[2] in ACTING)


@given(path=_PATHS, method=st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]), body=st.booleans())
def test_nothing_that_changes_passes_without_being_dry(path: str, method: str, body: bool) -> None:
    assert not passes(dry_runs_only, a_request(method, path, {}, {} if body else None)) or (
        method == "POST" and path.startswith("/apis/auth")
    )


@given(path=_PATHS)
def test_a_dry_delete_is_of_one_object(path: str) -> None:
    if passes(dry_runs_only, a_request("DELETE", path, {}, {"dryRun": ["All"]})):
        parts = segments(path)
        below = parts[3 if parts[0] == "apis" else 2 :]
        inside = below[2:] if below[0] == "namespaces" and len(below) > 2 else below
        assert len(inside) == 2
