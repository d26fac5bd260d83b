"""k8s_get: tables and documents, paging, several types, refusals; one request where it can be."""

import pytest

from sandbox import Cluster
from tests.conftest import NOW, Call
from tests.support.builders import (
    a_config_map,
    a_custom_resource_definition,
    a_deployment,
    a_namespace,
    a_pod,
    a_service,
)


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace("shop"))
    cluster.store.create(a_pod("web", labels={"app": "web"}))
    cluster.store.create(a_pod("db", labels={"app": "db"}))
    return cluster


async def warm(call: Call, cluster: Cluster) -> None:
    """Let discovery happen, so that only the call's own requests are counted."""
    await call("k8s_get", resource_type="namespaces")
    cluster.requests.clear()


async def test_a_list_is_the_servers_table_and_one_request(call: Call, shop: Cluster) -> None:
    await warm(call, shop)
    answer = await call("k8s_get", resource_type="pods", namespace="shop")
    assert answer.text == (
        "NAME   READY   STATUS    RESTARTS   AGE\n"
        "db     0/1     Pending   0          0s\n"
        "web    0/1     Pending   0          0s"
    )
    [request] = shop.requests
    assert str(request) == "GET /api/v1/namespaces/shop/pods"
    assert request.query == {"includeObject": "None", "limit": "500"}
    assert "as=Table" in request.headers["Accept"]


async def test_a_name_is_one_row_and_one_request(call: Call, shop: Cluster) -> None:
    await warm(call, shop)
    answer = await call("k8s_get", resource_type="po", name="web", namespace="shop")
    assert answer.text.splitlines()[1].startswith("web ")
    assert shop.requests.lines == ["GET /api/v1/namespaces/shop/pods/web"]


@pytest.mark.parametrize("spelling", ["pod", "pods", "po", "Pod", "pods.", "PODS", "pods.v1."])
async def test_a_type_is_named_as_kubectl_takes_it(
    call: Call, shop: Cluster, spelling: str
) -> None:
    answer = await call("k8s_get", resource_type=spelling, namespace="shop", output="name")
    assert answer.text == "pod/db\npod/web"


async def test_type_and_name_can_be_one_word(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_get", resource_type="pod/web", namespace="shop", output="name")
    assert answer.text == "pod/web"


async def test_the_contexts_namespace_is_the_default(call: Call, shop: Cluster) -> None:
    shop.store.create(a_config_map("here", "default"))
    answer = await call("k8s_get", resource_type="cm", output="name", namespace=None)
    assert "configmap/here" in answer.text.splitlines()


async def test_all_namespaces_shows_the_namespace_first(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_get", resource_type="pods", all_namespaces=True)
    assert answer.text.splitlines()[0].split()[:2] == ["NAMESPACE", "NAME"]
    assert answer.text.splitlines()[1].split()[:2] == ["shop", "db"]


async def test_a_name_in_all_namespaces_finds_it_wherever_it_is(call: Call, shop: Cluster) -> None:
    shop.store.create(a_namespace("staging"))
    shop.store.create(a_pod("web", "staging"))
    answer = await call("k8s_get", resource_type="pod", name="web", all_namespaces=True)
    assert [line.split()[:2] for line in answer.text.splitlines()[1:]] == [
        ["shop", "web"],
        ["staging", "web"],
    ]


async def test_selectors_narrow_the_list(call: Call, shop: Cluster) -> None:
    by_label = await call("k8s_get", resource_type="pods", namespace="shop", output="name",
                          label_selector="app in (web, api)")  # fmt: skip
    by_field = await call("k8s_get", resource_type="pods", namespace="shop", output="name",
                          field_selector="metadata.name!=web")  # fmt: skip
    assert (by_label.text, by_field.text) == ("pod/web", "pod/db")


async def test_nothing_found_is_no_error(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_get", resource_type="services", namespace="shop")
    assert (answer.text, answer.error) == ('No resources found in namespace "shop".', False)
    everywhere = await call("k8s_get", resource_type="services", all_namespaces=True)
    assert everywhere.text == "No resources found."


async def test_a_long_list_says_how_to_go_on_and_goes_on(call: Call, shop: Cluster) -> None:
    for number in range(10):
        shop.store.create(a_service(f"cm-{number}"))
    first = await call("k8s_get", resource_type="svc", namespace="shop", limit=4)
    *rows, footer = first.text.splitlines()
    assert [row.split()[0] for row in rows] == ["NAME", "cm-0", "cm-1", "cm-2", "cm-3"]
    assert footer.startswith("… 4 rows shown, 6 more. Continue: continue_token=")
    second = await call("k8s_get", resource_type="svc", namespace="shop",
                        continue_token=first.data["continue_token"])  # fmt: skip
    assert [row.split()[0] for row in second.text.splitlines()[1:]] == [
        f"cm-{number}" for number in range(4, 10)
    ]


async def test_a_page_too_large_for_an_answer_is_asked_for_again_smaller(
    call: Call, shop: Cluster
) -> None:
    for number in range(300):
        shop.store.create(a_service(f"cm-{number:03}", text="y" * 700))
    answer = await call("k8s_get", resource_type="svc", namespace="shop", output="yaml")
    assert len(answer.text.encode()) < 100_000
    shown = answer.text.count("kind: Service\n")
    assert f"… {shown} objects shown, {300 - shown} more." in answer.text
    assert "truncated" not in answer.data
    follow = await call("k8s_get", resource_type="svc", namespace="shop", output="name",
                        continue_token=answer.data["continue_token"])  # fmt: skip
    assert follow.text.startswith(f"service/cm-{shown:03}")


@pytest.mark.parametrize(
    ("output", "between"),
    [("name", "\n"), ("jsonpath={.items[*].metadata.name}", " "),
     ('jsonpath={range .items[*]}{.metadata.name}{","}{end}', ",")],
)  # fmt: skip
async def test_a_long_list_of_names_is_read_page_by_page(
    call: Call, shop: Cluster, output: str, between: str
) -> None:
    for number in range(600):
        shop.store.create(a_service(f"cm-{number:03}"))
    await warm(call, shop)
    answer = await call("k8s_get", resource_type="svc", namespace="shop", output=output, limit=5000)
    names = [name for name in answer.text.split(between) if name]
    assert [name.removeprefix("service/") for name in names] == [
        f"cm-{number:03}" for number in range(600)
    ]
    assert [request.query["limit"] for request in shop.requests] == ["250", "250", "250"]


async def test_an_expired_token_is_said_in_a_sentence(call: Call, shop: Cluster) -> None:
    shop.faults.status(
        410, "/pods", reason="Expired", message="The provided continue parameter is too old"
    )
    answer = await call("k8s_get", resource_type="pods", namespace="shop", continue_token="old")
    assert answer.error
    assert answer.text == (
        "The API server no longer keeps what this continue_token points to; start again without it."
    )


async def test_several_types_are_asked_at_once_and_named(call: Call, shop: Cluster) -> None:
    shop.store.create(a_deployment("web"))
    answer = await call("k8s_get", resource_type="deploy,po", namespace="shop")
    assert [line.split()[0] for line in answer.text.splitlines() if line] == [
        "NAME",
        "deployment.apps/web",
        "NAME",
        "pod/db",
        "pod/web",
    ]


async def test_one_type_that_fails_does_not_hide_the_others(call: Call, shop: Cluster) -> None:
    shop.faults.status(403, "/secrets", None, "Forbidden", "secrets is forbidden")
    answer = await call("k8s_get", resource_type="pods,secrets", namespace="shop")
    assert "pod/web" in answer.text
    assert "Not allowed: secrets is forbidden" in answer.text
    assert not answer.error


async def test_a_category_is_its_types(call: Call, shop: Cluster) -> None:
    shop.store.create(a_deployment("web"))
    answer = await call("k8s_get", resource_type="all", namespace="shop", output="name")
    assert answer.text == "pod/db\npod/web\ndeployment.apps/web"


async def test_sorting_reads_every_page(call: Call, shop: Cluster) -> None:
    for number in (2, 3, 1):
        shop.store.create(a_service(f"cm-{number}", order=str(10 - number)))
    answer = await call(
        "k8s_get", resource_type="svc", namespace="shop", sort_by=".metadata.annotations.order"
    )
    assert [row.split()[0] for row in answer.text.splitlines()[1:]] == ["cm-3", "cm-2", "cm-1"]


async def test_sorting_by_a_field_nobody_has_is_refused(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_get", resource_type="pods", namespace="shop", sort_by=".spec.nope")
    assert answer.error
    assert answer.text.startswith('Argument "sort_by": no object has the field')


async def test_yaml_of_one_object_is_what_kubectl_prints(call: Call, shop: Cluster) -> None:
    shop.store.create(a_config_map("flags", on="yes", text="two\nlines\n"))
    answer = await call(
        "k8s_get", resource_type="cm", name="flags", namespace="shop", output="yaml"
    )
    created = shop.store.get("", "configmaps", "shop", "flags")["metadata"]
    assert answer.text == (
        "apiVersion: v1\n"
        "data:\n"
        '  "on": "yes"\n'
        "  text: |\n"
        "    two\n"
        "    lines\n"
        "kind: ConfigMap\n"
        "metadata:\n"
        f'  creationTimestamp: "{NOW:%Y-%m-%dT%H:%M:%SZ}"\n'
        "  name: flags\n"
        "  namespace: shop\n"
        f'  resourceVersion: "{created["resourceVersion"]}"\n'
        f"  uid: {created['uid']}"
    )


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("jsonpath={.items[*].metadata.name}", "db web"),
        ('jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}', "db\nweb"),
        (
            "custom-columns=NAME:.metadata.name,APP:.metadata.labels.app",
            "NAME   APP\ndb     db\nweb    web",
        ),
        ("name", "pod/db\npod/web"),
    ],
)
async def test_templates_pick_fields(call: Call, shop: Cluster, output: str, text: str) -> None:
    answer = await call("k8s_get", resource_type="pods", namespace="shop", output=output)
    assert answer.text == text


@pytest.mark.parametrize("output", ["tables", "jsonpath", "go-template={{.}}", "yaml=x", "--raw=/"])
async def test_an_output_it_does_not_have_is_refused_with_those_it_has(
    call: Call, shop: Cluster, output: str
) -> None:
    answer = await call("k8s_get", resource_type="pods", output=output)
    assert answer.error
    assert answer.text.startswith('Argument "output" accepts wide, json, yaml, name, jsonpath=')


async def test_a_template_that_is_none_is_refused(call: Call, shop: Cluster) -> None:
    answer = await call(
        "k8s_get", resource_type="pods", namespace="shop", output="jsonpath={.items["
    )
    assert answer.error
    assert answer.text.startswith('Argument "output": the jsonpath template has an unclosed')


async def test_a_missing_object_is_refused_with_the_nearest_name(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_get", resource_type="pod", name="wbe", namespace="shop")
    assert (answer.text, answer.error) == (
        'pod "wbe" not found in namespace "shop". Did you mean "web"?',
        True,
    )


async def test_a_missing_object_is_said_where_it_does_exist(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_get", resource_type="pod", name="web", namespace="default")
    assert answer.text == 'pod "web" not found in namespace "default". (It exists in: shop.)'


async def test_a_missing_namespace_is_said(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_get", resource_type="pod", name="web", namespace="shp")
    assert answer.text == (
        'pod "web" not found in namespace "shp": there is no namespace "shp". Did you mean "shop"?'
    )
    listed = await call("k8s_get", resource_type="pods", namespace="shp")
    assert listed.text == ('No resources found: there is no namespace "shp". Did you mean "shop"?')


async def test_an_unknown_type_is_refused_with_the_nearest_name(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_get", resource_type="deploymnt")
    assert answer.text == (
        'Unknown resource type "deploymnt". Did you mean "deployment"? k8s_api_resources lists all.'
    )


async def test_a_type_made_a_moment_ago_is_found(call: Call, shop: Cluster) -> None:
    await warm(call, shop)
    shop.store.create(a_custom_resource_definition("widgets", "Widget"))
    answer = await call("k8s_get", resource_type="widgets", namespace="shop")
    assert answer.text == 'No resources found in namespace "shop".'


async def test_a_warning_of_the_server_is_shown(call: Call, shop: Cluster) -> None:
    shop.faults.warnings.append("v1 Pod is old")
    answer = await call("k8s_get", resource_type="pods", namespace="shop")
    assert answer.text.endswith("\nWarning: v1 Pod is old")


async def test_a_server_without_tables_is_shown_with_name_and_age(
    call: Call, shop: Cluster
) -> None:
    plain = b'{"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {"name": "web"}}]}'
    await warm(call, shop)
    shop.faults.body(plain, "/pods")
    answer = await call("k8s_get", resource_type="pods", namespace="shop")
    assert answer.text == "NAME   AGE\nweb    <unknown>"


async def test_legacy_discovery_is_enough(call: Call, shop: Cluster) -> None:
    shop.faults.legacy_discovery = True
    answer = await call("k8s_get", resource_type="deploy", namespace="shop")
    assert answer.text == 'No resources found in namespace "shop".'
