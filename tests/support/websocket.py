"""A far side that speaks channels: what it sends is scripted, what it gets is remembered."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson
from aiohttp import WSMsgType, web

from clients.kubernetes import Kubernetes, KubernetesSettings, ObjectRef, ResourceType
from clients.kubernetes.changes import Journal
from clients.kubernetes.configuration.config import ClusterSource
from clients.kubernetes.wire.connection import TimeLimits
from clients.kubernetes.wire.session import Retries
from clients.kubernetes.writer import KubernetesWriter
from tests.support.scripted import Scripted, Step

PODS = ResourceType("", "v1", "pods", "pod", "Pod", namespaced=True)
WEB = ObjectRef(PODS, "web", "shop")
SUCCESS = orjson.dumps({"metadata": {}, "status": "Success"})


@dataclass
class Conversation:
    """Speaks one protocol; sends its frames, then breaks off unless it is to stay."""

    protocol: str
    frames: list[bytes] = field(default_factory=list)
    stays: bool = False
    closes: bool = False
    received: list[bytes] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=[self.protocol] if self.protocol else [])
        await socket.prepare(request)
        for frame in self.frames:
            await socket.send_bytes(frame)
        if self.closes:
            await socket.close()
        elif not self.stays:
            assert request.transport is not None
            request.transport.close()
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                self.received.append(message.data)
        self.over.set()
        return socket


def upgrades(conversation: Conversation) -> Step:
    return conversation


@asynccontextmanager
async def writing_to(
    far: Scripted, kubeconfig: Callable[[str], str]
) -> AsyncIterator[KubernetesWriter]:
    """Give a writer for the far side."""
    kubernetes = Kubernetes(
        KubernetesSettings(
            source=ClusterSource(kubeconfig=kubeconfig(far.url)),
            limits=TimeLimits(connect=1, read=1),
            retries=Retries(attempts=3, base_delay=0.001, max_delay=0.002),
        )
    )
    try:
        yield kubernetes.writer(Journal(), dry=False)
    finally:
        await kubernetes.close()
