"""The simulated cluster's memory."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.cluster.registry import Registry
from sandbox.cluster.store import (
    AlreadyExistsError,
    MissingError,
    Store,
    TooOldError,
    UnknownTypeError,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def store() -> Store:
    return Store(lambda: NOW, Registry())


def a_deployment(replicas: int = 1, **metadata: Any) -> dict[str, Any]:
    head = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", **metadata}}
    return {**head, "spec": {"replicas": replicas}}


def a_config_map(name: str = "settings", **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}}


def names(objects: Any) -> list[str]:
    return [each["metadata"]["name"] for each in objects]


def test_new_objects_get_what_the_server_sets(store: Store) -> None:
    created = store.create(a_deployment())

    metadata = created["metadata"]
    assert metadata.pop("uid")
    assert metadata == {
        "name": "web",
        "namespace": "default",
        "creationTimestamp": "2026-11-20T12:00:00Z",
        "generation": 1,
        "resourceVersion": "1001",
    }


def test_two_stores_give_out_the_same_identifiers() -> None:
    uids = [Store(lambda: NOW, Registry()).create(a_deployment())["metadata"]["uid"] for _ in "ab"]

    assert uids[0] == uids[1]


def test_a_story_may_give_an_object_a_past(store: Store) -> None:
    created = store.create(a_deployment(creationTimestamp="2025-01-01T00:00:00Z", uid="old"))

    assert created["metadata"]["creationTimestamp"] == "2025-01-01T00:00:00Z"
    assert created["metadata"]["uid"] == "old"


def test_generate_name_is_completed(store: Store) -> None:
    created = store.create({**a_config_map(), "metadata": {"generateName": "run-"}})

    assert created["metadata"]["name"].startswith("run-")
    assert len(created["metadata"]["name"]) == len("run-") + 5


def test_a_second_object_of_the_same_name_is_refused(store: Store) -> None:
    store.create(a_deployment())

    with pytest.raises(AlreadyExistsError, match=r'deployments\.apps "web" already exists'):
        store.create(a_deployment())


def test_an_unknown_kind_is_refused(store: Store) -> None:
    with pytest.raises(UnknownTypeError):
        store.create({"apiVersion": "v9", "kind": "Thing", "metadata": {"name": "x"}})


def test_missing_objects_are_none_or_refused(store: Store) -> None:
    assert store.get("apps", "deployments", "default", "web") is None
    with pytest.raises(MissingError):
        store.update(a_deployment())
    with pytest.raises(MissingError):
        store.delete("apps", "deployments", "default", "web")


@pytest.mark.parametrize(
    ("change", "generation"),
    [
        ({"spec": {"replicas": 2}}, 2),
        ({"status": {"replicas": 1}}, 1),
        ({"metadata": {"name": "web", "namespace": "default", "labels": {"a": "b"}}}, 1),
        ({"metadata": {"name": "web", "namespace": "default", "annotations": {"a": "b"}}}, 2),
    ],
)
def test_a_generation_counts_changes_of_what_is_desired(
    store: Store, change: dict[str, Any], generation: int
) -> None:
    created = store.create(a_deployment())

    updated = store.update({**created, **change})

    assert updated["metadata"]["generation"] == generation


def test_an_update_without_a_difference_writes_nothing(store: Store) -> None:
    created = store.create(a_deployment())

    assert store.update(created) == created
    assert store.revision == 1001


def test_what_is_returned_is_the_callers_own(store: Store) -> None:
    store.create(a_deployment())["spec"]["replicas"] = 9
    found = store.get("apps", "deployments", "default", "web")

    assert found is not None
    assert found["spec"]["replicas"] == 1


def test_a_dry_run_writes_nothing(store: Store) -> None:
    created = store.create(a_deployment(), dry_run=True)
    assert "resourceVersion" not in created["metadata"]
    assert store.list("apps", "deployments") == []

    store.create(a_deployment())
    assert store.update(a_deployment(2), dry_run=True)["metadata"]["generation"] == 2
    store.delete("apps", "deployments", "default", "web", dry_run=True)
    assert store.list("apps", "deployments")[0]["spec"]["replicas"] == 1


def test_a_finalizer_holds_a_deleted_object(store: Store) -> None:
    store.create(a_config_map(finalizers=["example.com/hold"]))

    marked = store.delete("", "configmaps", "default", "settings")
    assert marked["metadata"]["deletionTimestamp"] == "2026-11-20T12:00:00Z"
    assert store.delete("", "configmaps", "default", "settings") == marked

    marked["metadata"]["finalizers"] = []
    store.update(marked)
    assert store.list("", "configmaps") == []


def test_a_grace_period_can_only_be_shortened(store: Store) -> None:
    store.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {}})

    for asked, given in ((30, 30), (60, 30), (5, 5)):
        pod = store.delete("", "pods", "default", "p", grace_seconds=asked)
        assert pod["metadata"]["deletionGracePeriodSeconds"] == given
    store.delete("", "pods", "default", "p")
    assert store.list("", "pods") == []


def test_lists_are_in_the_order_of_namespace_and_name(store: Store) -> None:
    for namespace, name in (("b", "x"), ("a-b", "y"), ("a", "z"), ("a", "c")):
        store.create(a_config_map(name, namespace=namespace))

    assert names(store.list("", "configmaps")) == ["y", "c", "z", "x"]
    assert names(store.list("", "configmaps", "a")) == ["c", "z"]


def test_earlier_revisions_can_be_listed(store: Store) -> None:
    store.create(a_config_map("a"))
    revision = store.revision
    store.create(a_config_map("b"))
    store.update({**a_config_map("a"), "data": {"k": "v"}})
    store.delete("", "configmaps", "default", "a")

    then = store.view_at("", "configmaps", None, revision)
    assert names(then) == ["a"]
    assert "data" not in then[0]


def test_the_history_is_bounded() -> None:
    store = Store(lambda: NOW, Registry(), history_length=2)
    for name in "abc":
        store.create(a_config_map(name))

    assert names(each.object for each in store.since(1001)) == ["b", "c"]
    with pytest.raises(TooOldError, match=r"too old resource version: 1000 \(1001\)"):
        store.since(1000)


def test_a_compacted_history_is_empty(store: Store) -> None:
    store.create(a_config_map())
    store.compact()

    assert store.since(store.revision) == []
    with pytest.raises(TooOldError):
        store.since(store.revision - 1)


async def test_a_subscription_sees_changes_until_it_is_closed(store: Store) -> None:
    subscription = store.subscribe()
    store.create(a_config_map())
    store.update({**a_config_map(), "data": {"k": "v"}})
    store.delete("", "configmaps", "default", "settings")
    subscription.close()
    store.create(a_config_map())

    seen = [(each.type, each.revision, each.previous is not None) async for each in subscription]
    assert seen == [("ADDED", 1001, False), ("MODIFIED", 1002, True), ("DELETED", 1003, True)]


def test_observers_see_the_changes_of_others_in_order(store: Store) -> None:
    seen: list[str] = []

    def copy_once(change: Any) -> None:
        if change.object["metadata"]["name"] == "first":
            store.create(a_config_map("second"))

    store.observe(copy_once)
    store.observe(lambda change: seen.append(change.object["metadata"]["name"]))
    store.create(a_config_map("first"))

    assert seen == ["first", "second"]


def test_an_event_is_the_same_in_both_groups(store: Store) -> None:
    event = {"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "e"}}
    store.create({**event, "regarding": {"kind": "Pod"}, "note": "Pulled"})

    (stored,) = store.list("", "events")
    assert (stored["apiVersion"], stored["message"]) == ("v1", "Pulled")
    assert stored["involvedObject"] == {"kind": "Pod"}
    assert store.list("events.k8s.io", "events") == [stored]
