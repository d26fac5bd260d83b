"""Rollouts, their analyses and their history show no secret: arguments, headers, addresses."""

from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.argo import VERSION
from tests.support.argo_states import CANARY as STRATEGY
from tests.support.argo_states import an_analysis_run, paused, with_sets
from tests.support.builders import an_object

WEB = {"name": "web", "namespace": "shop"}
CANARY = "canary7Xq9"
ARGUMENTS = [
    {"name": "api-token", "value": f"{CANARY} one"},
    {"name": "githubToken", "value": f"{CANARY} two"},
    {"name": "host", "value": "stats.shop"},
]
METRIC = {
    "name": "errors",
    "successCondition": "result < 0.05",
    "provider": {
        "web": {
            "url": f"https://{{{{args.host}}}}/errors?api_key={CANARY}&window=5m",
            "headers": [
                {"key": "X-Api-Key", "value": CANARY},
                {"key": "Authorization", "value": f"Token {CANARY}"},
                {"key": "Cookie", "value": f"session={CANARY}"},
                {"key": "Accept", "value": "application/json"},
            ],
        }
    },
}


@pytest.fixture
def careless(shop: Cluster) -> Cluster:
    """A canary whose secrets stand in its own spec, in its analyses and in its containers."""
    steps = [{"analysis": {"templates": [{"templateName": "errors"}], "args": ARGUMENTS}}]
    canary = {**STRATEGY["canary"], "steps": steps, "analysis": {"args": ARGUMENTS}}
    rollout = with_sets(shop, paused(), {"canary": canary})
    run = an_analysis_run(rollout)
    run["spec"] = {"args": ARGUMENTS, "metrics": [METRIC]}
    shop.store.create(run)
    template = {"args": ARGUMENTS, "metrics": [METRIC]}
    shop.store.create(an_object(VERSION, "AnalysisTemplate", "errors", spec=template))
    stable = shop.store.get("apps", "replicasets", "shop", "web-aaa")
    container = stable["spec"]["template"]["spec"]["containers"][0]
    container["env"] = [
        {"name": name, "value": f"{CANARY} {name}"}
        for name in ("PGPASSWORD", "dbPassword", "apiToken", "githubToken", "GITHUB_PAT")
    ]
    shop.store.update(stable)
    return shop


@pytest.mark.parametrize("output", ["yaml", "json", "jsonpath={..args}", "jsonpath={..web}"])
@pytest.mark.parametrize("types", ["rollouts", "analysisruns", "analysistemplates", "replicasets"])
async def test_no_form_of_an_object_shows_a_secret(
    call: Call, careless: Cluster, types: str, output: str
) -> None:
    answer = await call("k8s_get", resource_type=types, namespace="shop", output=output)
    assert not answer.error
    assert CANARY not in f"{answer.text}{answer.data}"


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("k8s_describe", {"resource_type": "rollout", "name": "web"}),
        ("k8s_describe", {"resource_type": "analysisrun", "name": "web-bbb-2-1"}),
        ("k8s_describe", {"resource_type": "analysistemplate", "name": "errors"}),
        ("argo_describe", {"name": "web"}),
        ("argo_history", {"name": "web"}),
        ("argo_history", {"name": "web", "revision": 1}),
        ("argo_list_analysisruns", {}),
        ("argo_list_templates", {}),
    ],
)
async def test_no_tool_shows_a_secret(
    call: Call, careless: Cluster, tool: str, arguments: dict[str, Any]
) -> None:
    answer = await call(tool, namespace="shop", **arguments)
    assert not answer.error, answer.text
    assert CANARY not in f"{answer.text}{answer.data}"


async def test_what_is_no_secret_stays_readable(call: Call, careless: Cluster) -> None:
    arguments = {"resource_type": "analysistemplate", "name": "errors", "namespace": "shop"}
    text = (await call("k8s_get", output="yaml", **arguments)).text
    assert "value: stats.shop" in text
    assert "value: application/json" in text
    assert "https://{{args.host}}/errors?api_key=<redacted>&window=5m" in text
    history = (await call("argo_history", revision=1, **WEB)).text
    assert "PGPASSWORD" in history
    assert "<redacted" in history
