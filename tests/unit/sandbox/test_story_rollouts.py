"""The Rollouts of the story: one waits, one failed, one is green and not yet on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.state import Cluster
from sandbox.cluster.tables import table
from sandbox.controllers import Controllers
from sandbox.story import leaks, load

NOW = datetime(2026, 11, 20, 9, 14, 11, tzinfo=UTC)
CAUSE = "kubernetes.io/change-cause"


class Later:
    """The story after it was told, with a clock that tests move."""

    def __init__(self) -> None:
        self.now = NOW
        self.cluster = Cluster(clock=lambda: self.now)
        load(self.cluster.store, self.cluster.logs, self.cluster.usage, self.cluster.clock)
        self.controllers = Controllers(self.cluster.store, heartbeats=False)

    def tell(self, name: str, **status: Any) -> None:
        """Patch a Rollout's status; None takes a member away."""
        rollout = get(self.cluster, "rollouts", name)
        merged = {**rollout["status"], **status}
        rollout["status"] = {key: value for key, value in merged.items() if value is not None}
        self.cluster.store.update(rollout)

    def set_image(self, name: str, image: str) -> None:
        rollout = get(self.cluster, "rollouts", name)
        rollout["spec"]["template"]["spec"]["containers"][0]["image"] = image
        self.cluster.store.update(rollout)

    def pass_by(self, **time: float) -> None:
        end = self.now + timedelta(**time)
        self.controllers.settle()
        while (due := self.controllers.next_due()) is not None and due <= end:
            self.now = due
            self.controllers.settle()
        self.now = end
        self.controllers.settle()

    def state(self, name: str) -> tuple[str, str]:
        status = get(self.cluster, "rollouts", name)["status"]
        return status["phase"], status.get("message", "")


@pytest.fixture(scope="module")
def story() -> Cluster:
    """The story as it is when the sandbox starts: for reading only."""
    return Later().cluster


@pytest.fixture
def later() -> Later:
    return Later()


def get(cluster: Cluster, plural: str, name: str) -> JsonObject:
    found = cluster.store.get("argoproj.io", plural, "shop", name)
    assert found is not None, f"no {plural} {name}"
    return found


def revisions(cluster: Cluster, app: str) -> dict[str, tuple[str, int, str]]:
    """Image, available pods and cause by revision."""
    found = {}
    for each in cluster.store.list("apps", "replicasets", "shop"):
        if each["metadata"]["labels"]["app"] == app:
            marks = each["metadata"]["annotations"]
            image = each["spec"]["template"]["spec"]["containers"][0]["image"]
            available = each["status"].get("availableReplicas", 0)
            found[marks["rollout.argoproj.io/revision"]] = (image, available, marks[CAUSE])
    return found


def printed(cluster: Cluster, plural: str) -> dict[str, list[Any]]:
    resource = cluster.registry.storage_type("argoproj.io", plural)
    assert resource is not None
    rows = table(resource, cluster.store.list("argoproj.io", plural, "shop"), NOW)["rows"]
    return {row["cells"][0]: row["cells"][1:] for row in rows}


def test_storefront_waits_at_a_quarter(story: Cluster) -> None:
    status = get(story, "rollouts", "storefront")["status"]
    assert (status["phase"], status["message"]) == ("Paused", "CanaryPauseStep")
    assert status["currentStepIndex"] == 1
    assert status["pauseConditions"] == [
        {"reason": "CanaryPauseStep", "startTime": "2026-11-20T08:55:55Z"}
    ]
    found = revisions(story, "storefront")
    assert sorted(found, key=int) == ["8", "9", "10", "11", "12"]
    assert found["12"] == ("shop/storefront:41", 1, "Deploy 41: one-page basket")
    assert found["11"] == ("shop/storefront:40", 3, "Deploy 40: open to all")


def test_an_analysis_in_the_background_watches_storefront(story: Cluster) -> None:
    status = get(story, "rollouts", "storefront")["status"]["canary"]
    name = status["currentBackgroundAnalysisRunStatus"]["name"]
    assert name.endswith("-12")
    run = get(story, "analysisruns", name)["status"]
    assert run["phase"] == "Running"
    counted = {each["name"]: (each["successful"], each.get("failed", 0))
               for each in run["metricResults"]}  # fmt: skip
    assert counted == {"success-rate": (4, 0), "p95-latency": (3, 1)}
    assert run["metricResults"][1]["measurements"][1]["value"] == "[262]"


def test_recommendations_was_aborted_by_its_analysis(story: Cluster) -> None:
    status = get(story, "rollouts", "recommendations")["status"]
    assert status["phase"] == "Degraded"
    assert status["message"] == (
        "RolloutAborted: Rollout aborted update to revision 2: Step-based analysis phase "
        'error/failed: Metric "success-rate" assessed Failed due to failed (2) > failureLimit (1)'
    )
    assert status["abort"] is True
    found = revisions(story, "recommendations")
    assert found["1"][:2] == ("shop/recommendations:2.7.1", 2)
    assert found["2"][:2] == ("shop/recommendations:2.8.0", 0)


def test_the_failed_run_holds_its_measurements(story: Cluster) -> None:
    runs = story.store.list("argoproj.io", "analysisruns", "shop")
    run = next(each for each in runs if each["status"]["phase"] == "Failed")
    assert run["metadata"]["labels"]["rollout-type"] == "Step"
    assert run["spec"]["args"] == [{"name": "service", "value": "recommendations"}]
    measurements = run["status"]["metricResults"][0]["measurements"]
    assert [(each["value"], each["phase"]) for each in measurements] == [
        ("[0.968]", "Successful"),
        ("[0.942]", "Failed"),
        ("[0.917]", "Failed"),
    ]


def test_accounts_waits_with_two_services(story: Cluster) -> None:
    status = get(story, "rollouts", "accounts")["status"]
    assert (status["phase"], status["message"]) == ("Paused", "BlueGreenPause")
    sides = status["blueGreen"]
    assert sides["activeSelector"] == status["stableRS"] != status["currentPodHash"]
    assert sides["previewSelector"] == status["currentPodHash"]
    for name, chosen in (("accounts", "active"), ("accounts-preview", "preview")):
        service = story.store.get("", "services", "shop", name)
        assert service is not None
        label = service["spec"]["selector"]["rollouts-pod-template-hash"]
        assert label == sides[f"{chosen}Selector"]
        assert len(_addresses(story, name)) == 2


def _addresses(story: Cluster, service: str) -> list[JsonObject]:
    endpoints = story.store.get("", "endpoints", "shop", service)
    assert endpoints is not None
    return [a for subset in endpoints["subsets"] for a in subset["addresses"]]


def test_tables_show_the_columns_of_the_definitions(story: Cluster) -> None:
    assert printed(story, "rollouts") == {
        "accounts": [2, 4, 2, 2, "15d"],
        "recommendations": [2, 2, None, 2, "8d"],
        "storefront": [4, 4, 1, 4, "30d"],
    }
    assert [cells[0] for cells in printed(story, "analysisruns").values()] == [
        "Successful",
        "Failed",
        "Running",
    ]
    assert sorted(printed(story, "analysistemplates")) == [
        "canary-health",
        "smoke-test",
        "success-rate",
    ]


def test_no_rollout_gives_a_secret_away(story: Cluster) -> None:
    for plural in ("rollouts", "analysisruns", "analysistemplates"):
        assert not leaks(str(story.store.list("argoproj.io", plural)))


def test_storefront_goes_on_when_it_is_promoted(later: Later) -> None:
    later.tell("storefront", pauseConditions=None)
    later.pass_by(minutes=1)
    assert later.state("storefront") == ("Paused", "CanaryPauseStep")
    assert get(later.cluster, "rollouts", "storefront")["status"]["currentStepIndex"] == 3
    later.pass_by(minutes=25)
    assert later.state("storefront") == ("Healthy", "")


def test_storefront_goes_back_when_it_is_aborted(later: Later) -> None:
    later.tell("storefront", abort=True)
    later.pass_by(minutes=1)
    phase, message = later.state("storefront")
    assert (phase, message) == (
        "Degraded",
        "RolloutAborted: Rollout aborted update to revision 12",
    )
    assert revisions(later.cluster, "storefront")["11"][1] == 4


def test_recommendations_fails_again_when_it_is_retried(later: Later) -> None:
    later.tell("recommendations", abort=False)
    later.pass_by(minutes=1)
    assert later.state("recommendations")[0] == "Progressing"
    later.pass_by(minutes=6)
    assert later.state("recommendations")[0] == "Degraded"
    runs = later.cluster.store.list("argoproj.io", "analysisruns", "shop")
    names = [each["metadata"]["name"] for each in runs]
    assert sum(name.startswith("recommendations-") for name in names) == 2


def test_a_better_model_passes(later: Later) -> None:
    later.set_image("recommendations", "shop/recommendations:2.8.1")
    later.pass_by(minutes=10)
    assert later.state("recommendations") == ("Paused", "CanaryPauseStep")
    later.pass_by(minutes=20)
    assert later.state("recommendations") == ("Healthy", "")


def test_accounts_switches_when_it_is_promoted(later: Later) -> None:
    later.tell("accounts", pauseConditions=None)
    later.pass_by(seconds=5)
    assert later.state("accounts") == ("Healthy", "")
    status = get(later.cluster, "rollouts", "accounts")["status"]
    assert status["blueGreen"]["activeSelector"] == status["currentPodHash"]
    assert revisions(later.cluster, "accounts")["1"][1] == 2
    later.pass_by(minutes=6)
    assert revisions(later.cluster, "accounts")["1"][1] == 0
