"""helm_get_values and helm_get_manifest: helm's text; secrets are in test_releases_secrets.py."""

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.helm_releases import MANIFEST, a_release, as_secret
from tests.unit.tools.helm.conftest import Stored

WEB = {"release_name": "web", "namespace": "shop"}
DEFAULTS = {
    "a": 1,
    "gone": "x",
    "map": {"kept": 1, "taken": 2, "null": None},
    "list": [None],
    "no": None,
}
CONFIG = {"map": {"taken": None, "new": True}, "gone": None, "own": None}


async def test_values_are_yaml_without_a_title(call: Call, stored: Stored) -> None:
    stored("web", config={"b": "yes", "a": {"n": 1.0}})
    assert (await call("helm_get_values", **WEB)).text == 'a:\n  "n": 1\nb: "yes"'


async def test_the_table_has_helms_title_and_json_is_one_line(call: Call, stored: Stored) -> None:
    stored("web", config={"b": 12345678901, "a": "<x>"})
    table = await call("helm_get_values", output="table", **WEB)
    assert table.text == "USER-SUPPLIED VALUES:\na: <x>\nb: 12345678901"
    assert (await call("helm_get_values", output="json", **WEB)).text == (
        '{"a":"<x>","b":12345678901}'
    )


async def test_no_values_are_null(call: Call, stored: Stored) -> None:
    stored("web")
    assert (await call("helm_get_values", **WEB)).text == "null"
    assert (await call("helm_get_values", output="json", **WEB)).text == "null"


async def test_all_values_are_the_charts_with_the_users_over_them(
    call: Call, stored: Stored
) -> None:
    """A user's null takes a default away; a chart's own null is none, as in Helm 4."""
    stored("web", config=CONFIG, values=DEFAULTS)
    answer = await call("helm_get_values", all_values=True, output="table", **WEB)
    assert answer.text == (
        "COMPUTED VALUES:\na: 1\nlist:\n- null\nmap:\n  kept: 1\n  new: true\nown: null"
    )


async def test_a_revision_can_be_chosen(call: Call, stored: Stored) -> None:
    stored("web", 1, config={"v": 1}, manifest="---\nkind: One\n")
    stored("web", 2, config={"v": 2})
    assert (await call("helm_get_values", revision=1, **WEB)).text == "v: 1"
    assert (await call("helm_get_manifest", revision=1, **WEB)).text == "---\nkind: One"
    assert (await call("helm_get_manifest", **WEB)).text == MANIFEST.rstrip("\n")


async def test_what_is_asked_of_a_release_next_reads_labels_alone_until_it_changes(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    """A record that was read is known by its uid and version; a changed one is another."""
    stored("web", 1, config={"v": 1})
    assert (await call("helm_get_values", **WEB)).text == "v: 1"
    before = len(cluster.requests)
    assert (await call("helm_get_values", **WEB)).text == "v: 1"
    assert "kind: ConfigMap" in (await call("helm_get_manifest", **WEB)).text
    chosen = [r.query.get("labelSelector") for r in cluster.requests][before:]
    assert chosen == ["name=web,owner=helm"] * 2
    name = "sh.helm.release.v1.web.v1"
    kept = cluster.store.get("", "secrets", "shop", name)
    assert kept is not None
    edited = as_secret(a_release("web", 1, config={"v": "edited"}))
    cluster.store.update({**edited, "metadata": {**kept["metadata"], **edited["metadata"]}})
    assert (await call("helm_get_values", **WEB)).text == "v: edited"
    cluster.faults.status(403, "/secrets$", times=None, reason="Forbidden", message="forbidden")
    assert (await call("helm_get_values", **WEB)).error


async def test_a_record_is_packed_already_and_asked_for_as_it_is(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    """To compress it again takes the API server longer than sending it."""
    stored("web")
    await call("helm_get_values", **WEB)
    labels, record = cluster.requests.matching(lambda each: each.path.endswith("/secrets"))
    assert labels.headers["Accept-Encoding"] != "identity"
    assert record.headers["Accept-Encoding"] == "identity"
    assert record.query["resourceVersionMatch"] == "NotOlderThan"


@pytest.mark.parametrize("tool", ["helm_get_values", "helm_get_manifest"])
async def test_a_missing_revision_is_refused_with_those_there_are(
    call: Call, stored: Stored, tool: str
) -> None:
    stored("web", 2)
    stored("web", 11)
    answer = await call(tool, revision=9, **WEB)
    assert answer.error
    assert answer.text == 'release "web" in namespace "shop" has no revision 9; it has: 2, 11.'


async def test_a_missing_permission_is_a_sentence(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    stored("web")
    message = (
        'secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the '
        'namespace "shop"'
    )
    cluster.faults.status(403, "/secrets$", times=None, reason="Forbidden", message=message)
    answer = await call("helm_get_values", **WEB)
    assert answer.error
    assert answer.text == (
        'Not allowed: user "jane" lacks "list" on "secrets" in namespace "shop". '
        "The tool helm_get_values needs list on secrets."
    )


@pytest.mark.parametrize("tool", ["helm_get_values", "helm_get_manifest", "helm_status"])
async def test_a_record_that_cannot_be_read_is_a_sentence_that_quotes_nothing(
    call: Call, stored: Stored, cluster: Cluster, tool: str
) -> None:
    cluster.store.create(as_secret(a_release("web", 7), release="hunter2 is not base64"))
    answer = await call(tool, **WEB)
    assert answer.error
    assert answer.text == (
        'Revision 7 of release "web" in namespace "shop" cannot be read: it is not base64 '
        "(sh.helm.release.v1.web.v7)."
    )
