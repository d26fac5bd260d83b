"""Port-forwards as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tools.render.ages import human_duration
from tools.render.tabwriter import align


@dataclass(frozen=True, slots=True)
class OpenForward:
    """A forward as it is now; ``ports`` are local addresses and container ports."""

    forward_id: str
    target: str
    ports: Sequence[tuple[str, int]]
    connections: int = 0
    carried: int = 0
    seconds_left: float = 0.0
    trouble: str = ""


def opened(forward: OpenForward, until: datetime, notice: str) -> str:
    """Say where it listens, until when, and how to end it."""
    lines = [f"{address} → port {port} of {forward.target}" for address, port in forward.ports]
    end = (
        f"Open until {until:%H:%M} UTC on the machine of this server; "
        f'k8s_port_forward_stop(forward_id="{forward.forward_id}") ends it.'
    )
    return "\n".join([*([notice] if notice else []), *lines, end])


def forward_table(forwards: Sequence[OpenForward]) -> str:
    """List them, and why the last connection that failed did."""
    if not forwards:
        return "No port-forwards are open."
    rows = ["ID\tLOCAL\tPORT\tTO\tCONNECTIONS\tCLOSES IN"]
    for each in forwards:
        for address, port in each.ports:
            carried = f"{each.connections} of {each.carried}"
            closes = human_duration(each.seconds_left)
            rows.append(f"{each.forward_id}\t{address}\t{port}\t{each.target}\t{carried}\t{closes}")
    troubles = [f"{each.forward_id} failed last: {each.trouble}" for each in forwards]
    failed = [text for text, each in zip(troubles, forwards, strict=True) if each.trouble]
    return "\n".join([*align(rows), *failed])
