"""Parameters' values as they are exported: a password's never is."""

from typing import Any

from sandbox.jenkins.exporting.beans import At, Bean
from sandbox.jenkins.parameters import Value

SECRET_KINDS = frozenset({"password"})


def value_bean(value: Value) -> Bean:
    """Export a value."""
    properties: dict[str, Any] = {"name": value.name}
    if value.kind not in SECRET_KINDS:
        properties["value"] = At(4, value.value)
    return Bean(value.class_name, properties, visibility=3)


def parameters_action(values: list[Value]) -> Bean:
    """Export what a build or a queue item was given."""
    shown = [value_bean(value) for value in values]
    return Bean("hudson.model.ParametersAction", {"parameters": shown}, visibility=2)


def cause_action(class_name: str, description: str, user: str) -> Bean:
    """Export why something was started."""
    properties: dict[str, Any] = {"shortDescription": description}
    if class_name == "hudson.model.Cause$UserIdCause":
        properties |= {"userId": user, "userName": user}
    return Bean("hudson.model.CauseAction", {"causes": At(2, [Bean(class_name, properties, 3)])})


def cause_class(description: str) -> str:
    """Return the Java class of a cause by its text."""
    if description.startswith("Started by user"):
        return "hudson.model.Cause$UserIdCause"
    if description.startswith("Started by timer"):
        return "hudson.triggers.TimerTrigger$TimerTriggerCause"
    return "jenkins.branch.BranchEventCause"
