"""Names that can become a flag, a second segment or another host never leave."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.errors import InvalidError
from clients.kubernetes.names import check_name, check_namespace
from clients.kubernetes.objects import ResourceType

PODS = ResourceType("", "v1", "pods", "pod", "Pod", namespaced=True)
ROLES = ResourceType(
    "rbac.authorization.k8s.io", "v1", "clusterroles", "clusterrole", "ClusterRole", False
)


@pytest.mark.parametrize(
    "name",
    [
        "--all",
        "x --server=https://127.0.0.1:1",
        "web --all",
        "a b",
        "",
        ".",
        "..",
        "../../kube-system/secrets/x",
        "..%2F..%2Fsecrets",
        "a/b",
        "x?watch=1",
        "x#y",
        "line\nbreak",
        "tab\tted",
        "null\x00",
        "Web",
        "wéb",
        "a" * 254,
        "-web",
        "web-",
    ],
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidError, match="is not a Kubernetes name"):
        PODS.path("default", name)


def test_the_refusal_shows_the_text_on_one_line_and_cut() -> None:
    with pytest.raises(InvalidError) as refusal:
        check_name("line\n" + "x" * 500)
    assert str(refusal.value).startswith(f'Argument "name": "line\\x0a{"x" * 55}…" is not')


@pytest.mark.parametrize(
    "namespace", ["default -n kube-system", "a.b", "../x", "-n", "", "A", "x" * 64]
)
def test_what_is_no_namespace_is_refused(namespace: str) -> None:
    with pytest.raises(InvalidError, match="is not a namespace"):
        check_namespace(namespace)


def test_roles_may_have_colons_and_stay_one_segment() -> None:
    assert ROLES.path(name="system:node").endswith("/clusterroles/system%3Anode")
    with pytest.raises(InvalidError):
        ROLES.path(name="../nodes")


@given(st.text(max_size=40))
def test_any_text_becomes_one_segment_or_nothing(name: str) -> None:
    try:
        path = PODS.path("default", name)
    except InvalidError:
        return
    assert path == f"/api/v1/namespaces/default/pods/{name}"
