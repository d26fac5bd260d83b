"""argo_set_image, argo_undo and argo_rollout_restart."""

from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.argo import PATH, a_rollout
from tests.support.argo_states import CANARY, HASH, a_replica_set, healthy, updating, with_sets
from tests.support.builders import a_deployment
from tests.support.changing import JSON_PATCH, MERGE, OWN, changes, stored

WEB = {"name": "web", "namespace": "shop"}
SPEC = f"{PATH}/namespaces/shop/rollouts/web"
IMAGE = "/spec/template/spec/containers/0"


async def test_the_only_containers_image_is_set_by_a_patch_that_tests_what_it_replaces(
    call: Call, shop: Cluster
) -> None:
    with_sets(shop, healthy())
    answer = await call("argo_set_image", image="shop/web:3", **WEB)
    assert answer.text == 'rollout "web" image updated\n  app: shop/web:1 → shop/web:3'
    assert changes(shop) == [
        (
            "PATCH",
            SPEC,
            OWN,
            JSON_PATCH,
            [
                {"op": "test", "path": f"{IMAGE}/name", "value": "app"},
                {"op": "test", "path": f"{IMAGE}/image", "value": "shop/web:1"},
                {"op": "replace", "path": f"{IMAGE}/image", "value": "shop/web:3"},
            ],
        )
    ]


async def test_an_image_that_is_there_already_is_not_sent(call: Call, shop: Cluster) -> None:
    with_sets(shop, healthy())
    answer = await call("argo_set_image", image="shop/web:1", **WEB)
    assert answer.text == 'rollout "web" has this image already.'
    assert changes(shop) == []


def several() -> dict[str, Any]:
    containers = [{"name": "app", "image": "shop/web:1"}, {"name": "proxy", "image": "envoy:1"}]
    first = [{"name": "migrate", "image": "shop/web:1"}]
    return {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": containers, "initContainers": first},
    }


@pytest.mark.parametrize(
    ("container", "changed"),
    [
        ("proxy", ["  proxy: envoy:1 → x:2"]),
        ("migrate", ["  migrate: shop/web:1 → x:2"]),
        (
            "*",
            ["  migrate: shop/web:1 → x:2", "  app: shop/web:1 → x:2", "  proxy: envoy:1 → x:2"],
        ),
    ],
)
async def test_of_several_containers_one_is_named(
    call: Call, shop: Cluster, container: str, changed: list[str]
) -> None:
    with_sets(shop, healthy(), template=several())
    answer = await call("argo_set_image", image="x:2", container_name=container, **WEB)
    assert answer.text.splitlines() == ['rollout "web" image updated', *changed]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (
            {"image": "x:2"},
            'rollout "web" in namespace "shop" has several containers: migrate, app, proxy. Give '
            'container_name, or "*" for all.',
        ),
        (
            {"image": "x:2", "container_name": "prox"},
            'rollout "web" in namespace "shop" has no container "prox". Did you mean "proxy"? It '
            "has: migrate, app, proxy.",
        ),
        ({"image": "--force"}, 'Argument "image": "--force" is no image.'),
        ({"image": "app`id`"}, 'Argument "image": "app`id`" is no image.'),
        ({"image": "app\x1b[31m"}, 'Argument "image": "app\\x1b[31m" is no image.'),
        ({"image": "app=x:2"}, 'Argument "image": "app=x:2" is no image.'),
    ],
)
async def test_what_names_no_container_or_image_is_refused(
    call: Call, shop: Cluster, arguments: dict[str, str], why: str
) -> None:
    with_sets(shop, healthy(), template=several())
    answer = await call("argo_set_image", **arguments, **WEB)
    assert answer.error
    assert answer.text == why
    assert changes(shop) == []


async def test_a_template_that_was_changed_meanwhile_is_read_again(
    call: Call, shop: Cluster
) -> None:
    with_sets(shop, healthy())
    why = "the server rejected our request due to an error in our request"
    shop.faults.status(422, "/rollouts/web$", 2, "Invalid", why, "PATCH")
    answer = await call("argo_set_image", image="shop/web:3", **WEB)
    assert answer.text.startswith('rollout "web" image updated')
    assert len(changes(shop)) == 3
    shop.faults.status(422, "/rollouts/web$", None, "Invalid", why, "PATCH")
    refused = await call("argo_set_image", image="shop/web:4", **WEB)
    assert refused.error
    assert refused.text == (
        'rollout "web" in namespace "shop" is changed faster than it can be patched.'
    )


async def test_an_undo_gives_the_second_newest_revisions_template_without_its_hash(
    call: Call, shop: Cluster
) -> None:
    with_sets(shop, updating(), template=of_revision(2))
    answer = await call("argo_undo", **WEB)
    assert answer.text == (
        "rollout 'web' undo\nBack to revision 1 (web-aaa, the stable one), which gets a new number."
    )
    [(method, path, params, kind, body)] = changes(shop)
    assert (method, path, params, kind) == ("PATCH", SPEC, OWN, JSON_PATCH)
    assert body == [{"op": "replace", "path": "/spec/template", "value": of_revision(1)}]
    # The controller may be at it by now: which one is stable is of the time before.
    assert shop.requests.lines[-1] == f"PATCH {SPEC}"


def of_revision(number: int) -> dict[str, Any]:
    containers = [{"name": "app", "image": f"shop/web:{number}"}]
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers}}


async def test_a_revision_is_chosen_by_its_number(call: Call, shop: Cluster) -> None:
    rollout = with_sets(shop, updating(), template=of_revision(3))
    shop.store.create(a_replica_set(rollout, 3, "ccc", 1))
    answer = await call("argo_undo", to_revision=2, **WEB)
    assert "Back to revision 2 (web-bbb), which gets a new number." in answer.text
    missing = await call("argo_undo", to_revision=7, **WEB)
    assert missing.error
    assert missing.text == (
        'rollout "web" in namespace "shop" has no revision 7; it has: 1, 2, 3. Going back gives a '
        "revision a new number."
    )


async def test_there_may_be_nothing_to_go_back_to(call: Call, shop: Cluster) -> None:
    rollout = shop.store.create(a_rollout(status=healthy(), strategy=CANARY))
    shop.store.create(a_replica_set(rollout, 1, "aaa", 4))
    answer = await call("argo_undo", **WEB)
    assert answer.error
    assert answer.text == (
        'rollout "web" in namespace "shop" has no earlier revision to go back to; it has: 1.'
    )


async def test_the_template_that_it_has_already_is_not_sent(call: Call, shop: Cluster) -> None:
    with_sets(shop, updating(), template=of_revision(1))
    answer = await call("argo_undo", **WEB)
    assert answer.error
    assert answer.text == (
        'Nothing to do: rollout "web" in namespace "shop" has the template of revision 1 already.'
    )
    assert changes(shop) == []


def by_reference(cluster: Cluster, kind: str = "Deployment") -> dict[str, Any]:
    cluster.store.create(a_deployment("held", replicas=0))
    reference = {"apiVersion": "apps/v1", "kind": kind, "name": "held"}
    rollout = a_rollout(status=updating(), strategy=CANARY, workloadRef=reference)
    del rollout["spec"]["template"], rollout["spec"]["selector"]
    created: dict[str, Any] = cluster.store.create(rollout)
    return created


async def test_a_referenced_deployment_is_changed_in_its_place(call: Call, shop: Cluster) -> None:
    rollout = by_reference(shop)
    for number, pod_hash in ((1, "aaa"), (2, "bbb")):
        kept = a_replica_set(rollout, number, pod_hash, 1)
        kept["metadata"]["labels"]["app"] = "held"
        shop.store.create(kept)
    preview = await call("argo_set_image", image="shop/web:2", dry_run=True, **WEB)
    assert (
        "rollout web takes its pods from it and starts a canary of 4 steps over 4 pods: "
        "setWeight: 25, then pause until somebody acts." in " ".join(preview.text.split())
    )
    answer = await call("argo_set_image", image="shop/web:2", **WEB)
    assert answer.text == 'deployment "held" image updated\n  web: shop/web:1 → shop/web:2'
    back = await call("argo_undo", **WEB)
    assert back.text.startswith("rollout 'web' undo\nBack to revision 1 (web-aaa")
    held = stored(shop, "Deployment", "held")["spec"]["template"]
    assert HASH not in held["metadata"]["labels"]
    assert held["spec"]["containers"][0]["image"] == "shop/web:1"
    assert [path for _, path, _, _, _ in changes(shop)] == [
        "/apis/apps/v1/namespaces/shop/deployments/held"
    ] * 2


async def test_a_referenced_kind_that_no_controller_takes_is_refused(
    call: Call, shop: Cluster
) -> None:
    by_reference(shop, "StatefulSet")
    answer = await call("argo_set_image", image="shop/web:2", **WEB)
    assert answer.error
    assert answer.text == "A rollout whose workload is a StatefulSet is not supported."


async def test_a_restart_is_a_moment_in_the_spec(call: Call, shop: Cluster) -> None:
    with_sets(shop, healthy())
    answer = await call("argo_rollout_restart", **WEB)
    assert answer.text == "rollout 'web' restarts in 0s"
    [(method, path, params, kind, body)] = changes(shop)
    assert (method, path, params, kind) == ("PATCH", SPEC, OWN, MERGE)
    assert body == {"spec": {"restartAt": "2026-11-20T12:00:00Z"}}
    again = await call("argo_rollout_restart", **WEB)
    assert again.error
    assert "was restarted in this very second already" in again.text
