"""What the operator forbids is refused at the door, by the rule's name."""

import pytest

from clients.errors import ForbiddenError
from clients.kubernetes.wire.connection import Request
from clients.kubernetes.wire.places import Place, place_of
from clients.kubernetes.wire.policy import Policy

PODS = "/api/v1/namespaces/{}/pods"


def check(policy: Policy, method: str, path: str) -> str:
    try:
        policy.door(lambda group, plural: plural in ("pods", "deployments"))(Request(method, path))
    except ForbiddenError as refusal:
        return str(refusal)
    return "fine"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/api/v1/pods", Place("", "", "pods")),
        ("/api/v1/namespaces", Place("", "", "namespaces")),
        ("/api/v1/namespaces/shop", Place("", "", "namespaces", "shop")),
        ("/api/v1/namespaces/shop/finalize", Place("", "", "namespaces", "shop", "finalize")),
        ("/api/v1/namespaces/shop/pods", Place("", "shop", "pods")),
        ("/api/v1/namespaces/shop/pods/web/log", Place("", "shop", "pods", "web", "log")),
        ("/api/v1/nodes/one/proxy/run/x", Place("", "", "nodes", "one", "proxy/run/x")),
        (
            "/apis/apps/v1/namespaces/shop/deployments/web/scale",
            Place("apps", "shop", "deployments", "web", "scale"),
        ),
        ("/api/v1/watch/pods", Place("", "", "pods")),
        ("/api/v1/watch/namespaces/shop/secrets/db", Place("", "shop", "secrets", "db")),
        ("/apis/apps/v1/watch/namespaces/shop/deployments", Place("apps", "shop", "deployments")),
        ("/version", None),
        ("/apis", None),
        ("/apis/apps/v1", None),
        ("/openapi/v3/apis/apps/v1", None),
    ],
)
def test_a_path_names_a_place(path: str, place: Place | None) -> None:
    assert place_of(path) == place


def test_without_rules_everything_passes() -> None:
    assert check(Policy(), "DELETE", "/api/v1/namespaces/kube-system") == "fine"


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", PODS.format("shop"), "fine"),
        ("GET", PODS.format("shop-test"), "fine"),
        ("GET", PODS.format("bank"), 'namespace "bank" is not among the allowed namespaces.'),
        ("GET", "/api/v1/namespaces/bank", 'namespace "bank" is not among'),
        ("GET", "/api/v1/pods", "all namespaces at once; give one."),
        ("GET", "/api/v1/nodes", "fine"),
        ("GET", "/version", "fine"),
        ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "fine"),
    ],
)
def test_allowed_namespaces(method: str, path: str, said: str) -> None:
    assert said in check(Policy(allowed=("shop*",)), method, path)


def test_a_denied_namespace_can_not_even_be_read() -> None:
    policy = Policy(denied=("vault",))
    assert 'namespace "vault" is denied' in check(policy, "GET", PODS.format("vault"))
    assert check(policy, "GET", PODS.format("shop")) == "fine"


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", PODS.format("kube-system"), "fine"),
        (
            "DELETE",
            PODS.format("kube-system") + "/dns",
            "is protected: it can be read, not changed.",
        ),
        ("DELETE", "/api/v1/namespaces/kube-system", "is protected"),
        ("POST", PODS.format("kube-system") + "/dns/eviction", "fine"),
    ],
)
def test_a_protected_namespace_can_be_read_and_drained(method: str, path: str, said: str) -> None:
    assert said in check(Policy(protected=("kube-*",)), method, path)


@pytest.mark.parametrize(
    ("rule", "method", "path"),
    [
        ("delete namespaces", "DELETE", "/api/v1/namespaces/shop"),
        ("* secrets", "GET", "/api/v1/namespaces/shop/secrets/db"),
        ("create pods/exec", "POST", PODS.format("shop") + "/web/exec"),
        ("patch deployments.apps*", "PATCH", "/apis/apps/v1/namespaces/shop/deployments/web"),
    ],
)
def test_a_rule_denies_a_verb_on_a_resource(rule: str, method: str, path: str) -> None:
    assert check(Policy(deny=(rule,)), method, path) == (
        f'Not allowed by the operator: rule "{rule}". Nothing was sent.'
    )
    assert check(Policy(deny=("delete nodes",)), method, path) == "fine"
