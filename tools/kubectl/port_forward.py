"""k8s_port_forward, its list and its end."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from clients.errors import ForbiddenError, InvalidError, UnavailableError
from clients.kubernetes.pods.channel_rights import completed, missing_rights
from clients.kubernetes.pods.choosing import ChosenPod, chosen_pod, refuse_ended
from clients.kubernetes.pods.facts import pod_label
from clients.kubernetes.pods.forwarded_ports import PortPair, port_pair, port_specs
from clients.kubernetes.pods.forwarding import LOOPBACK, Forward
from clients.kubernetes.pods.tunnels import Opens, UnconnectedError, probe
from clients.kubernetes.wire.websockets import V4, WebSocket
from tools.dependencies import Forwards, Now, Writing
from tools.fields import Name, Namespace
from tools.kubectl.toolset import k8s
from tools.needs import verbs
from tools.render.forwards import OpenForward, forward_table, opened
from tools.results import Answer

Ports = Annotated[str, Field(description='"8080", "8080:80,9090", or ":http" for any free port')]
ForwardedType = Annotated[str, Field(description='Or "service", "deployment"')]
Minutes = Annotated[int, Field(ge=1, le=480, description="How long it stays open")]
ForwardId = Annotated[str, Field(description="As listed")]
NEEDS = [
    verbs("get list", "pods"),
    verbs("get create", "pods/portforward"),
    verbs("get", "services", "deployments.apps", "statefulsets.apps"),
]


@k8s.write("Port Forward to Kubernetes Resource", needs=NEEDS)
async def k8s_port_forward(
    writing: Writing,
    forwards: Forwards,
    now: Now,
    resource_name: Name,
    ports: Ports,
    namespace: Namespace = None,
    resource_type: ForwardedType = "pod",
    minutes: Minutes = 30,
) -> Answer:
    """Forward ports of 127.0.0.1, where this server runs, to a pod; answers at once."""
    specs = port_specs(ports)
    named = resource_name if "/" in resource_name else f"{resource_type}/{resource_name}"
    chosen = await chosen_pod(writing.read, named, namespace, "resource_name")
    _refuse_unready(chosen)
    pairs = [port_pair(spec, chosen) for spec in specs]
    forwards.refuse_more()
    if writing.dry:
        return await _foreseen(writing, chosen, pairs, minutes)

    def opens(port: int) -> AbstractAsyncContextManager[WebSocket]:
        return writing.websocket(chosen.ref, "portforward", [("ports", str(port))], (V4,))

    await asyncio.gather(*(_probed(opens, pair.remote, chosen) for pair in pairs))
    forward = await forwards.start(pod_label(chosen.pod), pairs, opens, minutes * 60)
    text = opened(_row(forward), now + timedelta(minutes=minutes), chosen.notice)
    return Answer(text, data={"forward_id": forward.forward_id, "addresses": forward.addresses})


@k8s.read("List Kubernetes Port Forwards")
async def k8s_port_forward_list(forwards: Forwards) -> str:
    """List the open port-forwards of this server."""
    return forward_table([_row(each) for each in forwards.open])


@k8s.write("Stop Kubernetes Port Forward", needs=[])
async def k8s_port_forward_stop(writing: Writing, forwards: Forwards, forward_id: ForwardId) -> str:
    """End a port-forward and the connections it carries."""
    if writing.dry:
        forward = forwards.get(forward_id)
        addresses = ", ".join(forward.addresses)
        carried = f"{forward.connections} connection{'' if forward.connections == 1 else 's'}"
        writing.note(f"Would close {addresses} to {forward.target}, and {carried} with it.")
        return ""
    forward = await forwards.stop(forward_id)
    return f"{forward_id} closed: {', '.join(forward.addresses)} to {forward.target}"


def _row(forward: Forward) -> OpenForward:
    return OpenForward(
        forward.forward_id,
        forward.target,
        [(f"{LOOPBACK}:{pair.local}", pair.remote) for pair in forward.ports],
        forward.connections,
        forward.carried,
        forward.seconds_left,
        forward.trouble,
    )


def _refuse_unready(chosen: ChosenPod) -> None:
    refuse_ended(chosen.pod, "forward to")
    phase = (chosen.pod.get("status") or {}).get("phase")
    if phase != "Running":
        raise InvalidError(f"Cannot forward to {pod_label(chosen.pod)}: it is {phase}.")


async def _probed(opens: Opens, port: int, chosen: ChosenPod) -> None:
    """Connect once, for an address that leads nowhere is worse than a refusal."""
    try:
        await probe(opens, port)
    except ForbiddenError as refusal:
        raise completed(refusal, "portforward", chosen.ref.where) from refusal
    except UnconnectedError as refusal:
        raise UnavailableError(
            f"Nothing answers on port {port} of {pod_label(chosen.pod)}: {refusal}."
        ) from refusal


async def _foreseen(
    writing: Writing, chosen: ChosenPod, pairs: Sequence[PortPair], minutes: int
) -> Answer:
    for pair in pairs:
        local = f"{LOOPBACK}:{pair.local}" if pair.local else f"a free port of {LOOPBACK}"
        writing.note(
            f"Would listen on {local} for {minutes} min and lead to port {pair.remote} of "
            f"{pod_label(chosen.pod)}."
        )
    namespace = chosen.pod["metadata"]["namespace"]
    if doubt := await missing_rights(writing.read, "portforward", namespace):
        writing.note(f"! {doubt}")
    return Answer("")
