"""A job's endpoints: starting a build above all (ParameterizedJobMixIn)."""

from __future__ import annotations

import html
import re
from typing import Any

import orjson
from aiohttp import web

from sandbox.jenkins.items import Folder, Job, Multibranch
from sandbox.jenkins.parameters import IllegalValueError, Value
from sandbox.jenkins.serving import pages
from sandbox.jenkins.serving.call import Call

_DELAY_UNITS = {"sec": 1, "secs": 1, "min": 60, "mins": 60}


def answer(call: Call, job: Job, rest: list[str]) -> web.StreamResponse:
    """Answer, or refuse what is not there."""
    match rest:
        case ["build" | "buildWithParameters" as verb]:
            return _build(call, job, verb)
        case ["enable" | "disable" as verb]:
            call.need_post()
            call.need("configure", job)
            job.disabled = verb == "disable"
            return call.redirect(job.path)
    raise call.not_found()


def scan(call: Call, folder: Folder) -> web.StreamResponse:
    """Look for branches (ComputedFolder.doBuild): no item in the queue tells of it."""
    if not isinstance(folder, Multibranch):
        raise call.not_found()
    call.need_post()
    call.need("build", folder)
    folder.scans += 1
    return call.redirect(folder.path)


def _build(call: Call, job: Job, verb: str) -> web.Response:
    if job.disabled:
        raise pages.jetty(409, f"{job.full_name} is not buildable")
    _need_build(call, job)
    if not call.post:
        raise pages.post_needed(form=True)
    if verb == "buildWithParameters" and not job.parameters:
        raise pages.jetty(400, f"{job.full_name} is not parameterized")
    values = _values(call, job, verb)
    return _scheduled(call, job, values, verb)


def _need_build(call: Call, job: Job) -> None:
    """Check the job's own token, if it has one and one is sent, else the permission."""
    token = call.value("token")
    if not job.secret or token is None:
        call.need("build", job)
    elif token != job.secret:
        text = f"Invalid token provided: {token}"
        raise pages.RefusedError(pages.page("Access Denied", f"<p>{html.escape(text)}</p>", 403))


def _scheduled(call: Call, job: Job, values: list[Value] | None, verb: str) -> web.Response:
    jenkins = call.jenkins
    if jenkins.vetoes:
        return call.redirect(job.path)
    twin = jenkins.queue.twin(job, values)
    if twin is not None:
        return call.redirect(twin.path, 303 if verb == "buildWithParameters" else 201)
    delay = _delay(call)
    quiet = jenkins.quiet_period if delay is None else delay
    item = jenkins.schedule(job, values=values, user=call.user.name, quiet=quiet)
    return call.redirect(item.path, 201)


def _delay(call: Call) -> int | None:
    """Read `delay` (stapler TimeDuration): `5`, `5sec`, `2min`."""
    given = call.value("delay")
    if not given:
        return None
    found = re.fullmatch(r"(\d+)\s*(secs?|mins?)?", given)
    if found is None:
        raise pages.oops()
    return int(found[1]) * _DELAY_UNITS[found[2] or "sec"]


def _values(call: Call, job: Job, verb: str) -> list[Value] | None:
    if not job.parameters:
        return None
    try:
        given = _submitted(call, job) if verb == "build" else _filled_in(call, job)
    except IllegalValueError as fault:
        raise pages.oops() from fault
    return [value for value in given if value is not None]


def _filled_in(call: Call, job: Job) -> list[Value | None]:
    """Take the form's fields, and the defaults for the others; unknown ones are ignored."""
    return [definition.parse(call.values(definition.name)) for definition in job.parameters]


def _submitted(call: Call, job: Job) -> list[Value | None]:
    """Take the `json` of the job's own page, which has all values (no defaults are added)."""
    by_name = {definition.name: definition for definition in job.parameters}
    values: list[Value | None] = []
    for each in _parameter_list(submitted_form(call)):
        if each.get("name") not in by_name:
            raise IllegalValueError(f"No such parameter definition: {each.get('name')}")
        values.append(by_name[each["name"]].from_json(each.get("value")))
    return values


def _parameter_list(form: dict[str, Any]) -> list[dict[str, Any]]:
    given = form.get("parameter", [])
    return [given] if isinstance(given, dict) else given


def submitted_form(call: Call) -> dict[str, Any]:
    """Decode the field `json` (StaplerRequest.getSubmittedForm)."""
    text = call.value("json")
    if text is None:
        filled = call.request.form or call.request.query
        message = "This page expects a form submission" if filled else "Nothing is submitted"
        raise pages.jetty(400, message)
    try:
        form = orjson.loads(text)
    except orjson.JSONDecodeError as fault:
        raise pages.jetty(400, "Failed to parse JSON") from fault
    if not isinstance(form, dict):
        raise pages.oops()
    return form
