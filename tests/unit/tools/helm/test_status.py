"""helm_status: Helm's lines, each object as it is in the cluster, and the way out when stuck."""

import json
from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import NOW, Call
from tests.support.builders import a_config_map, a_deployment, a_pod
from tests.unit.tools.helm.conftest import Stored

WEB = {"release_name": "web", "namespace": "shop"}
HEAD = (
    "NAME: web\nLAST DEPLOYED: Fri Nov 20 09:14:11 2026\nNAMESPACE: shop\nSTATUS: deployed\n"
    "REVISION: 1\nDESCRIPTION: Install complete\n"
)
BACK = 'helm_rollback(release_name="web", namespace="shop", revision={})'
UNINSTALL = 'helm_uninstall(release_name="web", namespace="shop")'


def manifest(*objects: dict[str, Any]) -> str:
    return "".join(f"---\n# Source: web/x.yaml\n{json.dumps(each)}\n" for each in objects)


async def test_a_release_whose_objects_are_there_is_ready(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    stored("web")
    cluster.store.create(a_config_map("flags", color="green"))
    answer = await call("helm_status", **WEB)
    assert answer.text == (
        f"{HEAD}RESOURCES: 1 of 1 ready\n  configmap/flags  ready\nTEST SUITE: None"
    )
    assert answer.data["healthy"] is True
    assert (answer.data["status"], answer.data["revision"]) == ("deployed", 1)


async def test_each_object_says_what_it_lacks_in_the_manifests_order(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    web, job = a_deployment("web"), {"apiVersion": "batch/v1", "kind": "Job"}
    stored(
        "web",
        manifest=manifest(
            a_config_map("gone"),
            {**a_config_map("far"), "metadata": {"name": "far", "namespace": "kube-public"}},
            web,
            {**job, "metadata": {"name": "once"}},
            {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}},
        ),
    )
    cluster.store.create(a_config_map("far", "kube-public"))
    cluster.store.create({**web, "status": {"replicas": 3, "updatedReplicas": 3}})
    failed = {"type": "Failed", "status": "True", "message": "Job has reached the limit"}
    once = {**job, "metadata": {"name": "once", "namespace": "shop"}, "spec": {}}
    cluster.store.create({**once, "status": {"conditions": [failed]}})
    answer = await call("helm_status", **WEB)
    assert answer.text.removeprefix(HEAD).split("\n") == [
        "RESOURCES: 1 of 5 ready",
        "  configmap/gone                missing: it is not in the cluster",
        "  configmap/far in kube-public  ready",
        "  deployment.apps/web           3 of 3 updated, 0 available",
        "  job.batch/once                Failed: Job has reached the limit",
        "  widget/w                      cannot be read: The cluster has no Widget of "
        "example.com/v1.",
        "TEST SUITE: None",
    ]
    assert answer.data["healthy"] is False


async def test_what_may_not_be_read_is_said_and_health_is_unknown(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    stored("web")
    cluster.faults.status(403, "/configmaps/flags$", reason="Forbidden", message="not for you")
    answer = await call("helm_status", **WEB)
    assert "RESOURCES: 0 of 1 ready\n  configmap/flags  cannot be read: " in answer.text
    assert answer.data["healthy"] is None


async def test_notes_and_hooks_are_shown_when_asked_for(call: Call, stored: Stored) -> None:
    hook = {"name": "t", "path": "web/t.yaml", "manifest": "kind: Pod\n", "events": ["test"]}
    ran = {"started_at": "2026-11-20T09:00:00Z", "completed_at": "2026-11-20T09:01:00Z"}
    hook["last_run"] = {**ran, "phase": "Succeeded"}
    stored("web", notes="\nThanks.\n", manifest="", hooks=[hook])
    tests = (
        "TEST SUITE:     t\nLast Started:   Fri Nov 20 09:00:00 2026\n"
        "Last Completed: Fri Nov 20 09:01:00 2026\nPhase:          Succeeded"
    )
    short = await call("helm_status", **WEB)
    assert short.text == f"{HEAD}RESOURCES: none\n{tests}"
    full = await call("helm_status", notes=True, hooks=True, **WEB)
    assert full.text == (
        f"{short.text}\nNOTES:\nThanks.\nHOOKS:\n---\n# Source: web/t.yaml\nkind: Pod"
    )


@pytest.mark.parametrize(
    ("state", "age", "advice"),
    [
        (
            "pending-upgrade",
            3 * 3600,
            "Its upgrade is under way for 3h: most likely whoever ran it was stopped. Until it "
            f"ends, upgrades are refused. To free the release: {BACK.format(2)}, or {UNINSTALL}.",
        ),
        (
            "pending-rollback",
            60,
            "Its rollback is under way for 60s, or whoever ran it was stopped: look again before "
            "you free it. Until it ends, upgrades are refused. To free the release (accepted in "
            f"240 s): {BACK.format(2)}, or {UNINSTALL}.",
        ),
        (
            "uninstalling",
            0,
            "Its uninstall is under way, or whoever ran it was stopped. "
            f"To finish it: {UNINSTALL}.",
        ),
        (
            "failed",
            0,
            f"Next: find the reason, then helm_upgrade again, or {BACK.format(2)}.",
        ),
    ],
)
async def test_a_release_in_no_state_to_stay_in_says_the_way_out(
    call: Call, stored: Stored, state: str, age: int, advice: str
) -> None:
    """The way back is to the revision that is deployed, not to the last one."""
    stored("web", 1, status="superseded")
    stored("web", 2)
    stored("web", 3, status="failed")
    since = {"createdAt": str(int(NOW.timestamp()) - age), "modifiedAt": "1"} if age else {}
    stored("web", 4, status=state, labels=since, manifest="")
    answer = await call("helm_status", **WEB)
    assert answer.text.split("\n")[-2] == advice


async def test_a_first_install_that_is_pending_can_only_be_uninstalled(
    call: Call, stored: Stored
) -> None:
    stored("web", status="pending-install", manifest="")
    answer = await call("helm_status", **WEB)
    assert answer.text.split("\n")[-2].endswith(f"To free the release: {UNINSTALL}.")


async def test_a_first_install_that_failed_is_tried_again_or_uninstalled(
    call: Call, stored: Stored
) -> None:
    stored("web", status="failed", manifest="")
    answer = await call("helm_status", **WEB)
    assert answer.text.split("\n")[-2] == (
        f"Next: find the reason, then helm_upgrade again, or {UNINSTALL}."
    )


async def test_an_unready_workload_says_what_its_pods_say(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    stateful = {
        **a_deployment("web", replicas=1),
        "kind": "StatefulSet",
        "status": {"observedGeneration": 1, "replicas": 1},
    }
    stateful["spec"] |= {"updateStrategy": {"type": "RollingUpdate"}, "serviceName": "web"}
    stored("web", manifest=manifest(stateful))
    made = cluster.store.create(stateful)
    pod = a_pod("web-0", labels={"app": "web"})
    unbound = {"type": "PodScheduled", "status": "False", "message": 'pvc "data" is not bound'}
    owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "controller": True}
    pod["metadata"]["ownerReferences"] = [{**owner, "uid": made["metadata"]["uid"]}]
    cluster.store.create({**pod, "status": {"phase": "Pending", "conditions": [unbound]}})
    lines = (await call("helm_status", **WEB)).text.removeprefix(HEAD).split("\n")
    assert lines[1:3] == [
        "  statefulset.apps/web  0 of 1 updated, 0 available",
        '    web-0  0/1  Pending: pvc "data" is not bound',
    ]


async def test_json_is_helms_record_with_each_object_judged(call: Call, stored: Stored) -> None:
    stored("web", config={"a": 1})
    record = json.loads((await call("helm_status", output="json", **WEB)).text)
    assert record["config"] == {"a": 1}
    assert record["info"]["resources"] == [
        {"name": "configmap/flags", "ready": False, "state": "missing: it is not in the cluster"}
    ]
    assert record.keys() == {"name", "info", "config", "manifest", "version", "namespace"}


async def test_of_an_uninstalled_release_only_what_is_left_is_shown(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    kept = a_config_map("kept")
    stored("web", status="uninstalled", manifest=manifest(a_config_map("gone"), kept))
    nothing = await call("helm_status", **WEB)
    assert "RESOURCES: none\n" in nothing.text
    assert nothing.data["healthy"] is None
    cluster.store.create(kept)
    assert (
        "RESOURCES: 1 of 1 ready\n  configmap/kept  ready\n"
        in (await call("helm_status", **WEB)).text
    )


async def test_a_document_that_names_no_object_is_counted(call: Call, stored: Stored) -> None:
    unnamed = '---\n{"apiVersion": "v1", "kind": "List", "items": []}\n---\n# only a comment\n'
    stored("web", manifest=f"{unnamed}---\nkind: [\n")
    answer = await call("helm_status", **WEB)
    assert "RESOURCES: none\n  … and 2 documents that name no single object\n" in answer.text
    assert answer.data["healthy"] is None


async def test_a_manifest_of_many_objects_is_looked_at_in_part_and_says_so(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    stored("web", manifest=manifest(*(a_config_map(f"c{n}") for n in range(203))))
    for number in range(100):
        cluster.store.create(a_config_map(f"c{number}"))
    answer = await call("helm_status", **WEB)
    assert "RESOURCES: 100 of 200 ready" in answer.text
    assert "  … and 60 more that are ready\n" in answer.text
    assert "  … and 3 more objects, which were not looked at\n" in answer.text
