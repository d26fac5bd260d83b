"""`pods/exec`: runs a simulated program and reports its end on the last channel."""

import asyncio
import contextlib
from collections.abc import Sequence

import orjson
from aiohttp import web

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.serving.call import Call
from sandbox.cluster.statuses import PlainTextError, bad_request
from sandbox.cluster.websockets.channels import Channels
from sandbox.cluster.websockets.programs import PROGRAMS, Process

STDIN, STDOUT, STDERR, STATUS = 0, 1, 2, 3
GROUPS = ("containers", "initContainers", "ephemeralContainers")
STATUSES = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")


async def serve_exec(call: Call, pod: JsonObject, protocols: Sequence[str]) -> web.StreamResponse:
    """Run the command in the container. Raises 400, and the kubelet's 500 if it does not run."""
    container = _container(call, pod)
    argv = call.query.texts("command")
    channels = Channels(call, protocols)
    response = await channels.open()
    await channels.send(STDOUT, b"")
    process = Process(argv, pod, container)
    reading = asyncio.create_task(_feed(channels, process))
    with contextlib.suppress(ConnectionError):
        status = await _status(channels, process)
        await channels.send(STATUS, orjson.dumps(status))
    channels.break_off()
    reading.cancel()
    return response


def _container(call: Call, pod: JsonObject) -> JsonObject:
    spec = pod["spec"]
    every = {each["name"]: each for group in GROUPS for each in spec.get(group) or []}
    asked = call.query.text("container")
    if not asked and len(every) > 1:
        choices = f"choose one of: [{' '.join(every)}]"
        raise bad_request(f"a container name must be specified for pod {call.name}, {choices}")
    asked = asked or next(iter(every))
    if asked not in every:
        raise bad_request(f"container {asked} is not valid for pod {call.name}")
    status = pod.get("status") or {}
    listed = [each for group in STATUSES for each in status.get(group) or []]
    if not any(each["name"] == asked and "running" in (each.get("state") or {}) for each in listed):
        raise PlainTextError(500, f'container not found ("{asked}")')
    return dict(every[asked])


async def _status(channels: Channels, process: Process) -> JsonObject:
    program = PROGRAMS.get(process.argv[0])
    if program is None:
        why = f'exec: "{process.argv[0]}": executable file not found in $PATH: unknown'
        told = f"OCI runtime exec failed: exec failed: unable to start container process: {why}"
        return {"metadata": {}, "status": "Failure", "message": told, "reason": "InternalError"}
    code = 0
    async for item in program(process):
        if isinstance(item, int):
            code = item
        else:
            channel, data = item
            await channels.send(channel, data)
    return _ended(code)


def _ended(code: int) -> JsonObject:
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    message = f"command terminated with exit code {code}"
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: {message}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }


async def _feed(channels: Channels, process: Process) -> None:
    """Pass standard input on, to its end or that of the connection."""
    while (received := await channels.receive()) is not None:
        channel, data = received
        if channel == STDIN:
            process.stdin.put_nowait(data)
        if STDIN in channels.closed:
            break
    process.stdin.put_nowait(b"")
