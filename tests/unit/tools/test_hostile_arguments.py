"""Every string of every tool, given what an attacker or a confused model would: one sentence.

Whatever is given, a value is one value: it becomes no flag, no second path segment, no other host,
and never a fault of ours.
"""

import re

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_deployment, a_namespace, a_pod
from tools.tool import PlatformTool
from tools.toolsets import TOOLSETS

HOSTILE = {
    "a flag": "--server=https://127.0.0.1:1",
    "a name and a flag": "web --kubeconfig=/etc/passwd",
    "all of them": "--all",
    "two names": "web db",
    "a second namespace": "shop -n kube-system",
    "a new line": "web\n--all",
    "a tab": "web\tdb",
    "nothing": "",
    "a megabyte": "x" * 2**20,
    "up": "..",
    "up and over": "../../kube-system/secrets/x",
    "encoded": "..%2F..%2Fsecrets",
    "a query": "web?watch=true&x=",
    "a fragment": "web#x",
    "a null": "web\x00",
    "unicode": "wéb‮",
    "a template": "{{.}}{@}[?(",
    "a url": "http://169.254.169.254/latest/meta-data",
}
SANE = {
    "resource_type": "pods",
    "name": "web",
    "pod_name": "web",
    "node_name": "node",
    "namespace": "shop",
    "resource_name": "web",
    "condition": "condition=Ready",
    "container_images": "web=shop/web:2",
    "content": "{apiVersion: v1, kind: ConfigMap, metadata: {name: web}}",
    "patch": "{metadata: {labels: {a: b}}}",
    "command": "true",
    "image": "shop/web:1",
    "ports": "8080",
    "forward_id": "pf-0123ab",
    "replicas": 2,
    "tool": "k8s_scale",
    "arguments": {"name": "web", "resource_type": "deployment", "replicas": 2, "namespace": "shop"},
    "api_url": "http://127.0.0.1:1/jenkins",
    "credentials_ref": "ci/jenkins",
    "jobFullName": "shop/web",
    "id": 1,
    "dry_run": True,
    "seconds": 0,
    "wait_seconds": 0,
    "timeout_seconds": 0,
    "release_name": "web",
    "chart": "demo/web",
    "values": "replicas: 2",
    "revision": 1,
    "keyword": "web",
    "url": "https://127.0.0.1:1/charts",
}
ALWAYS = ("namespace", "wait_seconds", "timeout_seconds", "dry_run")
TOOLS = [tool for toolset in TOOLSETS for tool in toolset]
CASES = [
    pytest.param(tool, parameter, id=f"{tool.name}({parameter})")
    for tool in TOOLS
    for parameter, schema in tool.parameters["properties"].items()
    if schema.get("type") == "string" and parameter != "if_unchanged"
]
PLAIN_PATH = re.compile(r"[a-zA-Z0-9._/-]*")


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace("shop"))
    cluster.store.create(a_pod("web"))
    cluster.store.create(a_deployment("web"))
    return cluster


@pytest.mark.parametrize(("tool", "parameter"), CASES)
async def test_a_hostile_value_is_one_value_or_refused(
    call: Call, shop: Cluster, tool: PlatformTool, parameter: str
) -> None:
    needed = {*tool.parameters.get("required", ()), *ALWAYS} & {*tool.parameters["properties"]}
    sane = {name: SANE[name] for name in needed}
    if tool.tags == {"helm"} and "wait_seconds" in sane:
        sane["wait_seconds"] = 10  # helm's hooks take a while
    for label, value in HOSTILE.items():
        shop.requests.clear()
        answer = await call(tool.name, **sane | {parameter: value})
        assert "incident" not in answer.text, (label, answer.text)
        assert len(answer.text) < 20_000, label
        for request in shop.requests:
            assert PLAIN_PATH.fullmatch(request.path), (label, request.path)
            assert "kube-system/secrets" not in request.path, label
            assert len("".join(request.query.values())) < 10_000, label
        assert shop.requests.changes == [], label
