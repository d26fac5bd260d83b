"""`pods/log`: what a container wrote, from the log book."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from sandbox.cluster.logbook import ContainerLog, Line
from sandbox.cluster.objects import JsonObject
from sandbox.cluster.reading.negotiation import negotiate
from sandbox.cluster.serving.call import Call
from sandbox.cluster.statuses import (
    ApiError,
    Cause,
    bad_request,
    invalid,
    not_found,
)

TEXT = "text/plain"
GROUPS = ("initContainers", "containers", "ephemeralContainers")
STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
POSITIVE = "must be greater than 0"


@dataclass(frozen=True)
class LogOptions:
    """The PodLogOptions of a request, checked."""

    container: str
    follow: bool
    previous: bool
    timestamps: bool
    tail_lines: int | None
    limit_bytes: int | None
    since: datetime | None


async def serve_log(call: Call) -> web.StreamResponse:
    """Answer GET of a log. Raises 400, 404 or 422; 204 for a pod that no node runs yet."""
    _check_accept(call)
    pod = call.stored()
    if pod is None:
        raise not_found(call.resource, call.name)
    options = log_options(call, pod)
    if not (pod.get("spec") or {}).get("nodeName"):
        return web.Response(status=204)
    log = call.cluster.logs.of(call.namespace, call.name, options.container)
    _check_started(call, pod, options, log)
    lines = (log.previous or []) if options.previous else log.lines
    if options.follow and not options.previous:
        return await _followed(call, options, log)
    body = _cut(_chosen(lines, options), options)
    return web.Response(body=body, content_type=TEXT)


def log_options(call: Call, pod: JsonObject) -> LogOptions:
    """Read and check the parameters. Raises 400 and 422."""
    query = call.query
    tail, limit = query.integer("tailLines"), query.integer("limitBytes")
    seconds, moment = query.integer("sinceSeconds"), query.text("sinceTime")
    causes = []
    if seconds is not None and moment:
        why = "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"
        causes.append(Cause("FieldValueForbidden", why, "[]"))
    if tail is not None and tail < 0:
        causes.append(_invalid("tailLines", tail, "must be greater than or equal to 0"))
    if limit is not None and limit < 1:
        causes.append(_invalid("limitBytes", limit, POSITIVE))
    if seconds is not None and seconds < 1:
        causes.append(_invalid("sinceSeconds", seconds, POSITIVE))
    if causes:
        raise invalid("PodLogOptions", "", call.name, causes)
    return LogOptions(
        container=_container(call, pod),
        follow=bool(query.flag("follow")),
        previous=bool(query.flag("previous")),
        timestamps=bool(query.flag("timestamps")),
        tail_lines=tail,
        limit_bytes=limit,
        since=_since(call, seconds, moment),
    )


def _since(call: Call, seconds: int | None, moment: str) -> datetime | None:
    if seconds is not None:
        return call.cluster.clock() - timedelta(seconds=seconds)
    if not moment:
        return None
    try:
        return datetime.fromisoformat(moment)
    except ValueError as fault:
        layout = "2006-01-02T15:04:05Z07:00"
        why = f'cannot parse "{moment}" as "2006"'
        raise bad_request(f'parsing time "{moment}" as "{layout}": {why}') from fault


def _container(call: Call, pod: JsonObject) -> str:
    """Return the container that is asked for, or the only one."""
    spec = pod.get("spec") or {}
    named = {group: [str(each["name"]) for each in spec.get(group) or []] for group in GROUPS}
    asked = call.query.text("container")
    every = [name for names in named.values() for name in names]
    if not asked:
        if len(named["containers"]) == 1:
            return named["containers"][0]
        choices = f"choose one of: [{' '.join(every)}]"
        raise bad_request(f"a container name must be specified for pod {call.name}, {choices}")
    if asked not in every:
        raise bad_request(f"container {asked} is not valid for pod {call.name}")
    return asked


def _check_started(call: Call, pod: JsonObject, options: LogOptions, log: ContainerLog) -> None:
    """Raise 400 for a container that has not run yet, or has no previous run."""
    state = _state(pod, options.container)
    name = f'container "{options.container}" in pod "{call.name}"'
    if options.previous and log.previous is None:
        raise bad_request(
            f'previous terminated container "{options.container}" in pod "{call.name}" not found'
        )
    waiting = (state.get("waiting") or {}).get("reason")
    if not log.lines and not options.previous and waiting:
        raise bad_request(f"{name} is waiting to start: {_waiting(waiting)}")


def _waiting(reason: str) -> str:
    if reason in ("ErrImagePull", "ImagePullBackOff"):
        return "trying and failing to pull image"
    return reason


def _state(pod: JsonObject, container: str) -> JsonObject:
    status = pod.get("status") or {}
    listed = [each for group in STATUSES for each in status.get(group) or []]
    states = [each.get("state") or {} for each in listed if each["name"] == container]
    return states[0] if states else {}


def _chosen(lines: Sequence[Line], options: LogOptions) -> list[Line]:
    chosen = [each for each in lines if options.since is None or each.moment >= options.since]
    if options.tail_lines is not None:
        chosen = chosen[len(chosen) - min(options.tail_lines, len(chosen)) :]
    return chosen


def _cut(lines: Sequence[Line], options: LogOptions) -> bytes:
    text = b"".join(each.as_bytes(options.timestamps) for each in lines)
    return text if options.limit_bytes is None else text[: options.limit_bytes]


async def _followed(call: Call, options: LogOptions, log: ContainerLog) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": TEXT})
    await response.prepare(call.http)
    left = options.limit_bytes
    pending: Sequence[Line] = _chosen(log.lines, options)
    seen = len(log.lines)
    while True:
        text = b"".join(each.as_bytes(options.timestamps) for each in pending)
        await response.write(text if left is None else text[:left])
        left = None if left is None else left - min(len(text), left)
        if left == 0 or (log.ended and seen == len(log.lines)):
            return response
        if seen == len(log.lines):
            await log.changed.wait()
        pending, seen = log.lines[seen:], len(log.lines)


def _check_accept(call: Call) -> None:
    shape = negotiate(call.headers.get("Accept", "")) if _wants_table(call) else None
    if shape is not None and shape.transformed:
        types = "only the following media types are accepted: "
        available = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
        raise ApiError(406, "NotAcceptable", types + available)


def _wants_table(call: Call) -> bool:
    return "as=" in call.headers.get("Accept", "")


def _invalid(name: str, value: int, why: str) -> Cause:
    return Cause("FieldValueInvalid", f"Invalid value: {value}: {why}", name)
