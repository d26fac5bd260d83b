"""Facts about pods: the container kubectl means, the pod it prefers, whose pods they are."""

from typing import Any

import pytest

from clients.errors import InvalidError, NotFoundError
from clients.kubernetes.pods.facts import (
    by_logging,
    chosen_container,
    container_names,
    pod_selector,
)
from tests.support.builders import a_deployment, a_pod, an_object

JsonObject = dict[str, Any]


def of_three(**parts: Any) -> JsonObject:
    spec = {"initContainers": [{"name": "init"}], "ephemeralContainers": [{"name": "debug"}]}
    return a_pod(containers=[{"name": "web"}, {"name": "side"}], spec=spec, **parts)


def test_the_only_container_is_meant_without_a_word() -> None:
    assert chosen_container(a_pod()) == ("web", "")


def test_the_first_of_several_is_meant_and_kubectl_says_so() -> None:
    assert chosen_container(of_three()) == (
        "web",
        'Defaulted container "web" out of: web, side, debug (ephem), init (init)',
    )


def test_an_annotation_names_the_default() -> None:
    pod = of_three(annotations={"kubectl.kubernetes.io/default-container": "side"})
    assert chosen_container(pod) == ("side", "")


def test_an_annotation_that_names_none_is_told_of() -> None:
    pod = of_three(annotations={"kubectl.kubernetes.io/default-container": "gone"})
    assert chosen_container(pod) == (
        "web",
        'Default container name "gone" not found in pod web\n'
        'Defaulted container "web" out of: web, side, debug (ephem), init (init)',
    )


@pytest.mark.parametrize("name", ["web", "side", "init", "debug"])
def test_a_container_of_any_kind_can_be_named(name: str) -> None:
    assert chosen_container(of_three(), name) == (name, "")


def test_an_unknown_container_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFoundError) as refusal:
        chosen_container(of_three(), "sid")
    assert str(refusal.value) == (
        'container "sid" not found in pod "web" in namespace "shop". Did you mean "side"? '
        "It has: web, side, debug (ephem), init (init)."
    )


def test_all_containers_are_named_in_the_order_they_start() -> None:
    assert container_names(of_three()) == ["init", "web", "side", "debug"]


def a_running(name: str, *, ready: str = "", restarts: int = 0, **parts: Any) -> JsonObject:
    conditions = [{"type": "Ready", "status": "True", "lastTransitionTime": ready}] if ready else []
    status = {
        "phase": "Running",
        "conditions": conditions,
        "containerStatuses": [{"name": "web", "restartCount": restarts}],
    }
    return a_pod(name, status=status, spec={"nodeName": "node-1"}, **parts)


def names(pods: list[JsonObject]) -> list[str]:
    return [pod["metadata"]["name"] for pod in by_logging(pods)]


def test_pods_are_preferred_as_kubectl_prefers_them() -> None:
    in_order = [
        a_running("ready-long", ready="2026-11-20T10:00:00Z"),
        a_running("ready-short", ready="2026-11-20T11:00:00Z"),
        a_running("restarted", restarts=7, creationTimestamp="2026-11-20T11:00:00Z"),
        a_running("older", creationTimestamp="2026-11-20T10:00:00Z"),
        a_running("newer", creationTimestamp="2026-11-20T11:00:00Z"),
        a_running("of-no-age"),
        a_pod("pending-with-node", spec={"nodeName": "node-1"}),
        a_pod("pending"),
    ]
    expected = [pod["metadata"]["name"] for pod in in_order]
    assert names(in_order) == expected
    assert names(in_order[::-1]) == expected


def test_of_equally_restarted_pods_the_sidecars_decide() -> None:
    def a_pod_with_sidecar(name: str, restarts: int) -> JsonObject:
        pod = a_running(name)
        pod["spec"]["initContainers"] = [{"name": "mesh", "restartPolicy": "Always"}]
        pod["status"]["initContainerStatuses"] = [{"name": "mesh", "restartCount": restarts}]
        return pod

    assert names([a_pod_with_sidecar("calm", 0), a_pod_with_sidecar("busy", 3)]) == ["busy", "calm"]


def test_a_finished_pod_counts_as_a_running_one_that_is_not_ready() -> None:
    finished = a_pod("finished", spec={"nodeName": "node-1"}, status={"phase": "Succeeded"})
    unready = a_running("unready", creationTimestamp="2026-11-20T11:00:00Z")
    assert names([finished, unready]) == ["unready", "finished"]


def test_the_pods_of_a_workload_are_found_by_its_selector() -> None:
    assert pod_selector(a_deployment("web")) == "app=web"
    expressions = [{"key": "tier", "operator": "In", "values": ["a", "b"]}]
    spec = {"selector": {"matchLabels": {"app": "web"}, "matchExpressions": expressions}}
    assert pod_selector(an_object("apps/v1", "StatefulSet", "db", spec=spec)) == (
        "app=web,tier in (a,b)"
    )


@pytest.mark.parametrize("kind", ["Service", "ReplicationController"])
def test_the_selector_of_some_kinds_is_a_map_of_labels(kind: str) -> None:
    assert (
        pod_selector(an_object("v1", kind, "web", spec={"selector": {"app": "web"}})) == "app=web"
    )


def test_a_custom_resource_may_say_its_selector_in_its_status() -> None:
    rollout = an_object("argoproj.io/v1alpha1", "Rollout", "web", status={"selector": "app=web"})
    assert pod_selector(rollout) == "app=web"


@pytest.mark.parametrize(
    ("obj", "why"),
    [
        (an_object("v1", "Service", "out", spec={}), 'service "out" selects no pods.'),
        (an_object("v1", "ConfigMap", "flags"), 'configmap "flags" selects no pods.'),
        (
            an_object("batch/v1", "CronJob", "nightly", spec={}),
            'cronjob "nightly" has no pods of its own: name one of its jobs (job/NAME).',
        ),
    ],
)
def test_what_selects_nothing_is_refused_and_never_means_every_pod(
    obj: JsonObject, why: str
) -> None:
    with pytest.raises(InvalidError) as refusal:
        pod_selector(obj)
    assert str(refusal.value) == why
