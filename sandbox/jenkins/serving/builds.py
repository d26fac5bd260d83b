"""A build's endpoints: reading it, its log, its reports; stopping and changing it."""

from __future__ import annotations

from aiohttp import web

from sandbox.jenkins.builds import Build
from sandbox.jenkins.exporting.builds import build_bean, test_report_bean
from sandbox.jenkins.serving import pages, pipelines
from sandbox.jenkins.serving.call import Call
from sandbox.jenkins.serving.jobs import submitted_form


async def answer(call: Call, build: Build, selector: str, rest: list[str]) -> web.StreamResponse:
    """Answer, or refuse what is not there. `selector` is how the request named the build."""
    match rest:
        case []:
            return pages.page(f"{build.job.full_display_name} {build.display_name} [Jenkins]")
        case ["api", form]:
            return call.export(build_bean(build, call.point), form)
        case ["consoleText"]:
            return await call.stream(build.log.pieces())
        case ["logText", "progressiveText"]:
            return await _progressive(call, build)
        case ["testReport", "api", form] if build.tests and "junit" in call.jenkins.plugins:
            return call.export(test_report_bean(build.tests), form)
        case ["artifact", *path]:
            return _artifact(call, build, "/".join(path))
        case [verb] if verb in _CHANGES:
            return _change(call, build, selector, verb)
    return pipelines.answer(call, build, rest)


async def _progressive(call: Call, build: Build) -> web.StreamResponse:
    """Send the log from a raw offset on (LargeText.doProgressText)."""
    try:
        start = int(call.value("start") or "0")
    except ValueError as fault:
        raise pages.oops() from fault
    if start < 0:
        raise pages.oops()
    size = len(build.log)
    headers = {"X_Text_Size": str(size)}
    if build.building:
        headers["X_More_Data"] = "true"
    rolled_over = start > size
    return await call.stream(build.log.progressive(0 if rolled_over else start), **headers)


def _artifact(call: Call, build: Build, path: str) -> web.Response:
    found = next((each for each in build.artifacts if each.path == path), None)
    if found is None:
        raise call.not_found()
    return web.Response(body=found.content, content_type="application/octet-stream")


def _change(call: Call, build: Build, selector: str, verb: str) -> web.Response:
    if verb in ("term", "kill") and not build.pipeline:
        raise call.not_found()
    call.need_post()
    _CHANGES[verb](call, build)
    if verb == "doDelete":
        return call.redirect(build.job.path)
    return call.redirect(f"{build.job.path}{selector}/")


def _stop(call: Call, build: Build) -> None:
    """Ask a build to stop; it goes on for a while, or for ever."""
    call.need("cancel", build.job)
    if not build.building:
        return
    build.interrupted_by, build.stop_in = call.user.name, call.jenkins.stop_ticks
    if build.stop_in is None and build.pipeline:
        build.terminable = True
        build.log.write("Click here to forcibly terminate running steps\n")


def _terminate(call: Call, build: Build) -> None:
    call.need("cancel", build.job)
    build.interrupted_by, build.stop_in = call.user.name, 1


def _kill(call: Call, build: Build) -> None:
    call.need("cancel", build.job)
    if build.building:
        build.interrupted_by = call.user.name
        build.finish("ABORTED", call.jenkins.now - build.started)


def _describe(call: Call, build: Build) -> None:
    call.need("update", build.job)
    build.description = call.value("description")


def _configure(call: Call, build: Build) -> None:
    """Take name and description from the form (Run.doConfigSubmit): both must be there."""
    call.need("update", build.job)
    form = submitted_form(call)
    if "displayName" not in form or "description" not in form:
        raise pages.oops()
    build.custom_name = str(form["displayName"] or "").strip() or None
    described = form["description"]
    build.description = "null" if described is None else str(described)


def _toggle_keep(call: Call, build: Build) -> None:
    call.need("update", build.job)
    build.keep = not build.keep


def _delete(call: Call, build: Build) -> None:
    call.need("delete", build.job)
    del build.job.builds[build.number]


_CHANGES = {
    "stop": _stop,
    "term": _terminate,
    "kill": _kill,
    "submitDescription": _describe,
    "configSubmit": _configure,
    "toggleLogKeep": _toggle_keep,
    "doDelete": _delete,
}
