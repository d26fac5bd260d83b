"""Roles, bindings and ServiceAccounts read as kubectl describes them."""

import pytest

from tests.support.recorded_descriptions import Recording, recording, recordings
from tools.render.describe.access import compact


@pytest.mark.parametrize("access", recordings("access"))
def test_access_reads_as_kubectl_describes_it(access: Recording):
    assert access.described() == access.kubectl


def test_rules_about_the_same_resource_become_one_row():
    rows = recording("access/role-deployer").described().split("PolicyRule:\n")[1].splitlines()
    assert [" ".join(row.split()) for row in rows] == [
        "Resources Non-Resource URLs Resource Names Verbs",
        "--------- ----------------- -------------- -----",
        "deployments.apps [] [] [get list patch update]",
        "deployments.apps/scale [] [] [get list patch]",
        "deployments.extensions/scale [] [] [get list patch]",
        "deployments.extensions [] [] [get list patch]",
        "configmaps [] [web-config] [get update]",
        "configmaps [] [web-flags] [get update]",
        "pods/log [] [] [get]",
        "pods [] [] [get]",
        "*.* [] [] [watch]",
    ]


def test_a_verb_on_a_url_keeps_its_own_row():
    rows = compact([{"nonResourceURLs": ["/healthz", "/metrics"], "verbs": ["get", "head"]}])
    assert [(row.urls, row.verbs) for row in rows] == [
        (["/healthz"], ["get"]),
        (["/metrics"], ["get"]),
        (["/healthz"], ["head"]),
        (["/metrics"], ["head"]),
    ]
