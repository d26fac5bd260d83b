"""Ports of this machine's loopback address that lead to ports of pods, until their time is over.

They belong to the server, not to the call or the client session that opened them.
"""

import asyncio
import contextlib
import errno
import secrets
from collections.abc import Sequence
from contextvars import Context
from dataclasses import dataclass, field

from clients.errors import ClientError, InvalidError, NotFoundError
from clients.kubernetes.pods.forwarded_ports import PortPair
from clients.kubernetes.pods.tunnels import LINGER_SECONDS, Opens, Tunnel
from clients.suggestions import did_you_mean

LOOPBACK = "127.0.0.1"
MOST_FORWARDS = 20
MOST_CONNECTIONS = 200


@dataclass(slots=True)
class Forward:
    """Open ports to one pod; ``trouble`` is why the last connection that failed did."""

    forward_id: str
    target: str
    seconds: float
    ends_at: float
    ports: list[PortPair] = field(default_factory=list)
    carried: int = 0
    trouble: str = ""
    _servers: list[asyncio.Server] = field(default_factory=list)
    _connections: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def seconds_left(self) -> float:
        """How long it will be open."""
        return max(0.0, self.ends_at - asyncio.get_running_loop().time())

    @property
    def connections(self) -> int:
        """How many connections it carries now."""
        return len(self._connections)

    @property
    def addresses(self) -> list[str]:
        """Where it listens."""
        return [f"{LOOPBACK}:{pair.local}" for pair in self.ports]

    async def listen(self, pair: PortPair, opens: Opens, linger: float) -> None:
        """Open one local port."""

        async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._accepted(reader, writer, pair.remote, opens, linger)

        try:
            server = await asyncio.start_server(accepted, LOOPBACK, pair.local)
        except OSError as refused:
            raise _unusable(pair, refused) from refused
        self._servers.append(server)
        self.ports.append(PortPair(server.sockets[0].getsockname()[1], pair.remote))

    async def _accepted(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        port: int,
        opens: Opens,
        linger: float,
    ) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for mypy: streams run each connection in a task
        self._connections.add(task)
        try:
            if self.connections > MOST_CONNECTIONS:
                self.trouble = f"more than {MOST_CONNECTIONS} connections at once"
                return
            self.carried += 1
            await Tunnel(reader, writer, linger).carry(opens, port)
        except ClientError as refusal:
            self.trouble = str(refusal)
        except ConnectionError:
            pass  # the local side is gone
        except asyncio.CancelledError:
            pass  # the forward ends; the streams' own callback would report a cancelled task
        finally:
            self._connections.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def close(self) -> None:
        """Stop listening and end what is being carried."""
        for server in self._servers:
            server.close()
        ending = list(self._connections)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


def _unusable(pair: PortPair, refused: OSError) -> InvalidError:
    why = {errno.EADDRINUSE: "is taken", errno.EACCES: "may not be used by this server"}
    return InvalidError(
        f"Port {pair.local} of {LOOPBACK} {why.get(refused.errno or 0, 'cannot be opened')}; "
        f'":{pair.remote}" lets a free one be chosen.'
    )


class Forwards:
    """All forwards of this server."""

    def __init__(self, linger: float = LINGER_SECONDS) -> None:
        self._linger = linger
        self._forwards: dict[str, Forward] = {}
        self._timers: dict[str, asyncio.Task[None]] = {}

    @property
    def open(self) -> Sequence[Forward]:
        """Those that are open, the oldest first."""
        return list(self._forwards.values())

    def refuse_more(self) -> None:
        """Raise if there are as many as may be."""
        if len(self._forwards) >= MOST_FORWARDS:
            raise InvalidError(
                f"{MOST_FORWARDS} port-forwards are open, the most there may be; "
                "end one with k8s_port_forward_stop."
            )

    async def start(
        self, target: str, pairs: Sequence[PortPair], opens: Opens, seconds: float
    ) -> Forward:
        """Listen for ``seconds``; what listens keeps nothing of the call that asked for it."""
        self.refuse_more()
        loop = asyncio.get_running_loop()
        name = f"pf-{secrets.token_hex(3)}"
        forward = Forward(name, target, seconds, loop.time() + seconds)
        self._forwards[name] = forward
        listening = self._listen(forward, pairs, opens)
        await loop.create_task(listening, context=Context())
        return forward

    async def _listen(self, forward: Forward, pairs: Sequence[PortPair], opens: Opens) -> None:
        try:
            for pair in pairs:
                await forward.listen(pair, opens, self._linger)
        except BaseException:
            del self._forwards[forward.forward_id]
            await forward.close()
            raise
        self._timers[forward.forward_id] = asyncio.create_task(self._expire(forward))

    async def _expire(self, forward: Forward) -> None:
        await asyncio.sleep(forward.seconds)
        self._timers.pop(forward.forward_id, None)
        await self.stop(forward.forward_id)

    def get(self, forward_id: str) -> Forward:
        """Return an open forward."""
        if forward := self._forwards.get(forward_id):
            return forward
        listed = ", ".join(self._forwards) or "none"
        near = did_you_mean(forward_id[:63], self._forwards)
        raise NotFoundError(f"There is no such port-forward.{near} Open: {listed}.")

    async def stop(self, forward_id: str) -> Forward:
        """End one forward and what it carries."""
        forward = self.get(forward_id)
        del self._forwards[forward_id]
        if timer := self._timers.pop(forward_id, None):
            timer.cancel()
        await forward.close()
        return forward

    async def close(self) -> None:
        """End them all."""
        for forward_id in list(self._forwards):
            await self.stop(forward_id)
