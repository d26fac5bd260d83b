"""The preview's text: what changes, what follows, and the lines for whoever approves."""

from typing import Any

import pytest

from tests.support.builders import a_config_map, a_deployment, a_secret, an_object
from tools.render.created import highlights
from tools.render.preview import Step, digest, preview


def a_step(kind: str = "changed", name: str = "deployment.apps/web", **parts: Any) -> Step:
    before = parts.pop("before", {"spec": {"replicas": 3}})
    after = parts.pop("after", {"spec": {"replicas": 5}})
    return Step(kind, name, parts.pop("where", " in shop"), before, after, **parts)


def test_a_preview_reads_as_a_whole() -> None:
    effects = ["adds 2 pods.", "Service web keeps its endpoints.", "! autoscaler web undoes it."]
    created = a_step("created", "configmap/flags", before=None, after=a_config_map(a="b"))
    steps = [a_step(effects=effects), created, a_step("unchanged", "service/web")]
    assert preview(steps, ["A note."], ['would violate "restricted"']) == (
        "Would change 1 object, create 1 object, leave 1 unchanged. Nothing has been done.\n"
        "\n"
        "~ deployment.apps/web in shop\n"
        "    spec.replicas: 3 → 5\n"
        "  Effect: adds 2 pods. Service web keeps its endpoints.\n"
        "  ! autoscaler web undoes it.\n"
        "+ configmap/flags in shop\n"
        "    keys: a\n"
        "\n"
        "A note.\n"
        'Admission: warning "would violate "restricted""\n'
        "For approval: change deployment.apps/web in shop; create configmap/flags in shop. "
        "Caution: autoscaler web undoes it.\n"
        f'If approved as shown: if_unchanged="{digest(steps, ["A note."])}"'
    )


def test_what_would_fail_is_not_for_approval() -> None:
    text = preview([a_step()], ["Would fail: 1 of 2\n  web  failed"], [])
    assert text.splitlines()[-3:] == [
        "! Would fail: 1 of 2",
        "    web  failed",
        "For approval: nothing, it would fail as it is.",
    ]


def test_nothing_to_do_is_said() -> None:
    unchanged = a_step("unchanged")
    assert preview([], [], []).splitlines()[0] == "Would change nothing. Nothing has been done."
    assert preview([unchanged], [], []) == (
        "Would leave 1 unchanged. Nothing has been done.\n"
        "\n"
        "Admission: accepted, no warnings.\n"
        "For approval: nothing changes.\n"
        f'If approved as shown: if_unchanged="{digest([unchanged], [])}"'
    )


def test_what_touches_no_object_is_approved_in_the_words_of_its_note() -> None:
    notes = ['Would start build 2 of job "deploy".', "Parameters: where=live.", "! it is night."]
    assert preview([], notes, []) == (
        "Only tried: nothing has been done.\n"
        "\n"
        'Would start build 2 of job "deploy".\n'
        "Parameters: where=live.\n"
        "! it is night.\n"
        'For approval: start build 2 of job "deploy". Caution: it is night.\n'
        f'If approved as shown: if_unchanged="{digest([], notes)}"'
    )


def test_what_does_nothing_and_touches_no_object_says_so_for_approval() -> None:
    lines = preview([], ["build 2 has ended already. Nothing would be sent."], []).splitlines()
    assert lines[-2] == "For approval: nothing changes."


def test_an_act_beside_unchanged_objects_is_what_is_approved() -> None:
    lines = preview([a_step("unchanged")], ["Would record revision 3."], []).splitlines()
    assert lines[0] == "Would leave 1 unchanged. Nothing has been done."
    assert lines[-2] == "For approval: record revision 3."


def test_a_long_act_is_cut_in_the_line_for_approval() -> None:
    lines = preview([], [f"Would run {'x' * 1_000}."], []).splitlines()
    assert f"Would run {'x' * 1_000}." in lines
    assert lines[-2] == f"For approval: run {'x' * 296}…."


def test_the_digest_is_that_of_the_state_before() -> None:
    same = digest([a_step(after={"spec": {"replicas": 9}})], [])
    moved = digest([a_step(before={"spec": {"replicas": 4}})], [])
    assert digest([a_step()], []) == same != moved


def test_the_line_for_approval_names_some_and_counts_the_rest() -> None:
    steps = [a_step("deleted", f"pod/web-{number}", effects=["! lost."]) for number in range(6)]
    assert preview(steps, [], []).splitlines()[-2] == (
        "For approval: delete pod/web-0 in shop, pod/web-1 in shop, pod/web-2 in shop, "
        "pod/web-3 in shop and 2 more. Caution: lost."
    )


def test_many_cautions_are_counted() -> None:
    cautions = [f"! danger {number} {'x' * 200}" for number in range(5)]
    line = preview([a_step(effects=cautions)], [], []).splitlines()[-2]
    assert line.endswith("… and 2 more")
    assert len(line) < 600


def test_however_much_changes_cautions_and_the_last_lines_are_there() -> None:
    fields = {f"key{number}": "x" * 250 for number in range(500)}
    steps = [
        a_step(name=f"configmap/c{number}", before={}, after={"data": fields}, effects=["! care."])
        for number in range(100)
    ]
    text = preview(steps, [], [])
    assert len(text.encode()) < 70_000
    assert text.count("  ! care.") == 100
    assert "    … 440 more lines (preview this object alone)" in text
    assert "    … 500 more lines (preview this object alone)" in text
    assert text.splitlines()[-1].startswith("If approved as shown")


def test_a_scale_of_none_is_a_zero() -> None:
    sides = ({"kind": "Scale", "spec": {"replicas": 3}}, {"kind": "Scale", "spec": {}})
    step = a_step(before=sides[0], after=sides[1])
    assert "    spec.replicas: 3 → 0" in preview([step], [], []).splitlines()


JOB_POD = {"spec": {"containers": [{"name": "a", "image": "a:1", "command": ["sh", "-c", "x"]}]}}
SUBJECT = {"kind": "ServiceAccount", "namespace": "shop", "name": "default"}
RULE = {"verbs": ["get", "list"], "resources": ["pods"]}
ROUTE = {"path": "/", "backend": {"service": {"name": "web", "port": {"number": 80}}}}
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "8Gi"}}}


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (a_deployment(), ["3 replicas; container web: shop/web:1"]),
        (
            an_object("batch/v1", "Job", "j", spec={"template": JOB_POD}),
            ['container a: a:1, runs ["sh","-c","x"]'],
        ),
        (
            an_object(
                "batch/v1",
                "CronJob",
                "c",
                spec={"schedule": "* * * * *", "jobTemplate": {"spec": {"template": JOB_POD}}},
            ),
            ['schedule "* * * * *"', 'container a: a:1, runs ["sh","-c","x"]'],
        ),
        (
            an_object(
                "v1",
                "Pod",
                "p",
                spec={
                    "containers": [{"name": "a", "image": "a:1", "ports": [{"containerPort": 80}]}],
                    "serviceAccountName": "robot",
                },
            ),
            ["container a: a:1, port 80", "service account robot"],
        ),
        (a_config_map(), ["no data"]),
        (
            a_config_map(**{f"k{n}": "v" for n in range(8)}),
            ["keys: k0, k1, k2, k3, k4, k5 and 2 more"],
        ),
        (
            {**a_secret(), "data": {"password": "<redacted 16 bytes, fingerprint 3fa9c1>"}},
            ["Opaque: password fingerprint 3fa9c1 (16 bytes)"],
        ),
        (
            an_object(
                "v1",
                "Service",
                "s",
                spec={
                    "type": "LoadBalancer",
                    "selector": {"app": "web"},
                    "ports": [{"port": 80, "targetPort": 8080}, {"port": 443}],
                },
            ),
            ["LoadBalancer, port 80→8080, 443, to pods with app=web"],
        ),
        (
            an_object(
                "networking.k8s.io/v1",
                "Ingress",
                "i",
                spec={"rules": [{"host": "a.example.com", "http": {"paths": [ROUTE]}}]},
            ),
            ["a.example.com/ → service web:80"],
        ),
        (
            an_object("rbac.authorization.k8s.io/v1", "Role", "r", rules=[RULE]),
            ["get, list on pods"],
        ),
        (
            an_object(
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                "b",
                roleRef={"kind": "Role", "name": "r"},
                subjects=[SUBJECT],
            ),
            ["Role r to ServiceAccount shop/default"],
        ),
        (
            an_object("v1", "PersistentVolumeClaim", "c", spec=CLAIM),
            ["8Gi of the default class, ReadWriteOnce"],
        ),
        (
            an_object(
                "autoscaling/v2",
                "HorizontalPodAutoscaler",
                "h",
                spec={"maxReplicas": 4, "scaleTargetRef": {"kind": "Deployment", "name": "web"}},
            ),
            ["1 to 4 replicas of Deployment web"],
        ),
        (
            an_object(
                "policy/v1",
                "PodDisruptionBudget",
                "b",
                spec={"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
            ),
            ["minAvailable 1 of pods with app=web"],
        ),
        (
            an_object(
                "networking.k8s.io/v1",
                "NetworkPolicy",
                "n",
                spec={"podSelector": {}, "policyTypes": ["Ingress"]},
            ),
            ["Ingress of all pods"],
        ),
        (
            an_object(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "x",
                None,
                spec={
                    "group": "example.com",
                    "names": {"kind": "Widget"},
                    "scope": "Namespaced",
                    "versions": [{"name": "v1"}],
                },
            ),
            ["Widget of example.com/v1, Namespaced"],
        ),
        (an_object("v1", "Namespace", "n", None, labels={"team": "shop"}), ["labels team=shop"]),
        (an_object("example.com/v1", "Widget", "w", spec={"size": 3}), ['{"size":3}']),
        (
            an_object("example.com/v1", "Widget", "w", spec={"a": "x" * 500}),
            [f'{{"a":"{"x" * 194}…'],
        ),
        ({"kind": "Deployment", "spec": None}, []),
    ],
)
def test_of_a_created_object_what_matters_is_told(obj: Any, expected: list[str]) -> None:
    assert highlights(obj) == expected
