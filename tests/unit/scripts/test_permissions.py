"""The chart's roles are made of what the tools state, and of nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import permissions
from tools.needs import FOLLOW_ANYTHING, Need, rbac_names, verbs
from tools.tool import PlatformTool
from tools.toolset import Toolset
from tools.toolsets import TOOLSETS

BUILT_IN = Path(__file__).parents[3] / "sandbox" / "cluster" / "builtin_types.json"
ARGO = {"rollouts", "experiments", "analysisruns", "analysistemplates", "clusteranalysistemplates"}
TOOLS = [tool for toolset in TOOLSETS for tool in toolset]


def known() -> set[tuple[str, str]]:
    listed = json.loads(BUILT_IN.read_text())
    return {(each["group"], each["plural"]) for each in listed} | {("argoproj.io", n) for n in ARGO}


def rules_of(toolset: Toolset, *classes: str) -> Iterator[tuple[str, str, str]]:
    """Yield group, resource and verb of everything a toolset's classes grant."""
    role = permissions.role(toolset)
    for kind in classes:
        for listed in role.get(kind, {}).values():
            for rule in listed:
                for group in rule["apiGroups"]:
                    for resource in rule["resources"]:
                        yield from ((group, resource, verb) for verb in rule["verbs"])


@pytest.mark.parametrize("tool", TOOLS, ids=[tool.name for tool in TOOLS])
def test_what_a_tool_needs_exists(tool: PlatformTool) -> None:
    for need in tool.needs:
        for group, resource in map(rbac_names, need.resources):
            assert group == "*" or (group, resource.partition("/")[0]) in known(), resource


def test_a_resource_is_spelt_as_rbac_spells_it() -> None:
    assert rbac_names("pods") == ("", "pods")
    assert rbac_names("pods/log") == ("", "pods/log")
    assert rbac_names("deployments.apps") == ("apps", "deployments")
    assert rbac_names("rollouts.argoproj.io/status") == ("argoproj.io", "rollouts/status")
    assert rbac_names("rollouts/status.argoproj.io") == ("argoproj.io", "rollouts/status")
    assert rbac_names("*.*") == ("*", "*")
    assert rbac_names("*/scale") == ("*", "*/scale")


@pytest.mark.parametrize("toolset", TOOLSETS, ids=[toolset.tag for toolset in TOOLSETS])
def test_reading_tools_get_nothing_that_writes(toolset: Toolset) -> None:
    for group, resource, verb in rules_of(toolset, "read"):
        asks_about_itself = resource.startswith("selfsubject") and verb == "create"
        assert verb in permissions.READING or asks_about_itself, (group, resource, verb)


@pytest.mark.parametrize("toolset", TOOLSETS, ids=[toolset.tag for toolset in TOOLSETS])
def test_secrets_stand_in_no_part_but_their_own(toolset: Toolset) -> None:
    for parts in permissions.role(toolset).values():
        for part, listed in parts.items():
            for rule in listed:
                core = "" in rule["apiGroups"] or "*" in rule["apiGroups"]
                secret = core and {"secrets", "*"} & {*rule["resources"]}
                assert bool(secret) is (part == "secrets"), rule


@pytest.mark.parametrize("toolset", TOOLSETS, ids=[toolset.tag for toolset in TOOLSETS])
def test_a_toolset_grants_all_that_its_tools_need(toolset: Toolset) -> None:
    allowed = {*rules_of(toolset, *permissions.CLASSES)}
    for tool in toolset:
        for (group, resource), wanted in permissions.granted(tool.needs).items():
            for verb in wanted:
                exact, wide = (group, resource, verb), (group, "*", verb)
                assert exact in allowed or wide in allowed, (tool.name, exact)


def test_a_websocket_needs_get_and_create() -> None:
    [k8s] = [toolset for toolset in TOOLSETS if toolset.tag == "k8s"]
    allowed = {*rules_of(k8s, "write", "destroy")}
    for channel in ("pods/exec", "pods/portforward"):
        assert {("", channel, "get"), ("", channel, "create")} <= allowed
        assert not [each for each in rules_of(k8s, "read") if each[1] == channel]


def test_a_wide_need_is_spelt_out_and_each_class_only_adds() -> None:
    granted = permissions.granted([FOLLOW_ANYTHING])
    assert granted["apps", "*"] == {"get", "list", "watch"}
    assert ("", "*") not in granted
    changing = permissions.granted([verbs("get patch", "*.*")])
    assert changing["apps", "deployments"] == {"get", "patch"}
    assert ("rbac.authorization.k8s.io", "roles") not in changing
    assert permissions.beyond(changing, granted)["apps", "deployments"] == {"patch"}


def test_rules_are_joined_where_verbs_and_resources_are_the_same() -> None:
    needs: list[Need] = [verbs("get", "pods", "services", "deployments.apps", "jobs.batch")]
    assert permissions.rules(permissions.granted(needs)) == [
        {"apiGroups": [""], "resources": ["pods", "services"], "verbs": ["get"]},
        {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get"]},
        {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["get"]},
    ]
