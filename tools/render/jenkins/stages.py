"""A pipeline's stages, and the step that failed with the end of its log."""

from collections.abc import Sequence
from typing import Any

from tools.render.jenkins.times import span
from tools.render.tabwriter import align

MOST_LINES = 60
# Steps as a Jenkinsfile spells them, by the names that the stage view shows.
_FUNCTIONS = {
    "Shell Script": "sh",
    "Windows Batch Script": "bat",
    "PowerShell Script": "powershell",
    "Print Message": "echo",
    "Error signal": "error",
}


def stages(label: str, found: Any, log: Sequence[str], *, more: bool) -> str:
    """List the stages; then the failed step, and the last lines that it wrote."""
    lines = [f"{label}: {found.status or 'unknown'} in {span(found.duration)}"]
    if found.stages:
        rows = [f"{each.name}\t{each.status}\t{_took(each)}" for each in found.stages]
        lines += align(["STAGE\tSTATUS\tDURATION", *rows])
    else:
        lines.append("It has no stages yet.")
    if found.more:
        lines.append("… more stages.")
    if found.failed is not None:
        lines.append(f"{found.failed.status.capitalize()}: {failed(found)}")
    return "\n".join([*lines, *_log(log, more=more)])


def failed(found: Any) -> str:
    """Write ``stage "test" (step 14: sh 'make it': script returned exit code 2)``."""
    where = f'stage "{found.failed.name}"'
    if found.step is None:
        return f"{where}: {found.failed.error}" if found.failed.error else where
    return f"{where} ({_step(found.step)})"


def _step(step: Any) -> str:
    name = _FUNCTIONS.get(step.name, step.name)
    argument = " ".join(step.argument.split())
    cut = argument if len(argument) <= 120 else f"{argument[:120]}…"
    what = f"{name} '{cut}'" if cut else name
    error = f": {' '.join(step.error.split())}" if step.error else ""
    return f"step {step.id}: {what}{error}"


def _took(stage: Any) -> str:
    return "-" if stage.status == "NOT_EXECUTED" else span(stage.duration)


def _log(log: Sequence[str], *, more: bool) -> list[str]:
    if not log:
        return []
    shown = log[-MOST_LINES:]
    cut = more or len(log) > len(shown)
    return [f"Its log, the last {len(shown)} lines:" if cut else "Its log:", *shown]
