"""Each changing tool does to an object what kubectl does to its twin in another namespace."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
import yaml

from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.e2e.twins import (
    RESTARTED_AT,
    JsonObject,
    Twins,
    a_config_map,
    a_definition,
    a_widget,
    a_workload,
)
from tests.support.served import Served, served

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
KINDS = ["deployment", "statefulset", "daemonset"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def changing(
    admin: Kubectl, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The server as whoever owns the cluster, for the tests of this file."""
    folder = tmp_path_factory.mktemp("changing")
    async with served(folder, "--kubeconfig", str(admin.kubeconfig)) as running:
        yield running


@pytest.fixture
def twins(admin: Kubectl, changing: Served) -> Iterator[Twins]:
    pair = Twins(admin, Asking(changing))
    for namespace in (pair.ours, pair.theirs):
        admin("create", "namespace", namespace)
    yield pair
    admin("delete", "namespace", pair.ours, pair.theirs, "--wait=false")
    definitions = admin("get", "crd", "-o", "name").split()
    if left := [name for name in definitions if pair.own in name]:
        admin("delete", "--wait=false", *left)


@pytest.fixture
def widgets(twins: Twins) -> Twins:
    """Twins of a type that was made for them."""
    twins.admin("create", "-f", "-", given=yaml.safe_dump(a_definition(twins.group)))
    crd = f"crd/widgets.{twins.group}"
    twins.admin("wait", "--for=condition=Established", crd, "--timeout=30s")
    twins.create(a_widget(twins.group))
    return twins


PATCHES = {
    "strategic": {"spec": {"template": {"spec": {"containers": [{"name": "web", "tty": True}]}}}},
    "merge": {"spec": {"template": {"spec": {"initContainers": None}}}},
    "json": [
        {"op": "test", "path": "/spec/replicas", "value": 1},
        {"op": "add", "path": "/metadata/labels/a~1b", "value": "c"},
        {"op": "remove", "path": "/spec/template/spec/containers/0/env/0"},
    ],
}


@pytest.mark.parametrize("patch_type", PATCHES)
async def test_patches_of_every_type(twins: Twins, patch_type: str) -> None:
    twins.create(a_workload("deployment"))
    patch = json.dumps(PATCHES[patch_type])
    asked = {"resource_type": "deployment", "name": "web", "patch": patch}
    said = await twins.tool("k8s_patch", **asked, patch_type=patch_type)
    assert said == "deployment.apps/web patched"
    twins.kubectl("patch", "deployment/web", f"--type={patch_type}", "-p", patch)
    twins.same("deployment/web")
    asked["patch"] = json.dumps([{"op": "remove", "path": "/spec/nowhere"}])
    refused = await twins.ask("k8s_patch", **asked, namespace=twins.ours)
    assert "Operation 0 (remove): there is no /spec/nowhere." in refused.text


async def test_a_custom_resource_and_its_status(widgets: Twins) -> None:
    kind = f"widgets.{widgets.group}"
    asked = {"resource_type": kind, "name": "gear"}
    spec, status = '{"spec": {"colour": "red"}}', '{"status": {"phase": "Done"}}'
    await widgets.tool("k8s_patch", **asked, patch=spec)
    said = await widgets.tool("k8s_patch", **asked, patch=status, subresource="status")
    assert said.endswith("/gear patched")
    merge = ("patch", f"{kind}/gear", "--type=merge")
    widgets.kubectl(*merge, "-p", spec)
    widgets.kubectl(*merge, "-p", status, "--subresource=status")
    assert widgets.same(f"{kind}/gear")["status"] == {"phase": "Done"}


@pytest.mark.parametrize("kind", KINDS)
async def test_images(twins: Twins, kind: str) -> None:
    twins.create(a_workload(kind))
    asked = {"resource_type": kind, "resource_name": "web"}
    images = "web=localhost/shop/web:2,migrate=localhost/shop/tools:2"
    await twins.tool("k8s_set_image", **asked, container_images=images)
    twins.kubectl("set", "image", f"{kind}/web", *images.split(","))
    twins.same(f"{kind}/web")
    await twins.tool("k8s_set_image", **asked, container_images="*=localhost/shop/all:3")
    twins.kubectl("set", "image", f"{kind}/web", "*=localhost/shop/all:3")
    twins.same(f"{kind}/web")


async def test_a_cron_jobs_image(twins: Twins) -> None:
    pod = {"containers": [{"name": "job", "image": "localhost/a:1"}], "restartPolicy": "Never"}
    spec = {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": {"template": {"spec": pod}}}}
    metadata = {"name": "nightly"}
    twins.create({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": spec})
    asked = {"resource_type": "cj", "resource_name": "nightly"}
    await twins.tool("k8s_set_image", **asked, container_images="job=localhost/a:2")
    twins.kubectl("set", "image", "cronjob/nightly", "job=localhost/a:2")
    twins.same("cronjob/nightly")


async def test_scaling(twins: Twins) -> None:
    twins.create(a_workload("deployment"), a_workload("statefulset"))
    for kind, replicas in (("deployment", 0), ("deployment", 3), ("statefulset", 2)):
        said = await twins.tool("k8s_scale", resource_type=kind, name="web", replicas=replicas)
        assert f"→ {replicas} replicas" in said
        twins.kubectl("scale", f"{kind}/web", f"--replicas={replicas}")
        assert twins.same(f"{kind}/web")["spec"]["replicas"] == replicas


async def test_scaling_a_custom_resource(widgets: Twins) -> None:
    kind = f"widgets.{widgets.group}"
    said = await widgets.tool("k8s_scale", resource_type=kind, name="gear", replicas=4)
    assert said == f"widget.{widgets.group}/gear scaled: 1 → 4 replicas."
    widgets.kubectl("scale", f"{kind}/gear", "--replicas=4")
    assert widgets.same(f"{kind}/gear")["spec"] == {"size": 4}


async def test_labels_and_annotations(twins: Twins) -> None:
    twins.create(a_config_map("flags", a="1"))
    asked = {"resource_type": "configmap", "name": "flags"}
    await twins.tool("k8s_label", **asked, labels={"tier": "front"}, annotations={"team": "shop"})
    twins.kubectl("label", "configmap/flags", "tier=front")
    twins.kubectl("annotate", "configmap/flags", "team=shop")
    twins.same("configmap/flags")
    await twins.tool("k8s_label", **asked, labels={"tier": None}, annotations={"team": "web"})
    twins.kubectl("label", "configmap/flags", "tier-")
    twins.kubectl("annotate", "configmap/flags", "--overwrite", "team=web")
    twins.same("configmap/flags")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_restart(twins: Twins, kind: str) -> None:
    twins.create(a_workload(kind))
    await twins.tool("k8s_rollout_restart", name=f"{kind}/web")
    twins.kubectl("rollout", "restart", f"{kind}/web")
    template = twins.same(f"{kind}/web")["spec"]["template"]
    assert template["metadata"]["annotations"] == {RESTARTED_AT: "THEN"}


async def test_pausing_and_resuming(twins: Twins) -> None:
    twins.create(a_workload("deployment"))
    await twins.tool("k8s_rollout_pause", name="web")
    twins.kubectl("rollout", "pause", "deployment/web")
    assert twins.same("deployment/web")["spec"]["paused"] is True
    for tool, more in (
        ("k8s_rollout_restart", {}),
        ("k8s_rollout_undo", {"resource_type": "deployment"}),
    ):
        refused = await twins.ask(tool, name="web", namespace=twins.ours, **more)
        assert "resume it first" in refused.text
    await twins.tool("k8s_rollout_pause", name="web", resume=True)
    twins.kubectl("rollout", "resume", "deployment/web")
    assert "paused" not in twins.same("deployment/web")["spec"]


@pytest.mark.parametrize("kind", KINDS)
async def test_going_back_after_five_revisions(twins: Twins, kind: str) -> None:
    for number in range(1, 6):
        verb = ("create",) if number == 1 else ("replace",)
        for namespace in (twins.ours, twins.theirs):
            text = json.dumps(a_workload(kind, number=number))
            twins.admin(*verb, "-n", namespace, "-f", "-", given=text)
            look = ("rollout", "history", f"{kind}/web", "-n", namespace)
            twins.admin.until(lambda text, last=str(number): text.split()[-2] == last, *look)
    asked = {"name": "web", "resource_type": kind}
    for revision in (None, 2, None, 1):
        more = {"to_revision": revision} if revision else {}
        text = await twins.tool("k8s_rollout_undo", **asked, **more)
        assert "s3cr3t" not in text
        to = [f"--to-revision={revision}"] if revision else []
        twins.kubectl("rollout", "undo", f"{kind}/web", *to)
        for namespace in (twins.ours, twins.theirs):
            twins.admin.until(
                lambda text: text == "true",
                *("get", f"{kind}/web", "-n", namespace, "-o"),
                "go-template={{eq .metadata.generation .status.observedGeneration}}",
            )
        histories = []
        for namespace in (twins.ours, twins.theirs):
            histories.append(twins.admin("rollout", "history", f"{kind}/web", "-n", namespace))
        assert histories[0] == histories[1]
        twins.same(f"{kind}/web")
    assert "localhost/shop/web:1" in json.dumps(twins.same(f"{kind}/web"))


def an_application(group: str, *, second: bool = False) -> list[JsonObject]:
    """Several documents; the second time values change and fields are gone."""
    web = a_workload("deployment", number=2 if second else 1)
    container = web["spec"]["template"]["spec"]["containers"][0]
    if second:
        del container["env"]
        del web["spec"]["template"]["spec"]["initContainers"]
    ports = [{"name": "http", "port": 80}, {"name": "admin", "port": 81}]
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db"},
        "stringData": {"password": "s3cr3t-2" if second else "s3cr3t-1"},
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": ports[:1] if second else ports},
    }
    config = a_config_map("flags", **({"a": "2"} if second else {"a": "1", "b": "1"}))
    return [config, secret, service, web, a_widget(group, "cog", **({} if second else {"x": 1}))]


def everything(group: str) -> list[str]:
    kinds = ["configmap/flags", "secret/db", "service/web", "deployment/web"]
    return [*kinds, f"widgets.{group}/cog"]


async def test_a_manifest_applied_twice(widgets: Twins) -> None:
    server_side = ("apply", "--server-side", "-f", "-")
    for second in (False, True):
        text = yaml.safe_dump_all(an_application(widgets.group, second=second))
        said = await widgets.tool("k8s_apply", content=text)
        outcomes = {line.split()[-1] for line in said.splitlines()}
        assert outcomes == {"configured" if second else "created"}
        assert "s3cr3t" not in said
        widgets.kubectl(*server_side, given=text)
        for what in everything(widgets.group):
            widgets.same(what)
    said = await widgets.tool("k8s_apply", content=text)
    assert {line.split()[-1] for line in said.splitlines()} == {"unchanged"}


async def test_what_client_side_apply_left_is_migrated(twins: Twins) -> None:
    first, second = (an_application("x", second=second)[:4] for second in (False, True))
    for namespace in (twins.ours, twins.theirs):
        twins.admin("apply", "-n", namespace, "-f", "-", given=yaml.safe_dump_all(first))
    text = yaml.safe_dump_all(second)
    dry = await twins.tool("k8s_apply", content=text, dry_run=True)
    assert "conflict: " not in dry
    assert "Would change 4 objects" in dry
    await twins.tool("k8s_apply", content=text)
    twins.kubectl("apply", "--server-side", "-f", "-", given=text)
    for what in everything("x")[:4]:
        ours, theirs = (twins.found(what, where) for where in (twins.ours, twins.theirs))
        for each in (ours, theirs):  # kubectl applies twice, which is one revision more
            annotations = each["metadata"].pop("annotations", {})
            assert annotations.keys() <= {LAST_APPLIED, "deployment.kubernetes.io/revision"}
        assert ours == theirs
        raw = twins.admin.json("get", what, "-n", twins.ours, "--show-managed-fields")
        assert LAST_APPLIED not in json.dumps(raw)
        managers = {entry["manager"] for entry in raw["metadata"]["managedFields"]}
        assert managers <= {"skyflo", "kube-controller-manager"}


async def test_a_definition_and_its_objects_in_one_manifest(twins: Twins) -> None:
    """kubectl needs two calls for this."""
    objects = [a_widget(twins.group), a_definition(twins.group)]
    dry = await twins.tool("k8s_apply", content=yaml.safe_dump_all(objects), dry_run=True)
    assert "cannot be checked before its type exists" in dry
    said = await twins.tool("k8s_apply", content=yaml.safe_dump_all(objects))
    assert [line.split()[1] for line in said.splitlines()] == ["created", "created"]
    assert twins.found(f"widgets.{twins.group}/gear", twins.ours)["spec"] == {"size": 1}


async def test_a_field_that_another_manager_owns(twins: Twins) -> None:
    twins.create(a_config_map("flags", a="1"))
    theirs = yaml.safe_dump(a_config_map("flags", a="2"))
    apply = ("apply", "--server-side", "--force-conflicts", "--field-manager=flux", "-f", "-")
    twins.admin(*apply, "-n", twins.ours, given=theirs)
    content = yaml.safe_dump(a_config_map("flags", a="3"))
    refused = await twins.ask("k8s_apply", content=content, namespace=twins.ours)
    assert refused.error
    assert 'conflict: "flux" owns .data.a. Leave these fields out' in refused.text
    await twins.tool("k8s_apply", content=content, force=True)
    assert twins.found("configmap/flags", twins.ours)["data"] == {"a": "3"}


@pytest.mark.parametrize("cascade", ["background", "foreground", "orphan"])
async def test_deleting(twins: Twins, cascade: str) -> None:
    twins.create(a_workload("deployment"))
    sets = ("get", "replicasets", "-o", "name")
    for namespace in (twins.ours, twins.theirs):
        twins.admin.until(bool, *sets, "-n", namespace)
    asked = {"resource_type": "deployment", "name": "web", "cascade": cascade}
    assert (await twins.tool("k8s_delete", **asked, dry_run=True)).startswith("Would delete")
    assert twins.found("deployment/web", twins.ours)
    assert (await twins.tool("k8s_delete", **asked)).startswith("deployment.apps/web deleted")
    twins.kubectl("delete", "deployment/web", f"--cascade={cascade}")
    for namespace in (twins.ours, twins.theirs):
        gone = ("get", "deployments", "-o", "name", "-n", namespace)
        twins.admin.until(lambda names: not names, *gone)
        kept = cascade == "orphan"
        twins.admin.until(lambda names, kept=kept: bool(names) is kept, *sets, "-n", namespace)


async def test_what_a_finalizer_holds(twins: Twins) -> None:
    held = a_config_map("held")
    held["metadata"]["finalizers"] = ["example.com/hold"]
    twins.create(held)
    asked = {"resource_type": "configmap", "name": "held", "wait_seconds": 1}
    let_go = ("patch", "configmap/held", "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
    try:
        said = await twins.tool("k8s_delete", **asked)
    finally:
        for namespace in (twins.ours, twins.theirs):
            twins.admin(*let_go, "-n", namespace)
    assert "still there after 1 s: finalizers example.com/hold." in said


async def test_nodes(twins: Twins) -> None:
    names = [f"{twins.own}-{whose}" for whose in ("ours", "theirs")]
    nodes = [{"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}} for name in names]
    twins.admin("create", "-f", "-", given=yaml.safe_dump_all(nodes))
    try:
        for tool, verb, closed in (
            ("k8s_cordon", "cordon", True),
            ("k8s_uncordon", "uncordon", None),
        ):
            said = await twins.ask(tool, node_name=names[0])
            assert said.text.startswith(f"node/{names[0]} {verb}ed")
            twins.admin(verb, names[1])
            for name in names:
                spec = twins.admin.json("get", "node", name)["spec"]
                assert spec.get("unschedulable") is closed
    finally:
        twins.admin("delete", "node", *names)
