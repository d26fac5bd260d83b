"""kubectl wait's conditions, judged on objects."""

from typing import Any

import pytest

from tests.support.builders import a_pod, an_object
from tests.support.rollouts import a_workload
from tools.render.awaited import Verdict, awaited, condition_met, progress_of, unmet


def with_condition(kind: str, status: str, **more: Any) -> dict[str, Any]:
    condition = {"type": kind, "status": status, **more}
    return a_workload(status={"conditions": [condition]})


@pytest.mark.parametrize(
    ("text", "obj", "verdict"),
    [
        ("Available", with_condition("Available", "True"), Verdict(met=True)),
        ("available=FALSE", with_condition("Available", "False"), Verdict(met=True)),
        (
            "condition=Available",
            with_condition("Available", "False", reason="Few", message="1 of 3"),
            Verdict(met=False, text="Available is False (Few: 1 of 3)"),
        ),
        (
            "Available",
            with_condition("Progressing", "True"),
            Verdict(met=False, text="has no condition Available (it has: Progressing)"),
        ),
        (
            "networking.example.com/Ready",
            with_condition("networking.example.com/Ready", "True"),
            Verdict(met=True),
        ),
        (
            "Ready",
            a_pod(status={"phase": "Succeeded"}),
            Verdict(met=False, text="has ended: Succeeded", hopeless=True),
        ),
        ("delete", a_pod(), Verdict(met=False, text="is there; nobody has deleted it")),
        ("CREATE", a_pod(), Verdict(met=True)),
        (
            "rollout",
            a_workload(status={"updatedReplicas": 1}),
            Verdict(met=False, text="1 of 3 updated, 0 available"),
        ),
        (
            "jsonpath=.status.phase=Pending",
            a_pod(),
            Verdict(met=True, text='is "Pending"'),
        ),
        (
            "jsonpath={.spec.containers[*].name}=web",
            a_pod(containers=[{"name": "web"}, {"name": "proxy"}]),
            Verdict(met=False, text="the path leads to more than one value", hopeless=True),
        ),
    ],
)
def test_a_verdict(text: str, obj: dict[str, Any], verdict: Verdict) -> None:
    assert awaited(text).judge(obj) == verdict


def test_a_condition_of_an_older_generation_does_not_count() -> None:
    obj = with_condition("Available", "True")
    obj["metadata"]["generation"] = 2
    verdict = awaited("Available").judge(obj)
    assert verdict == Verdict(met=False, text="Available is of an older generation")


def test_what_holds_a_deletion_up_is_said() -> None:
    obj = an_object("v1", "PersistentVolumeClaim", "data")
    since = "2026-11-20T11:00:00Z"
    obj["metadata"] |= {"deletionTimestamp": since, "finalizers": ["pvc-protection", "backup"]}
    text = f"is being deleted since {since}, held by finalizers: pvc-protection, backup"
    assert awaited("delete").judge(obj) == Verdict(met=False, text=text)


@pytest.mark.parametrize("text", ["", "a b", "jsonpath={.a", "jsonpath={.a}=", "Ready=a=b"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"accepted: |jsonpath|path"):
        awaited(text)


def test_a_report_names_first_what_never_will_be_and_not_all() -> None:
    verdicts = {f"pod/{n}": Verdict(met=False, text="Ready is False") for n in range(11)}
    verdicts["pod/bad"] = Verdict(met=False, text="has ended: Failed", hopeless=True)
    lines = unmet(awaited("Ready"), verdicts, 60, "pods").splitlines()
    assert lines[:2] == ["Ready cannot be met (0 of 12 met):", "pod/bad: has ended: Failed"]
    assert lines[-1] == "… and 2 more"


def test_progress_and_success_in_words() -> None:
    verdicts = [Verdict(met=True), Verdict(met=False)]
    assert progress_of(awaited("Ready"), verdicts) == "Ready: 1 of 2"
    assert progress_of(awaited("delete"), verdicts) == "delete: 2 left"
    assert condition_met(["pod/a", "pod/b"]) == "pod/a condition met\npod/b condition met"
