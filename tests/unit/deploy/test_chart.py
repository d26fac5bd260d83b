"""What the chart makes of its values."""

from typing import Any

import pytest

from mcp_server.settings import Settings, variables
from scripts import chart_schema
from tests.unit.deploy.charts import CHART, helm, needs_helm, of_kind, one, refused, rendered
from tools.toolsets import TOOLSETS

pytestmark = needs_helm
READING = {"get", "list", "watch"}
WRITE = ["true", "false"]


def rules(objects: list[dict[str, Any]], kind: str = "ClusterRole") -> list[dict[str, Any]]:
    return [rule for role in of_kind(objects, kind) for rule in role["rules"]]


def verbs_on(objects: list[dict[str, Any]], resource: str, kind: str = "ClusterRole") -> set[str]:
    return {
        verb
        for rule in rules(objects, kind)
        if resource in rule["resources"] and "" in rule["apiGroups"]
        for verb in rule["verbs"]
    }


def container(objects: list[dict[str, Any]]) -> dict[str, Any]:
    [found] = one(objects, "Deployment")["spec"]["template"]["spec"]["containers"]
    return dict(found)


def test_it_passes_helms_own_check() -> None:
    done = helm("lint", "--strict", str(CHART))
    assert done.returncode == 0, done.stdout + done.stderr


def test_read_only_can_write_nothing_and_reads_no_secrets() -> None:
    objects = rendered("readOnly=true")
    for rule in rules(objects):
        itself = all(each.startswith("selfsubject") for each in rule["resources"])
        assert {*rule["verbs"]} <= READING or itself, rule
        assert not {"secrets", "*"} & {*rule["resources"]} or "" not in rule["apiGroups"], rule
    assert one(objects, "ConfigMap")["data"]["SKYFLO_READ_ONLY"] == "true"


@pytest.mark.parametrize("toolset", ["k8s", "helm", "jenkins"])
def test_a_switch_opens_secrets_to_the_toolset_that_needs_them(toolset: str) -> None:
    only, open_ = f'toolsets=["{toolset}"]', f"secrets.{toolset}=true"
    assert verbs_on(rendered(only, "readOnly=true"), "secrets") == set()
    opened = verbs_on(rendered(only, "readOnly=true", open_), "secrets")
    assert opened <= READING
    needed = [
        need
        for each in TOOLSETS
        if each.tag == toolset
        for tool in each
        if tool.reads
        for need in tool.needs
        if {"secrets", "*.*"} & {*need.resources}
    ]
    assert bool(opened) is bool(needed)
    assert verbs_on(rendered(only, f"secrets.{toolset}=false"), "secrets") == set()


def test_with_namespaces_there_are_roles_in_them_and_nothing_cluster_wide() -> None:
    objects = rendered('namespaces=["a", "b"]')
    assert not of_kind(objects, "ClusterRole")
    assert not of_kind(objects, "ClusterRoleBinding")
    assert {each["metadata"]["namespace"] for each in of_kind(objects, "Role")} >= {"a", "b"}
    assert verbs_on(objects, "nodes", "Role") == set()
    assert "delete" in verbs_on(objects, "pods", "Role")
    assert one(objects, "ConfigMap")["data"]["SKYFLO_ALLOWED_NAMESPACES"] == "a,b"


@pytest.mark.parametrize("tag", [toolset.tag for toolset in TOOLSETS])
def test_a_toolset_left_out_takes_its_permissions_along(tag: str) -> None:
    objects = rendered(f'toolsets=["{tag}"]')
    assert one(objects, "ConfigMap")["data"]["SKYFLO_TOOLSETS"] == tag
    if tag in ("argo", "jenkins"):
        assert "create" not in verbs_on(objects, "services")


def test_everything_is_everything_and_read_only_everything_still_only_reads() -> None:
    assert rules(rendered("rbac.everything=true")) == [
        {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
    ]
    [rule] = rules(rendered("rbac.everything=true", "readOnly=true"))
    assert rule["verbs"] == ["get", "list", "watch"]


def test_releases_in_configmaps_can_be_updated_there() -> None:
    driver = 'settings={"helm_driver": "configmap"}'
    assert "update" not in verbs_on(rendered(), "configmaps")
    assert "update" in verbs_on(rendered(driver), "configmaps")
    assert "update" not in verbs_on(rendered(driver, "readOnly=true"), "configmaps")
    assert "update" not in verbs_on(rendered(driver, 'toolsets=["k8s"]'), "configmaps")


def test_extra_rules_are_added_as_they_are() -> None:
    extra = '{"apiGroups": ["example.com"], "resources": ["widgets"], "verbs": ["get", "patch"]}'
    assert rules(rendered(f"rbac.extraRules=[{extra}]"))[-1]["resources"] == ["widgets"]


def test_the_pod_is_as_restricted_as_the_strictest_namespace_asks() -> None:
    pod = one(rendered(), "Deployment")["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container(rendered())["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert one(rendered(), "ServiceAccount")["automountServiceAccountToken"] is False


def test_a_pod_lives_until_the_longest_call_is_answered() -> None:
    objects = rendered()
    data = one(objects, "ConfigMap")["data"]
    longest = max(tool.deadline for toolset in TOOLSETS for tool in toolset)
    assert int(data["SKYFLO_SHUTDOWN_GRACE"]) >= longest
    grace = one(objects, "Deployment")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace > int(data["SKYFLO_SHUTDOWN_GRACE"]) + int(data["SKYFLO_SHUTDOWN_DELAY"])


def test_the_engine_finds_it_by_its_name_and_only_the_engine_gets_in() -> None:
    objects = rendered()
    service = one(objects, "Service")
    assert service["metadata"]["name"] == "skyflo-mcp"
    assert [port["port"] for port in service["spec"]["ports"]] == [8888]
    [rule] = one(objects, "NetworkPolicy")["spec"]["ingress"]
    assert rule["from"][0] == {"podSelector": {"matchLabels": {"app": "skyflo-engine"}}}
    assert all("podSelector" in peer for peer in rule["from"])


def test_another_service_name_is_an_accepted_host() -> None:
    data = one(rendered('service.name="platform-mcp"'), "ConfigMap")["data"]
    assert data["SKYFLO_ALLOWED_HOSTS"].startswith("platform-mcp,")
    given = 'settings={"allowed_hosts": ["a", "b"]}'
    assert one(rendered(given), "ConfigMap")["data"]["SKYFLO_ALLOWED_HOSTS"] == "a,b"


def test_several_replicas_keep_a_client_where_it_was() -> None:
    assert "sessionAffinity" not in one(rendered(), "Service")["spec"]
    assert one(rendered("replicas=2"), "Service")["spec"]["sessionAffinity"] == "ClientIP"
    scaled = rendered("autoscaling.enabled=true")
    assert one(scaled, "Service")["spec"]["sessionAffinity"] == "ClientIP"
    assert "replicas" not in one(scaled, "Deployment")["spec"]
    assert one(scaled, "HorizontalPodAutoscaler")["spec"]["maxReplicas"] == 6


def test_the_fingerprint_key_can_be_ones_own_secret() -> None:
    objects = rendered('fingerprintKey.existingSecret="mine"')
    assert not of_kind(objects, "Secret")
    [key] = [e for e in container(objects)["env"] if e["name"] == "SKYFLO_FINGERPRINT_KEY"]
    assert key["valueFrom"]["secretKeyRef"] == {"name": "mine", "key": "key"}


def test_settings_become_the_variables_that_the_server_reads() -> None:
    given = 'settings={"max_answer_bytes": 500000, "debug": true, "deny": ["* secrets"]}'
    data = one(rendered(given), "ConfigMap")["data"]
    assert data["SKYFLO_MAX_ANSWER_BYTES"] == "500000"
    assert (data["SKYFLO_DEBUG"], data["SKYFLO_DENY"]) == ("true", "* secrets")
    read = {variable for name in Settings.model_fields for variable in variables(name)}
    assert {*data} <= read


@pytest.mark.parametrize("name", chart_schema.settings())
def test_a_setting_of_the_schema_is_read_from_the_variable_the_chart_writes(name: str) -> None:
    assert variables(name)[0] == f"SKYFLO_{name.upper()}"
    assert not chart_schema.is_secret(name)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("readonly=true", "additional properties 'readonly' not allowed"),
        ("rbac.wide=true", "additional properties 'wide' not allowed"),
        ('settings={"log_levle": "DEBUG"}', "additional properties 'log_levle' not allowed"),
        ('settings={"fingerprint_key": "s"}', "'fingerprint_key' not allowed"),
        ('settings={"log_level": "LOUD"}', "/settings/log_level"),
        ('toolsets=["k8s", "kubectl"]', "/toolsets/1"),
        ('namespaces=["A b"]', "/namespaces/0"),
        ("shutdown.drainSeconds=301", "/shutdown/drainSeconds"),
        ('replicas="two"', "/replicas"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(value: str, sentence: str) -> None:
    assert sentence in refused(value)
