"""k8s_set_image: how images are named, which containers that means, and what is sent."""

from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import (
    a_config_map,
    a_deployment,
    a_namespace,
    a_pod,
    an_object,
)
from tests.support.changing import (
    DEPLOYMENTS,
    OWN,
    STRATEGIC,
    a_scalable_definition,
    a_widget,
    changes,
    stored,
)


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    for obj in (a_namespace(), a_deployment(), a_scalable_definition(), a_widget()):
        cluster.store.create(obj)
    return cluster


def image_patch(*containers: tuple[str, str], init: tuple[tuple[str, str], ...] = ()) -> Any:
    spec = {
        key: [{"name": name, "image": image} for name, image in images]
        for key, images in (("initContainers", init), ("containers", containers))
        if images
    }
    return {"spec": {"template": {"spec": spec}}}


@pytest.fixture
def several(shop: Cluster) -> Cluster:
    """A deployment with an init container and two others."""
    deployment = a_deployment("several")
    deployment["spec"]["template"]["spec"] = {
        "initContainers": [{"name": "migrate", "image": "shop/tools:1"}],
        "containers": [
            {"name": "web", "image": "shop/web:1", "env": [{"name": "A", "value": "b"}]},
            {"name": "proxy", "image": "envoy:1"},
        ],
    }
    shop.store.create(deployment)
    return shop


@pytest.mark.parametrize(
    "written",
    [
        "web=shop/web:2,proxy=envoy:2",
        "web=shop/web:2 proxy=envoy:2",
        " web=shop/web:2 ,\n proxy=envoy:2 ",
    ],
)
async def test_images_are_parted_by_commas_and_spaces(
    call: Call, several: Cluster, written: str
) -> None:
    answer = await call(
        "k8s_set_image",
        resource_type="deploy",
        resource_name="several",
        namespace="shop",
        container_images=written,
    )
    assert answer.text == (
        "deployment.apps/several image updated\n"
        "  web: shop/web:1 → shop/web:2\n"
        "  proxy: envoy:1 → envoy:2"
    )
    body = image_patch(("web", "shop/web:2"), ("proxy", "envoy:2"))
    assert changes(several) == [("PATCH", f"{DEPLOYMENTS}/several", OWN, STRATEGIC, body)]
    web = stored(several, "Deployment", "several")["spec"]["template"]["spec"]["containers"][0]
    assert (web["image"], web["env"]) == ("shop/web:2", [{"name": "A", "value": "b"}])


async def test_a_star_means_every_container_init_ones_too(call: Call, several: Cluster) -> None:
    asked = {"resource_type": "deploy", "resource_name": "several", "namespace": "shop"}
    await call("k8s_set_image", **asked, container_images="*=registry:5000/shop/all@sha256:ab")
    image = "registry:5000/shop/all@sha256:ab"
    [(_, _, _, _, body)] = changes(several)
    assert body == image_patch(("web", image), ("proxy", image), init=(("migrate", image),))


async def test_only_what_differs_is_sent(call: Call, several: Cluster) -> None:
    asked = {"resource_type": "deploy", "resource_name": "several", "namespace": "shop"}
    answer = await call(
        "k8s_set_image", **asked, container_images="web=shop/web:1,migrate=shop/tools:2"
    )
    assert answer.text == (
        "deployment.apps/several image updated\n  migrate: shop/tools:1 → shop/tools:2"
    )
    [(_, _, _, _, body)] = changes(several)
    assert body == image_patch(init=(("migrate", "shop/tools:2"),))
    answer = await call("k8s_set_image", **asked, container_images="proxy=envoy:1")
    assert answer.text == "deployment.apps/several has these images already."
    assert len(changes(several)) == 1


async def test_a_cron_jobs_containers_are_two_templates_deep(call: Call, shop: Cluster) -> None:
    template = {"spec": {**a_pod()["spec"], "restartPolicy": "Never"}}
    spec = {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": template}}}
    shop.store.create(an_object("batch/v1", "CronJob", "nightly", spec=spec))
    asked = {"resource_type": "cj", "resource_name": "nightly", "namespace": "shop"}
    await call("k8s_set_image", **asked, container_images="web=shop/web:2")
    [(_, path, _, _, body)] = changes(shop)
    assert path == "/apis/batch/v1/namespaces/shop/cronjobs/nightly"
    assert body == {"spec": {"jobTemplate": image_patch(("web", "shop/web:2"))}}


async def test_a_pods_containers_are_its_own(call: Call, shop: Cluster) -> None:
    shop.store.create(a_pod())
    asked = {"resource_type": "pod", "resource_name": "web", "namespace": "shop"}
    await call("k8s_set_image", **asked, container_images="web=shop/web:2")
    [(_, path, _, _, body)] = changes(shop)
    assert path == "/api/v1/namespaces/shop/pods/web"
    assert body == {"spec": {"containers": [{"name": "web", "image": "shop/web:2"}]}}


async def test_an_unknown_container_is_refused_with_those_that_are(
    call: Call, several: Cluster
) -> None:
    asked = {"resource_type": "deploy", "resource_name": "several", "namespace": "shop"}
    answer = await call("k8s_set_image", **asked, container_images="web=shop/web:2,prox=envoy:2")
    assert answer.error
    assert answer.text == (
        'deployment "several" in namespace "shop" has no container "prox". '
        'Did you mean "proxy"? It has: migrate, web, proxy.'
    )
    assert changes(several) == []


@pytest.mark.parametrize(
    "written",
    [
        "",
        " , ",
        "web",
        "web=",
        "web=shop/web:2,proxy",
        "nginx,web=shop/web:2",
        "web=--server=x",
        "web=a=b",
        "Web=shop/web:2",
        "web=shop/web:2,web=shop/web:3",
        "*=shop/web:2,web=shop/web:3",
    ],
)
async def test_what_is_no_pair_is_refused(call: Call, several: Cluster, written: str) -> None:
    asked = {"resource_type": "deploy", "resource_name": "several", "namespace": "shop"}
    answer = await call("k8s_set_image", **asked, container_images=written)
    assert answer.error
    assert 'Argument "container_images"' in answer.text or "give it alone" in answer.text
    assert changes(several) == []


async def test_a_custom_resource_with_containers_is_refused_with_the_way(
    call: Call, shop: Cluster
) -> None:
    shop.store.create(a_widget("rolls", template={"spec": a_pod()["spec"]}))
    asked = {"resource_type": "widgets", "resource_name": "rolls", "namespace": "shop"}
    answer = await call("k8s_set_image", **asked, container_images="web=shop/web:2")
    assert answer.error
    assert answer.text == (
        "widgets.example.com are custom resources, whose containers cannot be patched one by one. "
        "For Argo Rollouts: argo_set_image; for others: k8s_patch with a json patch."
    )


async def test_what_has_no_containers_is_refused(call: Call, shop: Cluster) -> None:
    shop.store.create(a_config_map())
    asked = {"resource_type": "cm", "resource_name": "flags", "namespace": "shop"}
    answer = await call("k8s_set_image", **asked, container_images="*=shop/web:2")
    assert answer.error
    assert answer.text == (
        'configmap "flags" in namespace "shop" has no pod template, so no containers.'
    )
