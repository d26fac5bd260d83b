"""k8s_get prints what kubectl get prints, on the same state of a real cluster."""

import json
import shlex
from typing import Any, NamedTuple

import pytest

from tests.e2e.comparing import Parity
from tests.e2e.differences import (
    without_last_applied,
    without_last_applied_in,
    without_warnings,
)
from tests.e2e.shop import Shop

TYPES = [
    *("pods", "deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs"),
    *("services", "endpoints", "endpointslices", "ingresses", "networkpolicies", "events"),
    *("persistentvolumeclaims", "configmaps", "serviceaccounts", "controllerrevisions"),
    *("horizontalpodautoscalers", "poddisruptionbudgets", "roles", "rolebindings", "gadgets"),
    *("resourcequotas", "limitranges"),
    *("persistentvolumes", "customresourcedefinitions", "clusterroles", "clusterrolebindings"),
    *("priorityclasses", "storageclasses", "ingressclasses", "namespaces"),
    *("nodes", "apiservices"),
]
TIGHT = ("resourcequotas", "limitranges")
CLUSTER = TYPES[-10:-2]
OF_ALL = TYPES[-2:]

SOME = [
    "pods",
    "deployments",
    "endpoints",
    "events",
    "configmaps",
    "gadgets",
    "nodes",
    "namespaces",
]
LONG = {"pods": "metadata.name=pair", "events": "involvedObject.name=pair"}

each_type = pytest.mark.parametrize("resource_type", TYPES)
some_types = pytest.mark.parametrize("resource_type", SOME)


class Question(NamedTuple):
    """The same question, for kubectl and for the tool."""

    command: str
    arguments: dict[str, Any]


def a_list(resource_type: str, shop: Shop) -> Question:
    """Ask for this run's objects of a type."""
    if resource_type == "gadgets":
        resource_type = shop.gadgets
    arguments = {"resource_type": resource_type}
    if resource_type in OF_ALL:
        return Question(f"get {resource_type}", arguments)
    if resource_type in CLUSTER:
        arguments["label_selector"] = shop.ours
        return Question(f"get {resource_type} -l {shop.ours}", arguments)
    arguments["namespace"] = shop.tight if resource_type in TIGHT else shop.namespace
    return Question(f"get {resource_type} -n {arguments['namespace']}", arguments)


def a_short_list(resource_type: str, shop: Shop) -> Question:
    """Ask for a list that fits into one answer as whole objects."""
    command, arguments = a_list(resource_type, shop)
    if resource_type not in LONG:
        return Question(command, arguments)
    selector = LONG[resource_type]
    return Question(
        f"{command} --field-selector {selector}", {**arguments, "field_selector": selector}
    )


@each_type
async def test_a_list_is_kubectls_table(parity: Parity, shop: Shop, resource_type: str) -> None:
    asked = a_list(resource_type, shop)
    await parity.check("k8s_get", asked.command, **asked.arguments)


@each_type
async def test_wide_is_kubectls_table(parity: Parity, shop: Shop, resource_type: str) -> None:
    asked = a_list(resource_type, shop)
    await parity.check("k8s_get", f"{asked.command} -o wide", output="wide", **asked.arguments)


@some_types
async def test_names_are_kubectls(parity: Parity, shop: Shop, resource_type: str) -> None:
    asked = a_list(resource_type, shop)
    await parity.check("k8s_get", f"{asked.command} -o name", output="name", **asked.arguments)


@each_type
async def test_yaml_is_kubectls_text_without_last_applied(
    parity: Parity, shop: Shop, resource_type: str
) -> None:
    asked = a_short_list(resource_type, shop)
    await parity.check(
        "k8s_get",
        f"{asked.command} -o yaml",
        theirs=without_last_applied,
        output="yaml",
        **asked.arguments,
    )


@some_types
async def test_json_says_what_kubectls_says(parity: Parity, shop: Shop, resource_type: str) -> None:
    asked = a_short_list(resource_type, shop)
    command = f"{asked.command} -o json"
    theirs, said = await parity.of("k8s_get", command, output="json", **asked.arguments)
    assert json.loads(said.text) == without_last_applied_in(json.loads(without_warnings(theirs)))


SINGLE = [
    *("deployment/web", "statefulset/orders-db", "daemonset/agent", "job/import", "cronjob/yearly"),
    *("pod/pair", "service/web", "ingress/web", "pvc/data", "configmap/settings", "hpa/web"),
    *("pdb/web", "networkpolicy/web", "role/narrow", "sa/server"),
]


@pytest.mark.parametrize("single", SINGLE)
@pytest.mark.parametrize("output", ["", "yaml"])
async def test_one_object_is_kubectls_text(
    parity: Parity, shop: Shop, single: str, output: str
) -> None:
    resource_type, _, name = single.partition("/")
    command = f"get {resource_type} {name} -n {shop.namespace}"
    await parity.check(
        "k8s_get",
        f"{command} -o {output}" if output else command,
        theirs=without_last_applied,
        resource_type=resource_type,
        name=name,
        namespace=shop.namespace,
        output=output or None,
    )


TEMPLATES = [
    "jsonpath={.items[*].metadata.name}",
    """jsonpath={range .items[*]}{.metadata.name}{"\\t"}{.status.phase}{"\\n"}{end}""",
    """jsonpath={.items[?(@.status.phase=="Running")].metadata.name}""",
    "jsonpath={.items[0].spec.containers[-1:].image}",
    "jsonpath={.items[*]['metadata.name','status.phase']}",
    "jsonpath={..restartCount}",
    "jsonpath={.items[0].metadata.labels}",
    r"jsonpath={.items[*].metadata.annotations.kubectl\.kubernetes\.io/default-container}",
    "jsonpath={.items[1:3].metadata.name}",
    "custom-columns=NAME:.metadata.name,PHASE:.status.phase,NONE:.status.nothing",
    "custom-columns=NAME:.metadata.name,IMAGES:.spec.containers[*].image,HOST:{.status.hostIP}",
    "custom-columns=LABELS:.metadata.labels,READY:.status.containerStatuses[0].ready",
]


@pytest.mark.parametrize("template", TEMPLATES)
async def test_templates_give_what_kubectls_give(parity: Parity, shop: Shop, template: str) -> None:
    command = f"get pods -n {shop.namespace} -o {shlex.quote(template)}"
    await parity.check(
        "k8s_get", command, resource_type="pods", namespace=shop.namespace, output=template
    )


SELECTORS = [
    ("-l app=web", {"label_selector": "app=web"}),
    ("-l 'app!=web'", {"label_selector": "app!=web"}),
    ("-l 'app in (web,several)'", {"label_selector": "app in (web,several)"}),
    ("-l 'app,!tier'", {"label_selector": "app,!tier"}),
    ("--field-selector status.phase=Pending", {"field_selector": "status.phase=Pending"}),
    (
        "-l 'app!=web' --field-selector status.phase=Running,spec.restartPolicy=Always",
        {
            "label_selector": "app!=web",
            "field_selector": "status.phase=Running,spec.restartPolicy=Always",
        },
    ),
    ("--sort-by=.metadata.name", {"sort_by": ".metadata.name"}),
    ("-o name --sort-by=.metadata.uid", {"sort_by": ".metadata.uid", "output": "name"}),
    ("-o wide --sort-by=.status.podIP", {"sort_by": ".status.podIP", "output": "wide"}),
]


@pytest.mark.parametrize(("flags", "arguments"), SELECTORS, ids=[each[0] for each in SELECTORS])
async def test_selected_and_sorted_lists_are_kubectls(
    parity: Parity, shop: Shop, flags: str, arguments: dict[str, Any]
) -> None:
    await parity.check(
        "k8s_get",
        f"get pods -n {shop.namespace} {flags}",
        resource_type="pods",
        namespace=shop.namespace,
        **arguments,
    )


@pytest.mark.parametrize(
    "path",
    [
        *("{.metadata.creationTimestamp}", ".metadata.labels.app", ".status.startTime"),
        *(".status.containerStatuses[0].restartCount", ".spec.containers[0].resources.limits.cpu"),
    ],
)
async def test_lists_are_sorted_as_by_kubectl_and_equal_ones_keep_their_order(
    parity: Parity, shop: Shop, path: str
) -> None:
    """kubectl's sort puts equal ones anywhere: only what they are sorted by is compared."""
    columns = f"custom-columns=KEY:{path}"
    await parity.check(
        "k8s_get",
        f"get pods -n {shop.namespace} -o {shlex.quote(columns)} --sort-by={path}",
        resource_type="pods",
        namespace=shop.namespace,
        output=columns,
        sort_by=path,
    )


SEVERAL = ["deployments,services", "sts,ds,job,ingresses", "all"]


@pytest.mark.parametrize("types", SEVERAL)
@pytest.mark.parametrize("output", ["", "wide", "name"])
async def test_several_types_are_kubectls_tables(
    parity: Parity, shop: Shop, types: str, output: str
) -> None:
    command = f"get {types} -n {shop.namespace}"
    await parity.check(
        "k8s_get",
        f"{command} -o {output}" if output else command,
        theirs=without_last_applied,
        resource_type=types,
        namespace=shop.namespace,
        output=output or None,
    )


@pytest.mark.parametrize("types", ["pods", "deployments,services", "rolebindings", "gadgets"])
@pytest.mark.parametrize("output", ["", "wide"])
async def test_all_namespaces_have_kubectls_column(
    parity: Parity, shop: Shop, types: str, output: str
) -> None:
    types = shop.gadgets if types == "gadgets" else types
    command = f"get {types} -A -l {shop.ours}"
    await parity.check(
        "k8s_get",
        f"{command} -o {output}" if output else command,
        resource_type=types,
        all_namespaces=True,
        label_selector=shop.ours,
        output=output or None,
    )


async def test_the_contexts_namespace_is_the_default(parity: Parity) -> None:
    await parity.check("k8s_get", "get deployments", resource_type="deployments")


@pytest.mark.parametrize("spelling", ["po", "Pod", "pod", "pods.v1.", "PODS"])
async def test_a_type_may_be_spelt_as_for_kubectl(
    parity: Parity, shop: Shop, spelling: str
) -> None:
    await parity.check(
        "k8s_get",
        f"get {spelling} pair -n {shop.namespace}",
        resource_type=spelling,
        name="pair",
        namespace=shop.namespace,
    )


async def test_a_short_name_and_a_kind_of_a_custom_resource_are_known(
    parity: Parity, shop: Shop
) -> None:
    for spelling in (f"{shop.prefix}-g", f"Gadget.v1.{shop.prefix}.example.com"):
        await parity.check(
            "k8s_get",
            f"get {spelling} gear -n {shop.namespace} -o wide",
            resource_type=spelling,
            name="gear",
            namespace=shop.namespace,
            output="wide",
        )


async def test_a_long_list_comes_in_pages_that_together_are_all_of_it(
    parity: Parity, shop: Shop
) -> None:
    rows: list[str] = []
    asked = {"resource_type": "pods", "namespace": shop.namespace, "limit": 4}
    said = await parity.ask("k8s_get", **asked)
    while token := said.data.get("continue_token"):
        rows += names(said.text)
        said = await parity.ask("k8s_get", **asked, continue_token=token)
    rows += names(said.text)
    every = parity.kubectl("get", "pods", "-n", shop.namespace, "-o", "name").split()
    assert [f"pod/{name}" for name in rows] == every


def names(table: str) -> list[str]:
    """Return the first column, without the header and what is said below."""
    lines = table.splitlines()[1:]
    return [line.split()[0] for line in lines if not line.startswith("…")]


async def test_nothing_found_is_no_error(parity: Parity, shop: Shop) -> None:
    said = await parity.ask("k8s_get", resource_type="secrets", namespace=shop.tight)
    assert (said.text, said.error) == (f'No resources found in namespace "{shop.tight}".', False)
    said = await parity.ask("k8s_get", resource_type="pods", namespace="there-is-none")
    assert said.text.startswith("No resources found: ")
    assert "there-is-none" in said.text
