"""Objects are named as kubectl names them."""

import pytest

from tools.render.identity import qualified, qualified_kind, qualified_name


@pytest.mark.parametrize(
    ("api_version", "kind", "name"),
    [
        ("v1", "Pod", "pod/web"),
        ("apps/v1", "Deployment", "deployment.apps/web"),
        ("argoproj.io/v1alpha1", "AnalysisRun", "analysisrun.argoproj.io/web"),
    ],
)
def test_an_object_is_named_by_its_kind_group_and_name(api_version: str, kind: str, name: str):
    item = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "web"}}
    assert qualified_name(item) == name


def test_an_object_without_a_name_is_unknown():
    assert qualified_name({"apiVersion": "v1", "kind": "Pod", "metadata": {}}) == "pod/<unknown>"


def test_the_parts_are_joined_alike():
    assert qualified("Deployment", "apps", "web") == "deployment.apps/web"
    assert qualified_kind("Deployment", "apps") == "deployment.apps"
    assert qualified_kind("Node", "") == "node"
