"""k8s_get: forms of output as people write them, what is left out, several objects at once."""

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_config_map, a_namespace, a_pod, a_service


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace("shop"))
    cluster.store.create(a_pod("web", labels={"app": "web"}))
    cluster.store.create(a_pod("db", labels={"app": "db"}))
    return cluster


async def test_a_column_that_is_none_is_refused_with_its_argument(
    call: Call, shop: Cluster
) -> None:
    answer = await call(
        "k8s_get", resource_type="pods", namespace="shop", output="custom-columns=NAME"
    )
    assert (answer.text, answer.error) == (
        "Argument \"output\": 'NAME' is no column; write HEADER:path, as in NAME:.metadata.name.",
        True,
    )


@pytest.mark.parametrize("output", ["table", "Table", "WIDE", "Name", "YAML", "Json"])
async def test_an_output_is_taken_in_capitals_and_table_is_the_default(
    call: Call, shop: Cluster, output: str
) -> None:
    arguments = {"resource_type": "pods", "namespace": "shop"}
    plain = None if output.lower() == "table" else output.lower()
    answer = await call("k8s_get", **arguments, output=output)
    assert not answer.error
    assert answer.text == (await call("k8s_get", **arguments, output=plain)).text


@pytest.mark.parametrize(
    "output",
    [
        "jsonpath='{.items[*].metadata.name}'",
        'jsonpath="{.items[*].metadata.name}"',
        "'jsonpath={.items[*].metadata.name}'",
        'JSONPATH="{range .items[*]}{.metadata.name}{" "}{end}"',
    ],
)
async def test_quotes_that_a_shell_takes_away_are_taken_away(
    call: Call, shop: Cluster, output: str
) -> None:
    answer = await call("k8s_get", resource_type="pods", namespace="shop", output=output)
    assert answer.text.strip() == "db web"


async def test_a_template_that_prints_nothing_says_so(call: Call, shop: Cluster) -> None:
    answer = await call(
        "k8s_get", resource_type="pods", namespace="shop", output="jsonpath={.items[*].spec.nope}"
    )
    assert answer.text == "(The template prints nothing for 2 objects.)"


@pytest.mark.parametrize(
    "output",
    ["name", "json", "yaml", "jsonpath={.items[*].metadata.name}", "custom-columns=N:.kind"],
)
@pytest.mark.parametrize("types", ["pods", "pods,svc"])
async def test_a_missing_namespace_is_said_in_every_form(
    call: Call, shop: Cluster, types: str, output: str
) -> None:
    answer = await call("k8s_get", resource_type=types, namespace="shp", output=output)
    assert answer.text == ('No resources found: there is no namespace "shp". Did you mean "shop"?')


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("name", 'No resources found in namespace "shop".'),
        ("jsonpath={.items[*].kind}", 'No resources found in namespace "shop".'),
        ("custom-columns=N:.kind", 'No resources found in namespace "shop".'),
        ("yaml", 'apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: ""'),
    ],
)
@pytest.mark.parametrize("types", ["svc", "svc,deploy"])
async def test_nothing_found_is_said_and_an_empty_list_stays_one(
    call: Call, shop: Cluster, types: str, output: str, text: str
) -> None:
    answer = await call("k8s_get", resource_type=types, namespace="shop", output=output)
    assert answer.text == text


@pytest.mark.parametrize(
    "output", ["name", "json", "yaml", "jsonpath={.items[*].kind}", "custom-columns=N:.kind", None]
)
async def test_of_several_types_those_that_go_on_are_said(
    call: Call, shop: Cluster, output: str | None
) -> None:
    shop.store.create(a_pod("api"))
    shop.store.create(a_service("web"))
    answer = await call(
        "k8s_get", resource_type="pods,svc", namespace="shop", output=output, limit=2
    )
    assert answer.text.splitlines()[-1] == "… pods: more follow; ask for them alone."
    assert answer.text.count("more follow") == 1


async def test_one_object_too_large_for_an_answer_is_cut_and_the_next_still_found(
    call: Call, shop: Cluster
) -> None:
    for name in ("a", "b"):
        shop.store.create(a_config_map(name, **{f"k{n:04}": "y" * 90 for n in range(2_000)}))
    answer = await call("k8s_get", resource_type="cm", namespace="shop", output="yaml")
    *_, cut, footer = answer.text.splitlines()
    token = answer.data["continue_token"]
    assert len(answer.text.encode()) <= 100_000
    assert answer.data["truncated"] is True
    assert cut.startswith("… ")
    assert "lines (" in cut
    assert footer.startswith(f'… 1 object shown, 2 more. Continue: continue_token="{token}"')


async def test_one_object_by_name_too_large_is_told_what_can_help(
    call: Call, shop: Cluster
) -> None:
    shop.store.create(a_config_map("a", **{f"k{n:04}": "y" * 90 for n in range(2_000)}))
    answer = await call("k8s_get", resource_type="cm/a", namespace="shop", output="yaml")
    assert answer.text.endswith(" KiB). To see less, output=jsonpath=….")
    assert answer.data["truncated"] is True


async def test_a_sorted_list_that_is_cut_names_the_limit(call: Call, shop: Cluster) -> None:
    answer = await call(
        "k8s_get", resource_type="pods", namespace="shop", sort_by=".metadata.name", limit=1
    )
    assert answer.text.splitlines()[-1].startswith("… the first 1 of 2 rows. For more: limit= · or")


async def test_documents_are_sorted_among_those_shown_and_say_so(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_get", resource_type="pods", namespace="shop", output="name",
                        sort_by=".metadata.name", limit=1)  # fmt: skip
    assert "(Sorted among those shown; without output=, all are sorted.)" in answer.text


async def test_one_row_is_one_row(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_get", resource_type="pods", namespace="shop", limit=1)
    assert answer.text.splitlines()[-1].startswith("… 1 row shown, 1 more.")


@pytest.mark.parametrize("tool", ["k8s_get", "k8s_describe"])
async def test_the_type_may_stand_in_the_name_too(call: Call, shop: Cluster, tool: str) -> None:
    plain = await call(tool, resource_type="pod", name="web", namespace="shop")
    both = await call(tool, resource_type="pod", name="po/web", namespace="shop")
    assert (both.text, both.error) == (plain.text, False)
    other = await call(tool, resource_type="pod", name="service/web", namespace="shop")
    assert (other.text, other.error) == (
        'Argument "name": "service/web" names another type than "resource_type", pods.',
        True,
    )
    path = await call(tool, resource_type="pod", name="../secrets/db", namespace="shop")
    assert path.text.startswith('Argument "name": "../secrets/db" is not a Kubernetes name')


async def test_several_objects_are_named_with_their_types(call: Call, shop: Cluster) -> None:
    shop.store.create(a_service("web"))
    arguments = {"resource_type": "pod/web, service/web,pod/db", "namespace": "shop"}
    names = await call("k8s_get", **arguments, output="name")
    assert names.text == "pod/web\nservice/web\npod/db"
    table = await call("k8s_get", **arguments)
    rows = [line.split()[0] for line in table.text.splitlines() if line]
    assert [row for row in rows if row != "NAME"] == ["pod/web", "service/web", "pod/db"]


@pytest.mark.parametrize(
    ("types", "why"),
    [
        (
            "pod/web,svc",
            'Argument "resource_type": "pod/web,svc" is neither types ("deploy,svc") nor '
            'objects ("deployment/web,service/web", 20 at most).',
        ),
        (
            "pod/web ; rm -rf /",
            'Argument "resource_type": "web ; rm -rf /" is not a Kubernetes name '
            '(lower-case letters, digits, "-" and "."; one object per call).',
        ),
    ],
)
async def test_what_is_neither_types_nor_objects_is_refused(
    call: Call, shop: Cluster, types: str, why: str
) -> None:
    answer = await call("k8s_get", resource_type=types, namespace="shop")
    assert (answer.text, answer.error) == (why, True)
