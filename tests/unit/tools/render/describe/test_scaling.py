"""HorizontalPodAutoscalers read as kubectl describes them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.builders import an_object
from tests.support.recorded_descriptions import Recording, recording, recordings
from tools.render.describe import Related, describe

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("autoscaler", recordings("scaling"))
def test_an_autoscaler_reads_as_kubectl_describes_it(autoscaler: Recording):
    assert autoscaler.described() == autoscaler.kubectl


def test_each_metric_says_what_it_is_and_how_far_from_its_target():
    metrics = recording("scaling/measured").described().partition("Metrics:")[2].splitlines()
    assert metrics[2].split("  ")[0:2] == ["", '"backlog" (target value):']
    assert metrics[6].endswith("(as a percentage of request):                     42% (84m) / 50%")


def described(version: str = "v2", status: Any = None, **spec: Any) -> str:
    target = {"kind": "Deployment", "name": "web"}
    obj = an_object(
        f"autoscaling/{version}",
        "HorizontalPodAutoscaler",
        "web",
        spec={"scaleTargetRef": target, "maxReplicas": 3, **spec},
        status=status or {},
    )
    return describe(obj, Related(), NOW)


def metric_line(target: dict[str, Any], kind: str = "Resource", current: Any = None) -> str:
    field = kind[0].lower() + kind[1:]
    named = {"name": "cpu"} if kind == "Resource" else {"metric": {"name": "hits"}}
    described_object = {"describedObject": {"kind": "Service", "name": "web"}}
    metric = {"type": kind, field: {**named, **described_object, "target": target}}
    measured = [] if current is None else [{"type": kind, field: {"current": current}}]
    text = described(metrics=[metric], status={"currentMetrics": measured})
    return text.splitlines()[7].strip()


def test_a_resource_without_a_target_is_scaled_as_the_controller_likes():
    assert metric_line({"type": "Utilization"}).endswith("request):  <unknown> / <auto>")


def test_an_average_that_was_not_measured_is_unknown():
    wanted = {"type": "AverageValue", "averageValue": "5"}
    assert metric_line(wanted, "External", {}).endswith("<unknown> / 5")


def test_a_measurement_without_the_value_prints_as_in_go():
    wanted = {"type": "Value", "value": "5"}
    assert metric_line(wanted, "Object", {"averageValue": "2"}).endswith("<nil> / 5")


def test_a_type_of_metric_that_is_not_known_is_named():
    assert '\n  <unknown metric type "Magic">\n' in described(metrics=[{"type": "Magic"}])


def test_version_one_without_a_target_says_nothing_of_processor_use():
    assert "CPU" not in described("v1")


def test_version_one_may_not_have_measured_yet():
    assert "Current CPU utilization:  <unknown>%\n" in (
        described("v1", targetCPUUtilizationPercentage=80)
    )


def test_bounds_that_are_not_set_are_said_to_be_unset():
    assert "Min replicas:       <unset>\n" in described()


def test_the_policy_that_changes_most_is_the_default():
    policy = {"type": "Pods", "value": 4, "periodSeconds": 15}
    assert described(behavior={"scaleUp": {"policies": [policy]}}).split("Behavior:\n")[1] == (
        "  Scale Up:\n"
        "    Select Policy: Max\n"
        "    Policies:\n"
        "      - Type: Pods  Value: 4  Period: 15 seconds\n"
        "Deployment pods:    0 current / 0 desired\n"
    )


def test_a_direction_may_have_a_window_and_no_policies():
    assert described(behavior={"scaleDown": {"stabilizationWindowSeconds": 0}}).endswith(
        "  Scale Down:\n"
        "    Stabilization Window: 0 seconds\n"
        "Deployment pods:  0 current / 0 desired\n"
    )
