"""The handshake of a websocket on a pod, and what it is refused with."""

from collections.abc import Sequence

from aiohttp import web

from sandbox.cluster.access.rbac import Attributes, allows
from sandbox.cluster.serving.call import Call
from sandbox.cluster.statuses import PlainTextError, bad_request, forbidden, not_found
from sandbox.cluster.websockets.executing import serve_exec
from sandbox.cluster.websockets.forwarding import serve_forward

OLDER = ("v4.channel.k8s.io", "channel.k8s.io")
EXEC_PROTOCOLS = ("v5.channel.k8s.io", *OLDER)
ENDED = ("Succeeded", "Failed")


async def serve_websocket(call: Call) -> web.StreamResponse:
    """Answer a GET that asks for a websocket. Raises 400, 403, 404 or the kubelet's 500."""
    executes = call.subresource is not None and call.subresource.name == "exec"
    pod = call.stored()
    if pod is None:
        raise not_found(call.resource, call.name)
    if "websocket" not in call.headers.get("Upgrade", "").lower():
        raise bad_request("Upgrade request required")
    _check_create(call)
    if not (pod.get("spec") or {}).get("nodeName"):
        raise bad_request(f"pod {call.name} does not have a host assigned")
    if not executes and (pod.get("status") or {}).get("phase") in ENDED:
        raise PlainTextError(500, f'pod not found ("{call.name}_{call.namespace}")')
    protocols = EXEC_PROTOCOLS if executes else OLDER
    if not _spoken(call, protocols):
        return web.Response(status=403)
    return await (serve_exec if executes else serve_forward)(call, pod, protocols)


def _check_create(call: Call) -> None:
    """Raise the 403 without a reason: `create` is asked for since 1.35, besides `get`."""
    name = call.subresource.name if call.subresource else ""
    asked = Attributes(
        verb="create",
        group=call.resource.group,
        resource=call.resource.plural,
        subresource=name,
        namespace=call.namespace,
        name=call.name,
    )
    if not allows(call.cluster.store, call.user, asked):
        raise forbidden(call.resource, call.name, "")


def _spoken(call: Call, protocols: Sequence[str]) -> bool:
    """Tell whether a subprotocol fits; none at all acts as the oldest."""
    offered = call.headers.get("Sec-WebSocket-Protocol", "")
    return not offered or any(each.strip() in protocols for each in offered.split(","))
