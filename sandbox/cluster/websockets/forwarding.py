"""`pods/portforward`: each requested port is a data channel and an error channel.

A container port that its spec declares answers HTTP with a line about itself; port 7 echoes.
"""

import asyncio
import contextlib
import struct
from collections.abc import Sequence

from aiohttp import web

from sandbox.cluster.objects import JsonObject, name_of
from sandbox.cluster.serving.call import Call
from sandbox.cluster.statuses import bad_request
from sandbox.cluster.websockets.channels import Channels

ECHO_PORT = 7
HEADERS_END = b"\r\n\r\n"


async def serve_forward(
    call: Call, pod: JsonObject, protocols: Sequence[str]
) -> web.StreamResponse:
    """Connect to the ports. Raises 400 for ports that are none."""
    ports = _ports(call)
    channels = Channels(call, protocols)
    response = await channels.open()
    for index, port in enumerate(ports):
        number = struct.pack("<H", port)
        await channels.send(2 * index, number)
        await channels.send(2 * index + 1, number)
    with contextlib.suppress(ConnectionError):
        await _serve(channels, pod, ports)
    channels.break_off()
    return response


def _ports(call: Call) -> list[int]:
    texts = [each for text in call.query.texts("ports") for each in text.split(",") if each]
    if not texts:
        raise bad_request('query parameter "port" is required')
    for text in texts:
        if not text.isdigit():
            why = f'strconv.ParseUint: parsing "{text}": invalid syntax'
            raise bad_request(f"cannot convert to []int32: {why}")
        if int(text) == 0:
            raise bad_request('port "0" must be > 0')
    return [int(text) for text in texts]


async def _serve(channels: Channels, pod: JsonObject, ports: list[int]) -> None:
    for index, port in enumerate(ports):
        if port not in _open_ports(pod):
            await channels.send(2 * index + 1, _refused(port).encode())
            return
    requests: dict[int, bytes] = {}
    while (received := await channels.receive()) is not None:
        channel, data = received
        port = ports[channel // 2]
        if port == ECHO_PORT:
            await channels.send(channel, data)
            continue
        requests[channel] = requests.get(channel, b"") + data
        if HEADERS_END in requests[channel]:
            await channels.send(channel, _answer(pod, port))
            await asyncio.sleep(0)
            return


def _open_ports(pod: JsonObject) -> set[int]:
    if (pod.get("status") or {}).get("phase") != "Running":
        return set()
    containers = pod["spec"].get("containers") or []
    return {port["containerPort"] for each in containers for port in each.get("ports") or []}


def _refused(port: int) -> str:
    dial = f"dial tcp4 127.0.0.1:{port}: connect: connection refused"
    return (
        f"error forwarding port {port} to pod 153c95d7bceae5695ae23b7b1b8f4440, uid : failed to "
        f'execute portforward in network namespace "/var/run/netns/cni-1": failed to connect to '
        f'localhost:{port} inside namespace "153c95d7", IPv4: {dial}'
    )


def _answer(pod: JsonObject, port: int) -> bytes:
    body = f"{name_of(pod)} answers on port {port}\n".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body
