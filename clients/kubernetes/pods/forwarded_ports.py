"""Ports as kubectl takes them (``8080:80``, ``:http``), and which container port is meant.

Sources followed: kubectl ``cmd/portforward`` and ``util/service_port.go``. An address before the
ports is refused: a forward listens on the loopback address and nowhere else.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clients.errors import InvalidError, NotFoundError
from clients.kubernetes.names import shown
from clients.kubernetes.objects import JsonObject
from clients.kubernetes.pods.choosing import ChosenPod

MOST_PORTS = 10
LAST_PORT = 65_535
_NAME = re.compile(r"(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class PortSpec:
    """What a caller wrote: a local port (0: any; None: the remote's number) and a remote one."""

    local: int | None
    remote: str


@dataclass(frozen=True, slots=True)
class PortPair:
    """A local port (0: any) and a container's port."""

    local: int
    remote: int


def port_specs(text: str) -> list[PortSpec]:
    """Read one or several, separated by commas or spaces."""
    words = text.replace(",", " ").split()
    if not words or len(words) > MOST_PORTS:
        raise InvalidError(f'Argument "ports": give 1 to {MOST_PORTS}, e.g. "8080:80" or ":80".')
    return [_spec(word) for word in words]


def _spec(word: str) -> PortSpec:
    local, colon, remote = word.rpartition(":")
    if (local and not local.isascii()) or (local and not local.isdigit()):
        raise InvalidError(
            f'Argument "ports": {shown(word)}: only ports are accepted, no address; '
            "a forward listens on 127.0.0.1."
        )
    is_number = remote.isascii() and remote.isdigit()
    if not (is_number and 1 <= int(remote) <= LAST_PORT) and not _NAME.fullmatch(remote):
        raise InvalidError(
            f'Argument "ports": {shown(word)} is no port (1 to {LAST_PORT}, a name).'
        )
    if int(local or 0) > LAST_PORT:
        raise InvalidError(f'Argument "ports": {shown(word)}: the last port is {LAST_PORT}.')
    return PortSpec(int(local or 0) if colon else None, remote)


def port_pair(spec: PortSpec, chosen: ChosenPod) -> PortPair:
    """Find the container port that is meant, through the service if one was named."""
    if chosen.named["kind"] == "Service":
        near, remote = _of_service(spec.remote, chosen.named, chosen.pod)
    else:
        near = remote = _of_pod(spec.remote, chosen.pod)
    return PortPair(near if spec.local is None else spec.local, remote)


def _of_service(wanted: str, service: JsonObject, pod: JsonObject) -> tuple[int, int]:
    name = service["metadata"]["name"]
    ports: Sequence[JsonObject] = service["spec"].get("ports") or ()
    port = next((each for each in ports if wanted in (str(each["port"]), each.get("name"))), None)
    if port is None:
        raise NotFoundError(
            f'service "{name}" has no port {wanted}; it has: {_listed(ports, "port")}.'
        )
    _refuse_other_protocol(port, wanted)
    number, target = int(port["port"]), port.get("targetPort") or port["port"]
    if service["spec"].get("clusterIP") == "None":  # nothing translates for a headless one
        return number, number
    return number, target if isinstance(target, int) else _of_pod(str(target), pod)


def _of_pod(wanted: str, pod: JsonObject) -> int:
    ports = list(_container_ports(pod))
    if wanted.isdigit():
        return int(wanted)
    port = next((each for each in ports if each.get("name") == wanted), None)
    if port is None:
        listed = _listed(ports, "containerPort")
        pod_name = pod["metadata"]["name"]
        raise NotFoundError(f'pod "{pod_name}" has no port named {wanted}; it has: {listed}.')
    _refuse_other_protocol(port, wanted)
    return int(port["containerPort"])


def _container_ports(pod: JsonObject) -> Iterator[JsonObject]:
    for part in ("containers", "initContainers"):
        for container in pod["spec"].get(part) or ():
            yield from container.get("ports") or ()


def _refuse_other_protocol(port: JsonObject, wanted: str) -> None:
    protocol = port.get("protocol", "TCP")
    if protocol != "TCP":
        raise InvalidError(f"{protocol} protocol is not supported for {wanted}.")


def _listed(ports: Sequence[JsonObject], field: str) -> str:
    return (
        ", ".join(
            f"{each[field]} ({each['name']})" if each.get("name") else str(each[field])
            for each in ports
        )
        or "none"
    )
