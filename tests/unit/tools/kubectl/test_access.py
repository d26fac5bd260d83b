"""k8s_can_i, against the simulated cluster."""

import pytest

from sandbox import Cluster
from tests.conftest import Call

ME = "Signed in as kubernetes-admin (groups: system:masters, system:authenticated)."
ACCESS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


def asked(cluster: Cluster) -> list[dict[str, object]]:
    reviews = cluster.requests.matching(lambda request: request.path == ACCESS)
    return [next(iter(request.json["spec"].values())) for request in reviews]


async def test_each_check_is_a_row(call: Call, cluster: Cluster) -> None:
    checks = ["get pods", "create pods/exec in shop", "get nodes", "get /healthz", "get foos"]
    answer = await call("k8s_can_i", checks=checks)
    assert answer.text == (
        f"{ME}\n"
        "VERB     RESOURCE    NAMESPACE   ALLOWED\n"
        "get      pods        default     yes\n"
        "create   pods/exec   shop        yes\n"
        "get      nodes       -           yes\n"
        "get      /healthz    -           yes\n"
        "get      foos        default     yes       the server has no such type"
    )
    assert answer.data["allowed"] == dict.fromkeys(checks, True)


@pytest.mark.parametrize(
    ("check", "attributes"),
    [
        ("get deploy", {"group": "apps", "resource": "deployments", "namespace": "shop"}),
        ("get nodes", {"group": "", "resource": "nodes"}),
        ("get deploy/web", {"group": "apps", "resource": "deployments", "name": "web"}),
        ("get deploy/scale", {"group": "apps", "resource": "deployments", "subresource": "scale"}),
        ("get po/web/log", {"resource": "pods", "name": "web", "subresource": "log"}),
        ("get pods in other", {"resource": "pods", "namespace": "other"}),
        ("get foos.example.com", {"group": "example.com", "resource": "foos"}),
        ("* *", {"verb": "*", "group": "*", "resource": "*"}),
        ("get /metrics", {"verb": "get", "path": "/metrics"}),
    ],
)
async def test_a_check_is_asked_as_the_api_words_it(
    call: Call, cluster: Cluster, check: str, attributes: dict[str, str]
) -> None:
    await call("k8s_can_i", checks=[check], namespace="shop")
    (sent,) = asked(cluster)
    assert {key: sent.get(key) for key in attributes} == attributes
    assert cluster.requests.changes == []


async def test_a_denial_is_no_error_and_says_why(call: Call, cluster: Cluster) -> None:
    status = (
        b'{"kind": "SelfSubjectAccessReview", "status": {"allowed": false, "reason": "no role"}}'
    )
    cluster.faults.body(status, f"{ACCESS}$", code=201)
    answer = await call("k8s_can_i", checks=["delete nodes"])
    assert answer.text.splitlines()[-1] == "delete   nodes      -           no        no role"
    assert not answer.error
    assert answer.data["allowed"] == {"delete nodes": False}


async def test_without_checks_everything_that_is_allowed_is_listed(
    call: Call, cluster: Cluster
) -> None:
    answer = await call("k8s_can_i", namespace="shop")
    lines = answer.text.splitlines()
    assert lines[0] == f'{ME} Allowed in namespace "shop":'
    assert lines[1].split() == ["VERBS", "RESOURCES"]
    assert any(line.split() == ["*", "*.*"] for line in lines)


@pytest.mark.parametrize(
    ("checks", "refusal"),
    [
        (
            ["pods"],
            'Argument "checks": "pods" is not a check; write "get pods", "create pods/exec in '
            'shop", "delete deployments/web" or "get /healthz".',
        ),
        (
            ["get pods in ../x"],
            'Argument "namespace": "../x" is not a namespace (lower-case letters, digits and "-", '
            "63 at most; one namespace per call).",
        ),
        *(
            (
                ["get pods", check],
                f'Argument "checks": "{check}" is not a check; write "get pods", "create pods/exec '
                'in shop", "delete deployments/web" or "get /healthz".',
            )
            for check in (
                "get pods/../x in shop",
                "get pods/.. in shop",
                "get pods/a/b/c",
                "get ../pods",
                "--as=root pods",
                "get --server=http://evil",
                "get pods/--all",
                "get /healthz?x=y",
                "get /../x",
            )
        ),
        (
            ["get " + "x" * 600],
            f'Argument "checks": "get {"x" * 56}…" is too long: 604 characters, 512 at most.',
        ),
        (["get pods"] * 51, 'Argument "checks": 51 checks; at most 50.'),
    ],
)
async def test_what_is_no_check_is_refused_before_any_is_sent(
    call: Call, cluster: Cluster, checks: list[str], refusal: str
) -> None:
    answer = await call("k8s_can_i", checks=checks)
    assert (answer.text, answer.error) == (refusal, True)
    assert asked(cluster) == []


@pytest.mark.parametrize("checks", [["get pods"], None])
@pytest.mark.parametrize("namespace", ["--server=http://evil", "../x", "web\n"])
async def test_what_is_no_namespace_is_refused_before_anything_is_sent(
    call: Call, cluster: Cluster, namespace: str, checks: list[str] | None
) -> None:
    answer = await call("k8s_can_i", namespace=namespace, checks=checks)
    assert answer.error
    assert answer.text.startswith('Argument "namespace": "')
    assert not cluster.requests.matching(
        lambda request: "self" in request.path and "rules" in request.path
    )
    assert asked(cluster) == []


async def test_one_check_need_not_be_a_list(call: Call) -> None:
    answer = await call("k8s_can_i", checks="get pods")
    assert answer.data["allowed"] == {"get pods": True}


async def test_an_rbac_name_may_have_colons(call: Call, cluster: Cluster) -> None:
    await call("k8s_can_i", checks=["get clusterroles/system:node"])
    assert asked(cluster)[0]["name"] == "system:node"
