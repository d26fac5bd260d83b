"""Forwards and the connections they carry: both directions, their ends, and their bounds."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence

import pytest

from clients.errors import InvalidError, NotFoundError
from clients.kubernetes import KubernetesWriter
from clients.kubernetes.changes import Journal
from clients.kubernetes.pods.choosing import ChosenPod
from clients.kubernetes.pods.forwarded_ports import PortPair, PortSpec, port_pair, port_specs
from clients.kubernetes.pods.forwarding import MOST_FORWARDS, Forward, Forwards
from clients.kubernetes.pods.tunnels import Opens, UnconnectedError, probe
from clients.kubernetes.wire.websockets import V4
from sandbox import Cluster
from tests.support.builders import a_namespace, a_pod, an_object
from tools.dependencies import Clients

ECHO, HTTP, CLOSED = 7, 8080, 9999


@pytest.fixture
async def opens(clients: Clients, cluster: Cluster) -> Opens:
    cluster.store.create(a_namespace())
    ports = [{"containerPort": ECHO}, {"containerPort": HTTP}]
    containers = [{"name": "web", "image": "shop/web:1", "ports": ports}]
    status = {"phase": "Running"}
    cluster.store.create(a_pod(containers=containers, spec={"nodeName": "node-1"}, status=status))
    writing: KubernetesWriter = clients.kubernetes.writer(Journal(), dry=False)
    web = await writing.read.ref("pods", "web", "shop")
    return lambda port: writing.websocket(web, "portforward", [("ports", str(port))], (V4,))


@pytest.fixture
async def forwards() -> AsyncIterator[Forwards]:
    all_of_them = Forwards(linger=0.1)
    yield all_of_them
    await all_of_them.close()


async def started(
    forwards: Forwards, opens: Opens, port: int = ECHO, seconds: float = 60
) -> Forward:
    return await forwards.start("pod web", [PortPair(0, port)], opens, seconds)


async def connected(forward: Forward) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", forward.ports[0].local)


async def echoed(forward: Forward, data: bytes) -> bytes:
    reader, writer = await connected(forward)
    sending = asyncio.create_task(_send(writer, data))
    answer = await reader.readexactly(len(data))
    await sending
    writer.close()
    return answer


async def _send(writer: asyncio.StreamWriter, data: bytes) -> None:
    for start in range(0, len(data), 2**16):
        writer.write(data[start : start + 2**16])
        await writer.drain()


async def test_bytes_arrive_as_they_were_both_ways(forwards: Forwards, opens: Opens) -> None:
    data = b"".join(hashlib.sha512(bytes([n % 256])).digest() * 16 for n in range(2048))
    assert await echoed(await started(forwards, opens), data) == data


async def test_many_connections_are_carried_at_once(forwards: Forwards, opens: Opens) -> None:
    forward = await started(forwards, opens)
    pieces = [bytes([number]) * 10_000 for number in range(20)]
    assert await asyncio.gather(*(echoed(forward, piece) for piece in pieces)) == pieces
    assert forward.carried == 20


async def test_a_client_that_says_its_last_word_first_gets_its_answer(
    forwards: Forwards, opens: Opens
) -> None:
    reader, writer = await connected(await started(forwards, opens, HTTP))
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    assert answer.endswith(b"web answers on port 8080\n")


async def test_a_client_that_is_gone_leaves_no_connection_behind(
    forwards: Forwards, opens: Opens
) -> None:
    forward = await started(forwards, opens)
    _, writer = await connected(forward)
    writer.write(b"x")
    await writer.drain()
    writer.close()
    async with asyncio.timeout(5):
        while forward.carried == 0 or forward.connections:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert forward.trouble == ""


async def test_a_port_that_closes_meanwhile_ends_the_connection_and_says_why(
    forwards: Forwards, opens: Opens
) -> None:
    forward = await started(forwards, opens, CLOSED)
    reader, writer = await connected(forward)
    assert await reader.read() == b""
    writer.close()
    assert forward.trouble == "dial tcp4 127.0.0.1:9999: connect: connection refused"


async def test_a_pod_that_is_gone_is_told(
    forwards: Forwards, opens: Opens, cluster: Cluster
) -> None:
    forward = await started(forwards, opens)
    cluster.store.delete("", "pods", "shop", "web")
    reader, writer = await connected(forward)
    assert await reader.read() == b""
    writer.close()
    assert forward.trouble == 'pods "web" not found'


async def test_the_end_of_its_time_is_the_end_of_what_it_carries(
    forwards: Forwards, opens: Opens
) -> None:
    forward = await started(forwards, opens, seconds=0.2)
    reader, writer = await connected(forward)
    writer.write(b"x")
    assert await reader.read(1) == b"x"
    assert await reader.read() == b""
    writer.close()
    assert forwards.open == []
    with pytest.raises(ConnectionRefusedError):
        await connected(forward)


async def test_closing_the_clients_closes_the_forwards(clients: Clients, opens: Opens) -> None:
    forward = await started(clients.kubernetes.forwards, opens)
    reader, writer = await connected(forward)
    writer.write(b"x")
    assert await reader.read(1) == b"x"
    await clients.kubernetes.close()
    assert await reader.read() == b""
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await connected(forward)


async def test_one_of_several_ends_alone(forwards: Forwards, opens: Opens) -> None:
    first, second = await started(forwards, opens), await started(forwards, opens)
    await forwards.stop(first.forward_id)
    assert forwards.open == [second]
    assert await echoed(second, b"still here") == b"still here"
    with pytest.raises(NotFoundError, match=f"Open: {second.forward_id}"):
        forwards.get(first.forward_id)


async def test_a_port_that_is_taken_opens_none_of_them(forwards: Forwards, opens: Opens) -> None:
    taken = (await started(forwards, opens)).ports[0].local
    pairs = [PortPair(0, HTTP), PortPair(taken, HTTP)]
    with pytest.raises(InvalidError) as refused:
        await forwards.start("pod web", pairs, opens, 60)
    assert str(refused.value) == (
        f'Port {taken} of 127.0.0.1 is taken; ":8080" lets a free one be chosen.'
    )
    assert len(forwards.open) == 1


async def test_there_is_a_most_of_forwards(forwards: Forwards, opens: Opens) -> None:
    for _ in range(MOST_FORWARDS):
        await started(forwards, opens)
    with pytest.raises(InvalidError, match="20 port-forwards are open"):
        await started(forwards, opens)


@pytest.mark.parametrize("port", [ECHO, HTTP])
async def test_a_port_that_listens_passes_the_probe(opens: Opens, port: int) -> None:
    await probe(opens, port, seconds=0.05)


async def test_a_port_where_nothing_listens_does_not(opens: Opens) -> None:
    with pytest.raises(UnconnectedError, match="connection refused"):
        await probe(opens, CLOSED)


@pytest.mark.parametrize(
    ("text", "specs"),
    [
        ("8080", [PortSpec(None, "8080")]),
        ("8080:80", [PortSpec(8080, "80")]),
        (":80", [PortSpec(0, "80")]),
        ("0:80", [PortSpec(0, "80")]),
        ("http", [PortSpec(None, "http")]),
        ("8080:http, :9090", [PortSpec(8080, "http"), PortSpec(0, "9090")]),
        ("8080 9090", [PortSpec(None, "8080"), PortSpec(None, "9090")]),
    ],
)
def test_ports_are_written_as_for_kubectl(text: str, specs: Sequence[PortSpec]) -> None:
    assert port_specs(text) == specs


@pytest.mark.parametrize(
    "text",
    [
        "", ",", "0.0.0.0:8080:80", "localhost:8080:80", "localhost:80", "[::1]:80:80", "-1:80",
        "0", ":0", "80:", "65536", "65536:80", "HTTP", "80:--address=0.0.0.0", "٣:80", "8080:80:90",
        "1,2,3,4,5,6,7,8,9,10,11",
    ],
)  # fmt: skip
def test_addresses_and_what_is_no_port_are_refused(text: str) -> None:
    with pytest.raises(InvalidError, match='Argument "ports"'):
        port_specs(text)


def through_a_service(spec: str, *ports: dict[str, object], **service: object) -> PortPair:
    container = [{"name": "web", "ports": [{"name": "http", "containerPort": 8080}]}]
    named = an_object("v1", "Service", "web", spec={"ports": list(ports), **service})
    [wanted] = port_specs(spec)
    return port_pair(wanted, ChosenPod(a_pod(containers=container), None, named))  # type: ignore[arg-type]


@pytest.mark.parametrize(("target", "remote"), [(9000, 9000), ("http", 8080), (0, 80), (None, 80)])
def test_a_services_port_leads_to_its_target(target: object, remote: int) -> None:
    port = {"name": "www", "port": 80, "targetPort": target}
    assert through_a_service("8000:80", port) == PortPair(8000, remote)
    assert through_a_service("www", port) == PortPair(80, remote)


def test_a_headless_service_translates_nothing() -> None:
    port = {"port": 80, "targetPort": 9000}
    assert through_a_service(":80", port, clusterIP="None") == PortPair(0, 80)


def test_a_port_that_the_service_does_not_have_is_refused() -> None:
    port = {"name": "www", "port": 80, "targetPort": 9000}
    with pytest.raises(NotFoundError, match=r'service "web" has no port 9000; it has: 80 \(www\)'):
        through_a_service("9000", port)
    with pytest.raises(NotFoundError, match='pod "web" has no port named grpc'):
        through_a_service("80", {"port": 80, "targetPort": "grpc"})


def test_only_tcp_is_carried() -> None:
    with pytest.raises(InvalidError, match="UDP protocol is not supported for 53"):
        through_a_service("53", {"port": 53, "protocol": "UDP"})
