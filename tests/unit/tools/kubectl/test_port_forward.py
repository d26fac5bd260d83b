"""k8s_port_forward, _list and _stop, each called in a client session of its own."""

import re
from typing import Any

import aiohttp
import pytest

from sandbox import Cluster
from tests.conftest import Call, Said
from tests.support.builders import a_deployment, a_namespace, a_pod, an_object

JsonObject = dict[str, Any]


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    containers = [{"name": "web", "ports": [{"name": "http", "containerPort": 8080}]}]
    for name, phase in (("web-0", "Running"), ("web-1", "Pending"), ("done", "Succeeded")):
        labels = {} if name == "done" else {"app": "web"}
        on_a_node = {"nodeName": "node-1"}
        cluster.store.create(
            a_pod(
                name, labels=labels, containers=containers, spec=on_a_node, status={"phase": phase}
            )
        )
    port = {"name": "www", "port": 80, "targetPort": "http"}
    spec = {"selector": {"app": "web"}, "ports": [port]}
    cluster.store.create(an_object("v1", "Service", "web", spec=spec))
    cluster.store.create(a_deployment())
    return cluster


async def forward(call: Call, **arguments: object) -> Said:
    given = {"resource_name": "web-0", "ports": ":8080", "namespace": "shop", **arguments}
    return await call("k8s_port_forward", **given)


async def fetched(said: Said) -> str:
    [address] = said.data["addresses"]
    async with aiohttp.ClientSession() as http, http.get(f"http://{address}/") as response:
        return await response.text()


def handshakes(cluster: Cluster) -> int:
    return sum(line.endswith("/portforward") for line in cluster.requests.lines)


def masked(text: str) -> str:
    """Replace what differs from run to run."""
    return re.sub(r"pf-[0-9a-f]{6}", "pf-ID", re.sub(r"127\.0\.0\.1:\d{4,}", "ADDRESS", text))


async def test_the_address_leads_to_the_pod_after_the_call_is_over(
    call: Call, shop: Cluster
) -> None:
    answer = await forward(call)
    assert not answer.error
    assert masked(answer.text) == (
        'ADDRESS → port 8080 of pod "web-0" in namespace "shop"\n'
        "Open until 12:30 UTC on the machine of this server; "
        'k8s_port_forward_stop(forward_id="pf-ID") ends it.'
    )
    assert await fetched(answer) == "web-0 answers on port 8080\n"


@pytest.mark.parametrize(
    ("arguments", "notice"),
    [
        ({"resource_name": "web", "resource_type": "service", "ports": ":www"}, True),
        ({"resource_name": "web", "resource_type": "svc", "ports": ":80"}, True),
        ({"resource_name": "web", "resource_type": "deployment", "ports": ":http"}, True),
        ({"resource_name": "deployment/web"}, True),
        ({"ports": ":http"}, False),
    ],
)
async def test_services_workloads_and_named_ports_are_resolved(
    call: Call, shop: Cluster, arguments: JsonObject, notice: bool
) -> None:
    answer = await forward(call, **arguments)
    assert answer.text.startswith("Found 2 pods, using pod/web-0\n") is notice
    assert await fetched(answer) == "web-0 answers on port 8080\n"


async def test_open_forwards_are_listed_and_ended_by_other_sessions(
    call: Call, shop: Cluster
) -> None:
    assert (await call("k8s_port_forward_list")).text == "No port-forwards are open."
    opened = await forward(call)
    await fetched(opened)
    listed = await call("k8s_port_forward_list")
    assert re.sub(" +", " ", masked(listed.text)) == (
        "ID LOCAL PORT TO CONNECTIONS CLOSES IN\n"
        'pf-ID ADDRESS 8080 pod "web-0" in namespace "shop" 0 of 1 29m'
    )
    forward_id = opened.data["forward_id"]
    ended = await call("k8s_port_forward_stop", forward_id=forward_id)
    assert masked(ended.text) == 'pf-ID closed: ADDRESS to pod "web-0" in namespace "shop"'
    with pytest.raises(aiohttp.ClientConnectorError):
        await fetched(opened)
    again = await call("k8s_port_forward_stop", forward_id=forward_id)
    assert (again.text, again.error) == ("There is no such port-forward. Open: none.", True)


async def test_a_forward_that_leads_nowhere_is_never_announced(call: Call, shop: Cluster) -> None:
    answer = await forward(call, ports=":9999")
    assert answer.error
    assert answer.text == (
        'Nothing answers on port 9999 of pod "web-0" in namespace "shop": '
        "dial tcp4 127.0.0.1:9999: connect: connection refused."
    )
    assert (await call("k8s_port_forward_list")).text == "No port-forwards are open."


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("done", 'Cannot forward to a completed pod: pod "done" in namespace "shop" is Succeeded.'),
        ("web-1", 'Cannot forward to pod "web-1" in namespace "shop": it is Pending.'),
    ],
)
async def test_a_pod_that_does_not_run_is_refused(
    call: Call, shop: Cluster, name: str, refusal: str
) -> None:
    answer = await forward(call, resource_name=name)
    assert answer.error
    assert answer.text.startswith(refusal)
    assert handshakes(shop) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        {"resource_name": "web-0 --address=0.0.0.0"},
        {"resource_name": "--address=0.0.0.0"},
        {"ports": "0.0.0.0:1:2"},
        {"ports": "8080 --address=0.0.0.0"},
    ],
)
async def test_no_argument_becomes_an_address(
    call: Call, shop: Cluster, arguments: JsonObject
) -> None:
    answer = await forward(call, **arguments)
    assert answer.error
    assert handshakes(shop) == 0


async def test_a_missing_create_is_named_although_the_server_does_not(
    call: Call, shop: Cluster
) -> None:
    message = 'pods "web-0" is forbidden: '
    shop.faults.status(403, "/portforward$", reason="Forbidden", message=message)
    answer = await forward(call)
    assert answer.error
    assert answer.text.startswith(
        'Not allowed: "create" is missing on "pods/portforward" in namespace "shop"'
    )


async def test_a_preview_says_where_it_would_lead_and_opens_nothing(
    call: Call, shop: Cluster
) -> None:
    answer = await forward(call, ports="8080,:http", minutes=5, dry_run=True)
    assert answer.text.splitlines()[2:-2] == [
        'Would listen on 127.0.0.1:8080 for 5 min and lead to port 8080 of pod "web-0" in '
        'namespace "shop".',
        "Would listen on a free port of 127.0.0.1 for 5 min and lead to port 8080 of pod "
        '"web-0" in namespace "shop".',
    ]
    assert handshakes(shop) == 0


async def test_a_preview_of_an_end_ends_nothing(call: Call, shop: Cluster) -> None:
    opened = await forward(call)
    forward_id = opened.data["forward_id"]
    answer = await call("k8s_port_forward_stop", forward_id=forward_id, dry_run=True)
    assert masked(answer.text.splitlines()[2]) == (
        'Would close ADDRESS to pod "web-0" in namespace "shop", and 0 connections with it.'
    )
    assert await fetched(opened) == "web-0 answers on port 8080\n"
