"""A failed operation: what failed, why, what the pods say, what it leaves, and the way out."""

from typing import Any

import pytest

from tests.support.builders import an_object
from tools.render.helm.changed import Failed, failure, progress_of


def a_deployment(name: str = "web", updated: int = 1, available: int = 0) -> dict[str, Any]:
    status = {"observedGeneration": 1, "updatedReplicas": updated, "availableReplicas": available}
    return an_object("apps/v1", "Deployment", name, spec={"replicas": 3}, status=status)


def failed(**more: Any) -> Failed:
    given = {
        "verb": "upgrade", "name": "web", "namespace": "shop", "reason": "it hurts",
        "status": "failed", "revision": 4, "good": 3, "changed": True, **more,
    }  # fmt: skip
    return Failed(**given)


def test_the_way_back_is_named_with_its_revision() -> None:
    assert failure(failed(), 60) == (
        'Release "web" in namespace "shop" not upgraded: it hurts\n'
        "It is failed (revision 4).\n"
        'Go back with helm_rollback(release_name="web", namespace="shop", revision=3).'
    )


@pytest.mark.parametrize("verb", ["install", "upgrade", "rollback"])
def test_without_a_revision_to_go_back_to_there_are_two_ways_on(verb: str) -> None:
    assert failure(failed(verb=verb, good=0), 60).splitlines()[-1] == (
        "Try again with helm_upgrade, or clear it with "
        'helm_uninstall(release_name="web", namespace="shop").'
    )


def test_a_state_that_cannot_be_read_is_not_told_as_none() -> None:
    unread = failed(status="", revision=0, good=0, unread="The API server refuses connections.")
    assert failure(unread, 60).splitlines()[1:] == [
        "What state it is in is not known: The API server refuses connections. Look with "
        'helm_status(release_name="web", namespace="shop").'
    ]


def test_a_deadline_is_told_in_seconds_with_what_the_pods_say() -> None:
    troubles = [(a_deployment(), "", ["  web-1  0/1  ErrImagePull"])]
    reason = "resource Deployment/shop/web not ready\ncontext deadline exceeded"
    assert failure(failed(reason=reason, troubles=troubles), 60).splitlines()[:3] == [
        'Release "web" in namespace "shop" not upgraded: resource Deployment/shop/web not ready; '
        "not finished in 60 s",
        "  deployment/web 1 of 3 updated, 0 available",
        "    web-1  0/1  ErrImagePull",
    ]


def test_a_first_install_can_only_be_tried_again_or_cleared() -> None:
    assert failure(failed(verb="install", revision=1, good=0), 60).splitlines()[1:] == [
        "It is failed (revision 1).",
        "Try again with helm_upgrade, or clear it with helm_uninstall("
        'release_name="web", namespace="shop").',
    ]


def test_what_was_left_half_way_is_freed() -> None:
    half_way = failed(verb="install", status="pending-install", revision=1, good=0)
    assert failure(half_way, 60).splitlines()[1:] == [
        "It is pending-install (revision 1).",
        'Clear it with helm_uninstall(release_name="web", namespace="shop").',
    ]


def test_what_changed_nothing_says_so() -> None:
    assert failure(failed(changed=False), 60).splitlines()[1:] == ["Nothing was changed."]


def test_what_was_taken_away_again_leaves_nothing() -> None:
    gone = failed(verb="install", status="", revision=0, good=0)
    assert failure(gone, 60).splitlines()[1:] == ["No revision of the release is left."]


def test_progress_names_what_is_not_ready() -> None:
    ready = a_deployment("db", 3, 3)
    ready["status"] |= {"replicas": 3}
    assert progress_of([a_deployment(), ready]) == "deployment/web 1 of 3 updated, 0 available"
    assert progress_of([ready]) == "1 of 1 ready"
    assert progress_of([]) == ""
    many = [a_deployment(f"web-{n}") for n in range(7)]
    assert progress_of(many).endswith("; 2 more")
