"""Probes in one line, as kubectl's ``DescribeProbe``."""

from typing import Any
from urllib.parse import quote

from tools.render.describe.generic import go_value

JsonObject = dict[str, Any]

# Go's net/url leaves these unescaped in a path, besides letters, digits and "-_.~".
PATH_SAFE = "/$&+,:;=@"


def probe_text(probe: JsonObject) -> str:
    """Print what is probed and how patiently."""
    return f"{_target(probe)} {_timing(probe)}"


def _target(probe: JsonObject) -> str:
    if command := probe.get("exec"):
        return f"exec {go_value(command.get('command') or [])}"
    if get := probe.get("httpGet"):
        return f"http-get {_url(get)}"
    if socket := probe.get("tcpSocket"):
        return f"tcp-socket {socket.get('host', '')}:{socket['port']}"
    if grpc := probe.get("grpc"):
        return f"grpc <pod>:{grpc['port']} {grpc.get('service') or ''}"
    return "unknown"


def _url(get: JsonObject) -> str:
    scheme, host = str(get.get("scheme", "")).lower(), get.get("host", "")
    host = f"[{host}]" if ":" in host else host
    path = quote(get.get("path", ""), safe=PATH_SAFE)
    path = f"/{path}" if path and not path.startswith("/") else path
    return f"{scheme}://{host}:{get['port']}{path}"


def _timing(probe: JsonObject) -> str:
    return (
        f"delay={probe.get('initialDelaySeconds', 0)}s"
        f" timeout={probe.get('timeoutSeconds', 0)}s"
        f" period={probe.get('periodSeconds', 0)}s"
        f" #success={probe.get('successThreshold', 0)}"
        f" #failure={probe.get('failureThreshold', 0)}"
    )
