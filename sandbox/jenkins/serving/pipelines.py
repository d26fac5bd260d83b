"""The stage view's endpoints (pipeline-rest-api), which only pipelines have."""

from __future__ import annotations

import html
from typing import Any

from aiohttp import web

from sandbox.jenkins.builds import Build
from sandbox.jenkins.reports import Stage, Step
from sandbox.jenkins.serving.call import Call

LONGEST_LOG = 10 * 1024  # bytes (FlowNodeLogExt)
_STATUSES = {
    "SUCCESS": "SUCCESS",
    "UNSTABLE": "UNSTABLE",
    "FAILURE": "FAILED",
    "ABORTED": "ABORTED",
    "NOT_BUILT": "NOT_EXECUTED",
    None: "IN_PROGRESS",
}


def answer(call: Call, build: Build, rest: list[str]) -> web.Response:
    """Answer, or refuse what is not there."""
    stages = build.stages
    if not build.pipeline or stages is None or "pipeline-rest-api" not in call.jenkins.plugins:
        raise call.not_found()
    match rest:
        case ["wfapi"] | ["wfapi", "describe"]:
            return web.json_response(_run(call, build, stages))
        case ["wfapi", "pendingInputActions"]:
            return web.json_response([])
        case ["wfapi", "artifacts"]:
            return web.json_response(_artifacts(call, build))
        case ["execution", "node", node, "wfapi", what]:
            return _node(call, build, node, what)
    raise call.not_found()


def _link(call: Call, build: Build, path: str) -> dict[str, str]:
    return {"href": f"{call.jenkins.prefix}/{build.path}{path}"}


def _run(call: Call, build: Build, stages: list[Stage]) -> dict[str, Any]:
    """Describe a build (RunExt)."""
    ended = build.started + build.duration
    if build.building:
        ended = call.jenkins.now
    return {
        "_links": {"self": _link(call, build, "wfapi/describe")},
        "id": str(build.number),
        "name": build.display_name,
        "status": _STATUSES[build.result],
        "startTimeMillis": build.started,
        "endTimeMillis": ended,
        "durationMillis": ended - build.started,
        "queueDurationMillis": 0,
        "pauseDurationMillis": 0,
        "stages": [_stage(call, build, stage) for stage in stages],
    }


def _stage(call: Call, build: Build, stage: Stage) -> dict[str, Any]:
    """Describe a stage (StageNodeExt), with the error of the step that failed."""
    described: dict[str, Any] = {
        "_links": {"self": _link(call, build, f"execution/node/{stage.id}/wfapi/describe")},
        "id": stage.id,
        "name": stage.name,
        "execNode": "",
        "status": stage.status,
        "startTimeMillis": stage.started,
        "durationMillis": stage.duration,
        "pauseDurationMillis": 0,
    }
    if stage.failed_step is not None:
        described["error"] = _error(stage.failed_step)
    return described


def _error(step: Step) -> dict[str, str]:
    return {"message": step.error, "type": step.error_type}


def _step(call: Call, build: Build, stage: Stage, index: int) -> dict[str, Any]:
    """Describe a step (AtomFlowNodeExt)."""
    step = stage.steps[index]
    at = f"execution/node/{step.id}/wfapi"
    links = {"self": _link(call, build, f"{at}/describe"), "log": _link(call, build, f"{at}/log")}
    described: dict[str, Any] = {
        "_links": links if step.log else {"self": links["self"]},
        "id": step.id,
        "name": step.name,
        "execNode": "",
        "status": step.status,
        "startTimeMillis": stage.started,
        "durationMillis": step.duration,
        "pauseDurationMillis": 0,
        "parentNodes": [stage.steps[index - 1].id if index else stage.id],
    }
    if step.argument:
        described["parameterDescription"] = step.argument
    if step.status == "FAILED":
        described["error"] = _error(step)
    return described


def _node(call: Call, build: Build, node: str, what: str) -> web.Response:
    """Describe a stage with its steps, or a step, or send a step's log."""
    for stage in build.stages or []:
        if stage.id == node and what == "describe":
            steps = [_step(call, build, stage, index) for index in range(len(stage.steps))]
            whole = _stage(call, build, stage) | {"stageFlowNodes": steps}
            return web.json_response(whole)
        for index, step in enumerate(stage.steps):
            if step.id == node and what == "describe":
                return web.json_response(_step(call, build, stage, index))
            if step.id == node and what == "log":
                return web.json_response(_log(call, build, step))
    raise call.not_found()


def _log(call: Call, build: Build, step: Step) -> dict[str, Any]:
    """Send the end of a step's log, as HTML (FlowNodeLogExt); `length` is that of the end."""
    log = step.log.encode()
    shown = log[-LONGEST_LOG:].decode(errors="replace")
    described: dict[str, Any] = {
        "nodeId": step.id,
        "nodeStatus": step.status,
        "length": min(len(log), LONGEST_LOG),
        "hasMore": len(log) > LONGEST_LOG,
        "consoleUrl": f"{call.jenkins.prefix}/{build.path}execution/node/{step.id}/log",
    }
    return described | ({"text": html.escape(shown, quote=False)} if log else {})


def _artifacts(call: Call, build: Build) -> list[dict[str, Any]]:
    return [
        {
            "id": f"n{index}",
            "name": each.name,
            "path": each.path,
            "url": f"{call.jenkins.prefix}/{build.path}artifact/{each.path}",
            "size": len(each.content),
        }
        for index, each in enumerate(build.artifacts, 1)
    ]
