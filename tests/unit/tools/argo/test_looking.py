"""argo_describe and argo_history."""

from sandbox import Cluster
from tests.conftest import Call
from tests.support.argo import a_rollout
from tests.support.argo_states import (
    BLUE_GREEN,
    CANARY,
    an_analysis_run,
    healthy,
    paused,
    with_sets,
)
from tests.support.rollouts import an_event

WEB = {"name": "web", "namespace": "shop"}


async def test_a_canary_is_described_with_all_that_it_made(call: Call, shop: Cluster) -> None:
    rollout = with_sets(shop, paused())
    shop.store.create(an_analysis_run(rollout))
    assert (
        (await call("argo_describe", **WEB)).text
        == """\
Name:            web
Namespace:       shop
Status:          ॥ Paused
Message:         CanaryPauseStep
Strategy:        Canary
  Step:          1/4
  SetWeight:     25
  ActualWeight:  25
Images:          shop/web:1 (stable)
                 shop/web:2 (canary)
Replicas:
  Desired:       4
  Current:       4
  Updated:       1
  Ready:         4
  Available:     4

NAME                 KIND         STATUS     AGE  INFO
⟳ web                Rollout      ॥ Paused   0s
├──# revision:2
│  ├──⧉ web-bbb      ReplicaSet   ✔ Healthy  60m  canary
│  └──\u03b1 web-bbb-2-1  AnalysisRun  ✖ Failed   3m   ✖ 1
└──# revision:1
   └──⧉ web-aaa      ReplicaSet   ✔ Healthy  60m  stable

Steps:
  ✔  1  setWeight: 25
  ◌  2  pause
     3  setWeight: 50
     4  pause: 10m

CanaryPauseStep since 2026-11-20T11:59:00Z (60s): waits for a person.

AnalysisRun web-bbb-2-1 (Step): Failed: Metric "errors" assessed Failed due to failed (1) > \
failureLimit (0)
  errors: Failed (1 failed) [successCondition result < 0.05; failureLimit 0] last value 0.7

Next: argo_promote, argo_resume_rollout, argo_promote with full, argo_abort_rollout, \
argo_pause_rollout."""
    )


async def test_a_router_and_its_weights_are_shown(call: Call, shop: Cluster) -> None:
    routed = {
        **CANARY["canary"],
        "stableService": "web-stable",
        "canaryService": "web-canary",
        "trafficRouting": {"nginx": {"stableIngress": "web"}},
    }
    weights = {"canary": {"weight": 20}, "stable": {"weight": 80}, "verified": True}
    with_sets(shop, paused(canary={"weights": weights}), {"canary": routed})
    text = (await call("argo_describe", **WEB)).text
    assert "  ActualWeight:  20\n" in text
    assert (
        "Router:          nginx (stableIngress web)\n"
        "Weights:         canary 20, stable 80 (verified)\n"
        "Services:        stable web-stable, canary web-canary\n" in text
    )


async def test_the_services_of_a_blue_green_rollout_say_where_they_point(
    call: Call, shop: Cluster
) -> None:
    selectors = {"activeSelector": "aaa", "previewSelector": "bbb"}
    with_sets(shop, paused("BlueGreenPause", blueGreen=selectors), BLUE_GREEN)
    text = (await call("argo_describe", **WEB)).text
    assert "Services:        active web-active → aaa, preview web-preview → bbb\n" in text
    assert "Images:          shop/web:1 (stable, active)\n" in text


async def test_what_may_not_be_seen_is_named_and_the_rest_is_shown(
    call: Call, shop: Cluster
) -> None:
    with_sets(shop, paused())
    shop.faults.status(403, path="/pods$", reason="Forbidden", times=None)
    shop.faults.status(403, path="/analysisruns$", reason="Forbidden", times=None)
    answer = await call("argo_describe", **WEB)
    assert not answer.error
    assert "Not visible: analysisruns (forbidden), pods (forbidden)." in answer.text
    assert "⧉ web-bbb" in answer.text


async def test_no_weight_is_made_up_for_replica_sets_that_may_not_be_seen(
    call: Call, shop: Cluster
) -> None:
    with_sets(shop, paused())
    shop.faults.status(403, path="/replicasets$", reason="Forbidden")
    text = (await call("argo_describe", **WEB)).text
    assert "  ActualWeight:  not visible\n" in text
    assert "Not visible: replicasets (forbidden)." in text


async def test_a_selector_of_a_workload_is_the_one_that_the_controller_noted(
    call: Call, shop: Cluster
) -> None:
    """So the workload itself need not be readable."""
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "held"}
    rollout = a_rollout(status=paused(selector="app=held"), workloadRef=reference, strategy=CANARY)
    del rollout["spec"]["selector"], rollout["spec"]["template"]
    shop.store.create(rollout)
    await call("argo_describe", **WEB)
    asked = {r.path.rpartition("/")[2]: r.query.get("labelSelector") for r in shop.requests}
    assert (asked["replicasets"], asked["pods"]) == ("app=held", "app=held")
    assert "deployments" not in " ".join(r.path for r in shop.requests)


async def test_the_events_about_it_are_shown(call: Call, shop: Cluster) -> None:
    rollout = with_sets(shop, paused())
    other = shop.store.create(a_rollout("other", status=healthy()))
    shop.store.create(an_event(rollout, "Rollout is paused"))
    shop.store.create(an_event(other, "Rollout is healthy"))
    text = (await call("argo_describe", **WEB)).text
    assert "Rollout is paused" in text
    assert "Rollout is healthy" not in text


async def test_the_history_names_roles_images_and_outcomes(call: Call, shop: Cluster) -> None:
    rollout = with_sets(shop, paused())
    shop.store.create(an_analysis_run(rollout))
    stable = shop.store.get("apps", "replicasets", "shop", "web-aaa")
    stable["metadata"]["annotations"] |= {
        "kubernetes.io/change-cause": "first\nversion",
        "rollout.argoproj.io/revision-history": "4",
    }
    shop.store.update(stable)
    assert (
        (await call("argo_history", **WEB)).text
        == """\
rollout web
REVISION   REPLICASET  ROLE    IMAGES          PODS  AGE  ANALYSIS  CHANGE-CAUSE
2          web-bbb     canary  app=shop/web:2  1/1   60m  Failed    -
1 (was 4)  web-aaa     stable  app=shop/web:1  3/3   60m  -         first version"""
    )


async def test_a_history_without_its_analyses_says_so(call: Call, shop: Cluster) -> None:
    with_sets(shop, paused())
    shop.faults.status(403, path="/analysisruns$", reason="Forbidden")
    answer = await call("argo_history", **WEB)
    assert not answer.error
    assert answer.text.splitlines()[-1] == "Not visible: analysisruns (forbidden)."


async def test_one_revision_is_shown_by_its_template(call: Call, shop: Cluster) -> None:
    with_sets(shop, paused())
    text = (await call("argo_history", revision=1, **WEB)).text
    assert text.startswith("rollout web with revision #1\nPod Template:\n")
    assert "shop/web:1" in text
    missing = await call("argo_history", revision=7, **WEB)
    assert missing.error
    assert missing.text == ('rollout "web" in namespace "shop" has no revision 7; it has: 1, 2.')


async def test_a_rollout_without_revisions(call: Call, shop: Cluster) -> None:
    shop.store.create(a_rollout(status=healthy(), strategy=CANARY))
    assert (await call("argo_history", **WEB)).text == "rollout web\nNo revision is kept."
