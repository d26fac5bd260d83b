"""argo_list_rollouts, argo_list_experiments, argo_list_analysisruns."""

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.argo import VERSION, a_rollout
from tests.support.argo_states import (
    BLUE_GREEN,
    CANARY,
    an_analysis_run,
    an_experiment,
    healthy,
    paused,
)
from tests.support.builders import a_namespace, an_object

HEADER = "NAME STRATEGY STATUS STEP SET-WEIGHT READY DESIRED UP-TO-DATE AVAILABLE"
LISTS = ["argo_list_rollouts", "argo_list_experiments", "argo_list_analysisruns"]


async def test_rollouts_are_listed_in_the_plugins_columns(call: Call, shop: Cluster) -> None:
    shop.store.create(a_rollout(status=paused(), strategy=CANARY))
    shop.store.create(a_rollout("accounts", status=healthy(), strategy=BLUE_GREEN))
    answer = await call("argo_list_rollouts", namespace="shop")
    rows = [line.split() for line in answer.text.splitlines()]
    assert answer.text.splitlines()[2].startswith("web         Canary     Paused        1/4   25 ")
    assert rows == [
        [*HEADER.split()],
        ["accounts", "BlueGreen", "Healthy", "-", "-", "4/4", "4", "4", "4"],
        ["web", "Canary", "Paused", "1/4", "25", "4/4", "4", "1", "4"],
    ]


async def test_those_of_every_namespace_are_listed_with_it(call: Call, shop: Cluster) -> None:
    shop.store.create(a_namespace("tools"))
    shop.store.create(a_rollout(status=healthy(), strategy=CANARY))
    shop.store.create(a_rollout("ci", "tools", status=healthy(), strategy=CANARY))
    answer = await call("argo_list_rollouts", all_namespaces=True)
    rows = [line.split()[:2] for line in answer.text.splitlines()]
    assert rows == [["NAMESPACE", "NAME"], ["shop", "web"], ["tools", "ci"]]


@pytest.mark.parametrize("tool", LISTS)
async def test_nothing_is_said_as_the_plugin_says_it(call: Call, shop: Cluster, tool: str) -> None:
    answer = await call(tool, namespace="shop")
    assert answer.text == "No resources found."
    assert not answer.error


@pytest.mark.parametrize("tool", LISTS)
async def test_a_namespace_that_is_none_is_said_to_be_none(
    call: Call, shop: Cluster, tool: str
) -> None:
    answer = await call(tool, namespace="shp")
    assert answer.text.startswith('No resources found: there is no namespace "shp".')
    assert not answer.error


@pytest.mark.parametrize("tool", ["argo_list_experiments", "argo_list_analysisruns"])
async def test_what_an_unknown_rollout_made_is_not_just_nothing(
    call: Call, shop: Cluster, tool: str
) -> None:
    shop.store.create(a_rollout(status=healthy(), strategy=CANARY))
    of_web = await call(tool, namespace="shop", rollout_name="web")
    assert of_web.text == "No resources found."
    of_wbe = await call(tool, namespace="shop", rollout_name="wbe")
    assert of_wbe.text == (
        'No resources found: rollout "wbe" not found in namespace "shop". Did you mean "web"?'
    )


@pytest.mark.parametrize("tool", LISTS)
async def test_a_cluster_without_argo_rollouts_is_said_to_be_one(
    call: Call, cluster: Cluster, tool: str
) -> None:
    plural = tool.removeprefix("argo_list_")
    answer = await call(tool, namespace="shop")
    assert answer.error
    assert answer.text == (
        f"Argo Rollouts is not installed in this cluster: it has no {plural}.argoproj.io."
    )


async def test_experiments_are_listed_with_the_time_left(call: Call, shop: Cluster) -> None:
    rollout = shop.store.create(a_rollout(status=paused(), strategy=CANARY))
    other = shop.store.create(a_rollout("other", status=paused(), strategy=CANARY))
    shop.store.create(an_experiment(rollout))
    shop.store.create(an_experiment(other, "Successful"))
    everything = await call("argo_list_experiments", namespace="shop")
    assert everything.text.splitlines() == [
        "NAME           STATUS      DURATION  REMAINING  AGE",
        "other-bbb-2-0  Successful  5m        -          60s",
        "web-bbb-2-0    Running     5m        4m30s      60s",
    ]
    one = await call("argo_list_experiments", namespace="shop", rollout_name="web")
    assert one.text.splitlines()[1].split() == ["web-bbb-2-0", "Running", "5m", "4m30s", "60s"]
    assert len(one.text.splitlines()) == 2


async def test_analysis_runs_say_why_they_failed(call: Call, shop: Cluster) -> None:
    rollout = shop.store.create(a_rollout(status=paused(), strategy=CANARY))
    shop.store.create(an_analysis_run(rollout))
    answer = await call("argo_list_analysisruns", namespace="shop")
    assert (
        answer.text
        == """\
NAME         STATUS  TYPE  OWNER        METRICS        AGE
web-bbb-2-1  Failed  Step  rollout/web  errors=Failed  3m

web-bbb-2-1: Failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0)
  errors: Failed (1 failed) [successCondition result < 0.05; failureLimit 0] last value 0.7"""
    )


async def test_runs_of_a_rollouts_experiments_are_its_own_too(call: Call, shop: Cluster) -> None:
    rollout = shop.store.create(a_rollout(status=paused(), strategy=CANARY))
    experiment = shop.store.create(an_experiment(rollout))
    shop.store.create(an_analysis_run(experiment, "Successful"))
    other = shop.store.create(a_rollout("other", status=paused(), strategy=CANARY))
    shop.store.create(an_analysis_run(other, "Successful"))
    answer = await call("argo_list_analysisruns", namespace="shop", rollout_name="web")
    assert [line.split()[:4] for line in answer.text.splitlines()[1:]] == [
        ["web-bbb-2-0-bbb-2-1", "Successful", "Step", "experiment/web-bbb-2-0"]
    ]


async def test_runs_of_experiments_that_may_not_be_seen_are_said_to_be_missing(
    call: Call, shop: Cluster
) -> None:
    rollout = shop.store.create(a_rollout(status=paused(), strategy=CANARY))
    shop.store.create(an_analysis_run(rollout, "Successful"))
    shop.faults.status(403, "/experiments$", reason="Forbidden")
    answer = await call("argo_list_analysisruns", namespace="shop", rollout_name="web")
    assert not answer.error
    assert answer.text.splitlines()[1].startswith("web-bbb-2-1 ")
    assert answer.text.splitlines()[-1] == "Not visible: experiments (forbidden)."


async def test_whether_a_rollout_exists_may_not_be_visible(call: Call, shop: Cluster) -> None:
    shop.faults.status(403, "/rollouts/web$", reason="Forbidden")
    answer = await call("argo_list_experiments", namespace="shop", rollout_name="web")
    assert answer.text == (
        'No resources found: whether rollout "web" exists is not visible (forbidden).'
    )


async def test_what_a_provider_answered_is_masked_and_cut(call: Call, shop: Cluster) -> None:
    rollout = shop.store.create(a_rollout(status=paused(), strategy=CANARY))
    run = an_analysis_run(rollout)
    measurement = run["status"]["metricResults"][0]["measurements"][0]
    measurement["value"] = "password=hunter2hunter2 " + "x" * 5000
    measurement["message"] = "token: abcdefabcdef"
    shop.store.create(run)
    answer = await call("argo_list_analysisruns", namespace="shop")
    assert "hunter2" not in answer.text
    assert "abcdef" not in answer.text
    assert "last value password=<redacted> xxx" in answer.text
    assert len(answer.text) < 1000


async def test_templates_are_listed_with_what_they_need(call: Call, shop: Cluster) -> None:
    metric = {"name": "errors", "provider": {"prometheus": {"query": "x"}}}
    arguments = [{"name": "service"}, {"name": "token", "value": "s3cr3t"}]
    spec = {"metrics": [metric], "args": arguments}
    shop.store.create(an_object(VERSION, "AnalysisTemplate", "errors", spec=spec))
    shop.store.create(an_object(VERSION, "ClusterAnalysisTemplate", "any", None, spec=spec))
    answer = await call("argo_list_templates", namespace="shop")
    assert [line.split()[:4] for line in answer.text.splitlines()] == [
        ["NAMESPACE", "NAME", "METRICS", "ARGUMENTS"],
        ["shop", "errors", "errors(prometheus)", "service!,token"],
        ["(cluster)", "any", "errors(prometheus)", "service!,token"],
    ]
    assert "s3cr3t" not in answer.text


async def test_without_the_clusters_templates_those_of_the_namespace_are_listed(
    call: Call, shop: Cluster
) -> None:
    """As with every role of single namespaces."""
    shop.faults.status(403, "/clusteranalysistemplates$", None, "Forbidden")
    hidden = "Not visible: clusteranalysistemplates (forbidden)."
    answer = await call("argo_list_templates", namespace="shop")
    assert (answer.error, answer.text) == (False, f"No resources found.\n{hidden}")
    metric = {"name": "errors", "provider": {"web": {}}}
    shop.store.create(an_object(VERSION, "AnalysisTemplate", "errors", spec={"metrics": [metric]}))
    answer = await call("argo_list_templates", namespace="shop")
    assert answer.text.splitlines()[1].split()[:3] == ["shop", "errors", "errors(web)"]
    assert answer.text.splitlines()[-1] == hidden
