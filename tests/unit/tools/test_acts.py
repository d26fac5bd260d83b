"""The line "For approval": what a call does, so that a person need not guess it from fields."""

from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.argo import install_argo
from tests.support.argo_states import (
    aborted,
    an_analysis_run,
    an_experiment,
    healthy,
    paused,
    updating,
    with_sets,
)
from tests.support.builders import a_deployment, a_namespace
from tests.support.story import told

CHECKOUT = {"name": "checkout", "namespace": "shop"}
DEPLOYMENT = {**CHECKOUT, "resource_type": "deployment"}
WEB = {"name": "web", "namespace": "shop"}
IMAGE = {"containers": [{"name": "app", "image": "shop/web:2"}]}
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": IMAGE}
ROLLOUT = "rollout.argoproj.io/web in shop"


async def approved(call: Call, tool: str, arguments: dict[str, Any]) -> str:
    """Preview a call and return what is to be approved, without the cautions."""
    answer = await call(tool, dry_run=True, **arguments)
    assert not answer.error, answer.text
    [line] = [each for each in answer.text.splitlines() if each.startswith("For approval: ")]
    return line.removeprefix("For approval: ").partition(" Caution: ")[0]


@pytest.mark.parametrize(
    ("tool", "arguments", "act"),
    [
        ("k8s_scale", {**DEPLOYMENT, "replicas": 0}, "scale {} from 3 to 0."),
        ("k8s_scale", {**DEPLOYMENT, "replicas": 5}, "scale {} from 3 to 5."),
        ("k8s_scale", {**DEPLOYMENT, "replicas": 3}, "nothing changes."),
        ("k8s_rollout_restart", CHECKOUT, "restart {}."),
        ("k8s_rollout_undo", {**DEPLOYMENT, "to_revision": 6}, "undo {} to revision 6."),
        ("k8s_rollout_pause", CHECKOUT, "pause {}."),
        (
            "k8s_set_image",
            {"resource_name": "checkout", "resource_type": "deployment", "namespace": "shop",
             "container_images": "checkout=shop/checkout:3"},
            "set image of {}: checkout to shop/checkout:3.",
        ),
        (
            "k8s_label",
            {**DEPLOYMENT, "labels": {"app": None, "tier": "web"}, "annotations": {"by": "mira"}},
            "remove label app, set label tier, set annotation by of {}.",
        ),
        ("k8s_delete", DEPLOYMENT, "delete {}."),
        ("k8s_cordon", {"node_name": "node-1"}, "cordon node/node-1."),
        ("k8s_uncordon", {"node_name": "node-3"}, "uncordon node/node-3."),
    ],
)  # fmt: skip
async def test_what_a_call_does_to_an_object_is_what_is_approved(
    call: Call, cluster: Cluster, tool: str, arguments: Any, act: str
) -> None:
    told(cluster)
    expected = act.format("deployment.apps/checkout in shop")
    assert await approved(call, tool, arguments) == expected


async def test_a_drain_names_the_node_and_the_pods(call: Call, cluster: Cluster) -> None:
    told(cluster)
    asked = {"node_name": "node-1", "delete_emptydir_data": True, "force": True}
    assert (await approved(call, "k8s_drain", asked)).startswith("cordon node/node-1; evict pod/")


async def test_scaling_to_none_is_a_caution_in_the_line(call: Call, cluster: Cluster) -> None:
    told(cluster)
    answer = await call("k8s_scale", dry_run=True, replicas=0, **DEPLOYMENT)
    assert answer.text.splitlines()[-2] == (
        "For approval: scale deployment.apps/checkout in shop from 3 to 0. "
        "Caution: removes all 3 pods: none is left."
    )


async def test_a_time_without_pods_is_a_caution_in_the_line(call: Call, cluster: Cluster) -> None:
    told(cluster)
    answer = await call("k8s_rollout_restart", dry_run=True, **CHECKOUT)
    assert answer.text.splitlines()[-2] == (
        "For approval: restart deployment.apps/checkout in shop. Caution: stops all 3 pods and "
        "starts new ones after that: none runs in between."
    )


async def test_many_documents_are_named_as_what_is_changed_and_created(
    call: Call, cluster: Cluster
) -> None:
    told(cluster)
    flags = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flags, namespace: shop}"
    assert await approved(call, "k8s_apply", {"content": flags}) == (
        "create configmap/flags in shop."
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "state", "act"),
    [
        ("argo_promote", {}, paused(), f"promote {ROLLOUT} past its pause."),
        ("argo_promote", {"full": True}, paused(), f"promote {ROLLOUT} fully."),
        (
            "argo_promote",
            {"skip_current_step": True},
            updating(currentStepIndex=0),
            f"promote {ROLLOUT} past step 1 of 4 (setWeight: 25).",
        ),
        ("argo_pause_rollout", {}, updating(), f"pause {ROLLOUT}."),
        ("argo_resume_rollout", {}, paused(), f"resume {ROLLOUT}."),
        ("argo_abort_rollout", {}, paused(), f"abort the update of {ROLLOUT}: back to web-aaa."),
        ("argo_retry", {}, aborted(), f"begin the update of {ROLLOUT} again, at step 1 of 4."),
        (
            "argo_set_image",
            {"image": "shop/web:3"},
            healthy(),
            f"set image of {ROLLOUT}: app to shop/web:3.",
        ),
        ("argo_undo", {}, updating(), f"undo {ROLLOUT} to revision 1, the stable one."),
        ("argo_rollout_restart", {}, healthy(), f"restart {ROLLOUT}."),
    ],
)
async def test_steering_a_rollout_is_named_as_what_it_is(
    call: Call, cluster: Cluster, tool: str, arguments: Any, state: Any, act: str
) -> None:
    cluster.store.create(a_namespace())
    install_argo(cluster)
    with_sets(cluster, state, template=TEMPLATE)
    assert await approved(call, tool, {**WEB, **arguments}) == act


async def test_so_is_what_is_done_to_what_a_rollout_made(call: Call, cluster: Cluster) -> None:
    cluster.store.create(a_namespace())
    install_argo(cluster)
    rollout = with_sets(cluster, updating())
    cluster.store.create(an_analysis_run(rollout, "Running"))
    cluster.store.create(an_experiment(rollout, "Failed"))
    run = {"name": "web-bbb-2-1", "namespace": "shop"}
    experiment = {"name": "web-bbb-2-0", "namespace": "shop", "resource_type": "experiment"}
    ended = await approved(call, "argo_terminate", run)
    assert ended == "terminate analysisrun.argoproj.io/web-bbb-2-1 in shop."
    again = await approved(call, "argo_retry", experiment)
    assert again == "retry experiment.argoproj.io/web-bbb-2-0 in shop."


async def test_an_image_is_set_where_it_is_kept(call: Call, cluster: Cluster) -> None:
    cluster.store.create(a_namespace())
    install_argo(cluster)
    cluster.store.create(a_deployment("held"))
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "held"}
    with_sets(cluster, healthy(), template=None, workloadRef=reference)
    assert await approved(call, "argo_set_image", {**WEB, "image": "shop/web:3"}) == (
        "set image of deployment.apps/held in shop: web to shop/web:3."
    )
