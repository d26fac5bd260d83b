"""helm_list_releases and helm_history."""

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_namespace, a_secret
from tests.support.helm_releases import a_release, as_secret
from tests.unit.tools.helm.conftest import Stored

HERE = {"namespace": "shop"}


async def test_the_latest_revision_of_each_release_is_listed_by_name(
    call: Call, stored: Stored
) -> None:
    stored("web", 9, status="superseded")
    stored("web", 10)
    stored("api", 1, updated="2026-11-19T08:00:00.5+05:30")
    answer = await call("helm_list_releases", **HERE)
    assert answer.text.split("\n") == [
        "NAME\tNAMESPACE\tREVISION\tUPDATED                          \tSTATUS  \tCHART      "
        "\tAPP VERSION",
        "api \tshop     \t1       \t2026-11-19 08:00:00.5 +0530 +0530\tdeployed\tnginx-1.0.0"
        "\t1.27       ",
        "web \tshop     \t10      \t2026-11-20 09:14:11 +0000 UTC    \tdeployed\tnginx-1.0.0"
        "\t1.27       ",
    ]


async def test_what_failed_or_is_pending_says_why_in_a_column_more(
    call: Call, stored: Stored
) -> None:
    stored("api", 1)
    stored("web", 2, status="failed", description='Upgrade "web" failed: first\n\tsecond')
    stored("zoo", 1, status="pending-install", description="Initial install underway")
    lines = (await call("helm_list_releases", **HERE)).text.split("\n")
    assert [line.split("\t")[7:] for line in lines] == [
        ["DESCRIPTION"],
        [],
        ['Upgrade "web" failed: first second'],
        ["Initial install underway"],
    ]


async def test_every_state_is_listed_also_one_that_helm_does_not_know(
    call: Call, stored: Stored
) -> None:
    states = ("uninstalled", "superseded", "uninstalling", "pending-rollback", "unknown", "")
    for number, state in enumerate(states):
        stored(f"r{number}", 1, status=state, labels={"status": state or "x"})
    lines = (await call("helm_list_releases", **HERE)).text.split("\n")[1:]
    assert tuple(line.split("\t")[4].strip() for line in lines) == states


async def test_all_namespaces_are_sorted_by_name_and_namespace(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    cluster.store.create(a_namespace("admin"))
    stored("web")
    stored("web", namespace="admin")
    stored("api")
    lines = (await call("helm_list_releases", all_namespaces=True)).text.split("\n")[1:]
    assert [line.split("\t")[:2] for line in lines] == [
        ["api ", "shop     "],
        ["web ", "admin    "],
        ["web ", "shop     "],
    ]


async def test_a_limit_says_how_many_are_left_and_reads_no_more_records(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    for number in range(5):
        stored(f"r{number}")
    answer = await call("helm_list_releases", limit=2, **HERE)
    assert answer.text.endswith("\n… 2 of 5 releases. More: limit=, namespace=.")
    chosen = [r.query.get("labelSelector") for r in cluster.requests if "secrets" in r.path]
    assert chosen == ["owner=helm", "name in (r0,r1),owner=helm,version in (1)"]


async def test_records_are_read_ten_at_a_time_and_found_by_release_or_by_revision(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    for number in range(12):
        stored(f"r{number:02}", 3)
    for version in range(1, 4):
        stored("web", version)
    await call("helm_list_releases", **HERE)
    await call("helm_history", release_name="web", **HERE)
    chosen = [str(r.query.get("labelSelector")) for r in cluster.requests if "secrets" in r.path]
    names = ",".join(f"r{number:02}" for number in range(10))
    assert chosen == [
        "owner=helm",
        f"name in ({names}),owner=helm,version in (3)",
        "name in (r10,r11,web),owner=helm,version in (3)",
        "name=web,owner=helm",
        "name in (web),owner=helm,version in (1,2)",
    ]


async def test_a_second_list_reads_only_labels_and_sees_what_changed(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    for number in range(3):
        stored(f"r{number}")
    first = await call("helm_list_releases", **HERE)
    before = len(cluster.requests)
    assert (await call("helm_list_releases", **HERE)).text == first.text
    assert [r.query.get("labelSelector") for r in cluster.requests][before:] == ["owner=helm"]
    changed = cluster.store.get("", "secrets", "shop", "sh.helm.release.v1.r1.v1")
    assert changed is not None
    failed = as_secret(a_release("r1", 1, status="failed", description="why"))
    cluster.store.update({**failed, "metadata": {**changed["metadata"], **failed["metadata"]}})
    assert "r1  \tshop     \t1       " in (await call("helm_list_releases", **HERE)).text
    assert "\twhy" in (await call("helm_list_releases", **HERE)).text


async def test_no_release_is_helms_header_alone(call: Call, stored: Stored) -> None:
    header = "NAME\tNAMESPACE\tREVISION\tUPDATED\tSTATUS\tCHART\tAPP VERSION"
    assert (await call("helm_list_releases", **HERE)).text == header
    assert (await call("helm_list_releases", output="json", **HERE)).text == "[]"
    nowhere = await call("helm_list_releases", namespace="shpo")
    assert nowhere.text == f'{header}\nThere is no namespace "shpo". Did you mean "shop"?'


async def test_a_record_that_cannot_be_read_is_a_row_of_its_labels_and_a_sentence(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    stored("web")
    cluster.store.create(as_secret(a_release("api", 3, status="failed"), release="not base64!"))
    answer = await call("helm_list_releases", **HERE)
    assert not answer.error
    assert answer.text.split("\n")[1].split("\t") == [
        *("api ", "shop     ", "3       ", "-                            ", "failed  "),
        *("MISSING    ", "MISSING    "),
    ]
    assert answer.text.split("\n")[-1] == (
        'Revision 3 of release "api" in namespace "shop" cannot be read: it is not base64 '
        "(sh.helm.release.v1.api.v3)."
    )


async def test_a_secret_that_only_looks_like_a_record_is_none(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    stored("web")
    lookalike = a_secret("odd", release="x")
    lookalike["metadata"]["labels"] = {"owner": "helm", "version": "one"}
    cluster.store.create(lookalike)
    assert len((await call("helm_list_releases", **HERE)).text.split("\n")) == 2


async def test_json_and_yaml_are_helms(call: Call, stored: Stored) -> None:
    stored("web")
    said = await call("helm_list_releases", output="json", **HERE)
    assert said.text == (
        '[{"name":"web","namespace":"shop","revision":"1","updated":"2026-11-20 09:14:11 +0000 UTC"'
        ',"status":"deployed","chart":"nginx-1.0.0","app_version":"1.27"}]'
    )
    said = await call("helm_list_releases", output="YAML", **HERE)
    assert said.text.startswith('- app_version: "1.27"\n  chart: nginx-1.0.0\n')


async def test_history_shows_the_last_revisions_oldest_first(call: Call, stored: Stored) -> None:
    for version in range(1, 14):
        stored("web", version, status="deployed" if version == 13 else "superseded")
    lines = (await call("helm_history", release_name="web", **HERE)).text.split("\n")
    assert [line.split("\t")[0].strip() for line in lines] == [
        "REVISION",
        *map(str, range(4, 14)),
    ]
    two = await call("helm_history", release_name="web", max_revisions=2, **HERE)
    chart = "nginx-1.0.0\t1.27       \tInstall complete"
    assert two.text.split("\n")[1:] == [
        f"12      \tFri Nov 20 09:14:11 2026\tsuperseded\t{chart}",
        f"13      \tFri Nov 20 09:14:11 2026\tdeployed  \t{chart}",
    ]


@pytest.mark.parametrize("tool", ["helm_history", "helm_status", "helm_get_values"])
async def test_a_missing_release_is_named_with_the_nearest_and_where_it_is(
    call: Call, stored: Stored, cluster: Cluster, tool: str
) -> None:
    cluster.store.create(a_namespace("prod"))
    stored("web")
    near = await call(tool, release_name="wbe", **HERE)
    assert near.error
    assert near.text == 'release "wbe" not found in namespace "shop". Did you mean "web"?'
    elsewhere = await call(tool, release_name="web", namespace="prod")
    assert elsewhere.text == 'release "web" not found in namespace "prod". (It exists in: shop.)'
    nowhere = await call(tool, release_name="web", namespace="shpo")
    assert nowhere.text == (
        'release "web" not found in namespace "shpo": there is no namespace "shpo". '
        'Did you mean "shop"?'
    )


@pytest.mark.parametrize(
    "name", ["--help", "-h", "web --all", "web,owner=x", "Web", "web_1", "a/b", "..", "x" * 54]
)
async def test_what_helm_would_not_take_as_a_name_is_never_sent(
    call: Call, stored: Stored, cluster: Cluster, name: str
) -> None:
    before = len(cluster.requests)
    for tool in ("helm_history", "helm_status", "helm_get_values", "helm_get_manifest"):
        answer = await call(tool, release_name=name, **HERE)
        assert answer.error
        assert answer.text.startswith('Argument "release_name": ')
    assert len(cluster.requests) == before


async def test_an_unknown_form_is_refused(call: Call, stored: Stored) -> None:
    answer = await call("helm_list_releases", output="wide", **HERE)
    assert answer.text == 'Argument "output" accepts table, json and yaml.'
