"""A pipeline's stages, the step that failed, and the end of its log.

Source followed: the plugin Pipeline: REST API (``wfapi``), which the stage view uses. Its answers
are no part of Jenkins' own API: they know no ``tree``.
"""

import html
from dataclasses import dataclass, field
from typing import Any

from clients.errors import NotFoundError
from clients.jenkins.log_masking import Batch, LogMasking
from clients.jenkins.paths import Build
from clients.jenkins.reader import JenkinsReader, JsonObject
from clients.masking import mask_free_text

FAILED = ("FAILED", "UNSTABLE", "ABORTED")
MOST_STAGES = 200
MOST_STEPS = 1000
MOST_LOOKED_INTO = 5
_PIPELINE = "WorkflowRun"


@dataclass(frozen=True, slots=True)
class Step:
    """A step; ``name`` is what people read (Shell Script), ``argument`` what it was given."""

    id: str
    name: str
    argument: str
    status: str
    error: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage; durations in milliseconds."""

    id: str
    name: str
    status: str
    duration: int | None
    error: str = ""


@dataclass(slots=True)
class Pipeline:
    """The stages of a build; ``failed`` is the first that failed, ``step`` the step in it."""

    status: str
    duration: int | None
    stages: list[Stage] = field(default_factory=list)
    more: bool = False
    failed: Stage | None = None
    step: Step | None = None


async def pipeline(jenkins: JenkinsReader, build: Build) -> Pipeline:
    """Return the stages of a build, and the failed step. Raises NotFoundError, saying why."""
    try:
        found = await jenkins.get_json(build, endpoint=("wfapi", "describe"))
    except NotFoundError as missing:
        raise await _without_stages(jenkins, build) from missing
    told = [_stage(each) for each in _objects(found.get("stages"))]
    whole = Pipeline(_text(found, "status"), _number(found, "durationMillis"), told[:MOST_STAGES])
    whole.more = len(told) > MOST_STAGES
    await _find_failed(jenkins, build, told, whole)
    return whole


async def _find_failed(
    jenkins: JenkinsReader, build: Build, told: list[Stage], whole: Pipeline
) -> None:
    """Find the step that failed: of nested stages, the outer one fails too and has none."""
    failed = [stage for status in FAILED for stage in told if stage.status == status]
    for stage in failed[:MOST_LOOKED_INTO]:
        if step := await _failed_step(jenkins, build, stage):
            whole.failed, whole.step = stage, step
            return
    whole.failed = failed[0] if failed else None


async def step_log(jenkins: JenkinsReader, build: Build, step: Step) -> tuple[list[str], bool]:
    """Return the end of a step's log (Jenkins sends 10 KiB), and whether there is more before."""
    if not _is_node(step.id):
        return [], False
    at = ("execution", "node", step.id, "wfapi", "log")
    found = await jenkins.exact_json(build, endpoint=at)  # masked once it has lost its markup
    text = html.unescape(_without_tags(_text(found, "text")))
    more = bool(found.get("hasMore"))  # then it is an end, and its first line is cut
    return _masked_lines(jenkins, text.splitlines(), cut=more), more


def _masked_lines(jenkins: JenkinsReader, lines: list[str], *, cut: bool) -> list[str]:
    masking = LogMasking(jenkins.cleaned, doubtful=cut, cut=cut)
    batch = Batch([line.encode("utf-8", "replace") for line in lines], ended=True)
    told = [*(masking.told(batch) if lines else []), *masking.rest()]
    return [line for _, line in told if line is not None]


async def _failed_step(jenkins: JenkinsReader, build: Build, stage: Stage) -> Step | None:
    if not _is_node(stage.id):
        return None
    at = ("execution", "node", stage.id, "wfapi", "describe")
    try:
        found = await jenkins.get_json(build, endpoint=at)
    except NotFoundError:
        return None
    steps = [_step(each) for each in _objects(found.get("stageFlowNodes"))[:MOST_STEPS]]
    return next((step for status in FAILED for step in steps if step.status == status), None)


async def _without_stages(jenkins: JenkinsReader, build: Build) -> NotFoundError:
    """Say why a build has no stages; a build that is not there says so itself."""
    found = await jenkins.exact_json(build, "_class")
    if not _text(found, "_class").endswith(_PIPELINE):
        return NotFoundError(f"{build} has no stages: the job is no Pipeline.")
    return NotFoundError(
        f"Jenkins does not tell the stages of {build}: the plugin Pipeline: Stage View is not "
        "installed. jenkins_get_build_log has the log."
    )


def _stage(found: JsonObject) -> Stage:
    return Stage(
        _text(found, "id"),
        _text(found, "name"),
        _text(found, "status"),
        _number(found, "durationMillis"),
        _error(found),
    )


def _step(found: JsonObject) -> Step:
    return Step(
        _text(found, "id"),
        _text(found, "name"),
        mask_free_text(_text(found, "parameterDescription")),
        _text(found, "status"),
        _error(found),
    )


def _error(found: JsonObject) -> str:
    error = found.get("error")
    return mask_free_text(_text(error, "message")) if isinstance(error, dict) else ""


def _objects(found: Any) -> list[JsonObject]:
    return [each for each in found or [] if isinstance(each, dict)]


def _text(found: JsonObject, key: str) -> str:
    value = found.get(key)
    return str(value) if value is not None else ""


def _number(found: JsonObject, key: str) -> int | None:
    value = found.get(key)
    return value if isinstance(value, int) else None


def _is_node(number: str) -> bool:
    """Whether this is the number of a node of the pipeline's graph, and nothing else."""
    return number.isascii() and number.isdigit() and len(number) < 10


def _without_tags(text: str) -> str:
    """Drop the markup that Jenkins' console annotators put into a log."""
    parts = text.split("<")
    return parts[0] + "".join(part.partition(">")[2] for part in parts[1:])
