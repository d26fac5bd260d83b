"""A writer records what it did; a dry one asks for a dry run where each verb reads it."""

import base64
from typing import Any

import pytest

from clients.errors import ConflictError, InvalidError, NotFoundError
from clients.kubernetes.changes import Journal, significant
from clients.kubernetes.writer import MASKED, MERGE, KubernetesWriter
from clients.masking import Masking, mask_text
from sandbox import Cluster
from tests.support.builders import a_config_map, a_namespace, a_pod
from tests.support.changing import OWN, is_there
from tools.dependencies import Clients


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    for obj in (a_namespace(), a_config_map(colour="red"), a_pod()):
        cluster.store.create(obj)
    return cluster


def a_writer(clients: Clients, *, dry: bool) -> KubernetesWriter:
    return clients.kubernetes.writer(Journal(), dry=dry)


async def everything_it_can(writer: KubernetesWriter) -> None:
    flags = await writer.read.ref("configmaps", "flags", "shop")
    pod = await writer.read.ref("pods", "web", "shop")
    await writer.create(flags.type, "shop", a_config_map("new"))
    await writer.patch(flags, {"data": {"colour": "blue"}}, MERGE)
    await writer.delete(flags, grace_seconds=0)
    await writer.evict(pod, await writer.read.get(pod), grace_seconds=1)


async def test_each_step_is_written_down(clients: Clients, shop: Cluster) -> None:
    writer = a_writer(clients, dry=False)
    await everything_it_can(writer)
    assert [(change.kind, change.ref.qualified_name) for change in writer.journal.changes] == [
        ("created", "configmap/new"),
        ("changed", "configmap/flags"),
        ("deleted", "configmap/flags"),
        ("evicted", "pod/web"),
    ]
    changed = writer.journal.changes[1]
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.before["data"], changed.after["data"]) == (
        {"colour": "red"},
        {"colour": "blue"},
    )
    assert not is_there(shop, "configmaps", "flags")
    assert not is_there(shop, "pods", "web")


async def test_a_dry_writer_asks_where_each_verb_reads_it_and_changes_nothing(
    clients: Clients, shop: Cluster
) -> None:
    before = [shop.store.list("", plural) for plural in ("configmaps", "pods")]
    await everything_it_can(a_writer(clients, dry=True))
    created, patched, deleted, evicted = shop.requests.matching(lambda r: r.method != "GET")
    assert created.query == patched.query == {**OWN, "dryRun": "All"}
    assert deleted.query == {}
    assert deleted.json["dryRun"] == ["All"]
    assert evicted.query == {"dryRun": "All"}
    assert evicted.json["deleteOptions"]["dryRun"] == ["All"]
    assert shop.requests.changes == []
    assert [shop.store.list("", plural) for plural in ("configmaps", "pods")] == before


async def test_an_eviction_is_of_the_pod_that_was_looked_at(
    clients: Clients, shop: Cluster
) -> None:
    writer = a_writer(clients, dry=False)
    pod = await writer.read.ref("pods", "web", "shop")
    seen = await writer.read.get(pod)
    shop.store.delete("", "pods", "shop", "web")
    shop.store.create(a_pod())
    with pytest.raises((ConflictError, NotFoundError)):
        await writer.evict(pod, seen)
    assert is_there(shop, "pods", "web")


def every_mask() -> list[str]:
    """Everything that may stand in an answer for a secret."""
    secret = {"kind": "Secret", "data": {"a": base64.b64encode(b"hunter2").decode()}}
    texts = [
        "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
        "Authorization: Bearer abcdefghijkl",
        "postgres://app:hunter2@db/shop",
        "AKIAABCDEFGHIJKLMNOP",
        f"ghp_{'a' * 36}",
    ]
    masked = [mask_text(text) for text in texts]
    assert not {*texts} & {*masked}
    return [Masking().mask(secret)["data"]["a"], *masked]


@pytest.mark.parametrize("mask", every_mask(), ids=lambda mask: mask[:30])
async def test_no_mask_is_ever_sent(clients: Clients, shop: Cluster, mask: str) -> None:
    writer = a_writer(clients, dry=False)
    flags = await writer.read.ref("configmaps", "flags", "shop")
    bodies: list[Any] = [
        {"data": {"a": mask}},
        {"data": {"a": f"before\n{mask} after"}},
        [{"op": "add", "path": "/data/a", "value": mask}],
    ]
    for body in bodies:
        with pytest.raises(InvalidError, match="holds a masked value"):
            await writer.patch(flags, body, MERGE)
    with pytest.raises(InvalidError, match="Nothing was sent"):
        await writer.create(flags.type, "shop", a_config_map("new", a=mask))
    assert shop.requests.changes == []


@pytest.mark.parametrize("text", [b"<redacted", b"<b>redacted</b>", b"redacted 5 bytes"])
def test_what_only_looks_like_a_mask_is_sent(text: bytes) -> None:
    assert MASKED.search(text) is None


def test_what_changes_by_itself_is_not_significant() -> None:
    pod = a_pod(status={"phase": "Running"})
    moved = {**pod, "metadata": {**pod["metadata"], "resourceVersion": "7", "generation": 2}}
    moved["status"] = {"phase": "Failed"}
    assert significant(pod) == significant(moved)
    assert significant(pod, "status") != significant(moved, "status")
    assert significant(None) is None
