"""Rollout histories."""

from datetime import UTC, datetime
from typing import Any

from tests.support.builders import an_object
from tests.support.rollouts import a_template, a_workload
from tools.render.revisions import history, one_revision, revision_number

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CAUSE = {"kubernetes.io/change-cause": "kubectl set image\n--record"}


def kept(number: int | str, **annotations: str) -> dict[str, Any]:
    return an_object(
        "apps/v1",
        "ReplicaSet",
        f"web-{number}",
        annotations={"deployment.kubernetes.io/revision": str(number), **annotations},
        creationTimestamp="2026-11-20T11:00:00Z",
        spec={"template": a_template()},
    )


def test_revisions_are_in_numerical_order_and_causes_are_one_line() -> None:
    text = history(a_workload(), [kept(10), kept(9, **CAUSE)], NOW)
    assert text == (
        "deployment.apps/web\n"
        "REVISION  CHANGE-CAUSE                AGE  IMAGES\n"
        "9         kubectl set image --record  60m  web=shop/web:1\n"
        "10        <none>                      60m  web=shop/web:1"
    )


def test_without_revisions_kubectls_sentence_is_said() -> None:
    assert history(a_workload(), [], NOW) == "deployment.apps/web\nNo rollout history found."
    assert "No rollout history" in history(a_workload(), [kept("none")], NOW)


def test_the_change_cause_stands_among_the_templates_annotations() -> None:
    text = one_revision(a_workload(), kept(9, **CAUSE))
    assert "  Annotations:" in text
    assert text.startswith("deployment.apps/web with revision #9\nPod Template:\n")


def test_a_number_that_is_none_counts_as_no_revision() -> None:
    assert revision_number(kept("1x")) == 0
    assert revision_number({"metadata": {}, "revision": 7}) == 7
