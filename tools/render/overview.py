"""A cluster at a glance: the sentences of ``kubectl cluster-info``, and what it leaves out."""

from collections import Counter
from collections.abc import Iterable, Sequence

from tools.render import JsonObject

MOST_NODES = 20


def services_lines(host: str, services: Sequence[JsonObject]) -> list[str]:
    """Print where the control plane and the cluster's own services are, as kubectl does."""
    lines = [f"Kubernetes control plane is running at {host}"]
    for service in services:
        metadata = service["metadata"]
        name = (metadata.get("labels") or {}).get("kubernetes.io/name") or metadata["name"]
        lines.append(f"{name} is running at {_link(host, service)}".rstrip())
    return lines


def _link(host: str, service: JsonObject) -> str:
    ports = service["spec"].get("ports") or ()
    balancer = (service.get("status") or {}).get("loadBalancer") or {}
    for ingress in balancer.get("ingress") or ():
        address = ingress.get("ip") or ingress.get("hostname") or ""
        return " ".join(f"http://{address}:{port['port']}" for port in ports)
    metadata = service["metadata"]
    target = _proxied(metadata["name"], ports[0]) if ports else metadata["name"]
    return f"{host}/api/v1/namespaces/{metadata['namespace']}/services/{target}/proxy"


def _proxied(name: str, port: JsonObject) -> str:
    """Join scheme, name and port as apimachinery's ``JoinSchemeNamePort``."""
    port_name = str(port.get("name") or "")
    if port_name == "https" or port.get("port") == 443:
        return f"https:{name}:{port_name}"
    return f"{name}:{port_name}" if port_name else name


def version_line(version: JsonObject) -> str:
    """Print the server's version and platform."""
    return f"Server version: {version.get('gitVersion', '')} ({version.get('platform', '')})"


def readiness_line(readyz: str) -> str:
    """Say whether all of the API server's own checks pass, and which do not."""
    failed = [line[3:].split()[0] for line in readyz.splitlines() if line.startswith("[-]")]
    return f"Health (/readyz): {f'failing: {chr(44).join(failed)}' if failed else 'ok'}"


def nodes_lines(rows: Sequence[dict[str, str]]) -> list[str]:
    """Count nodes by readiness and version; name those that are not simply Ready."""
    if not rows:
        return ["Nodes: none"]
    ready = sum("Ready" in row["Status"].split(",") for row in rows)
    versions = ", ".join(f"{version} x{n}" for version, n in _counted(r["Version"] for r in rows))
    lines = [f"Nodes: {len(rows):,}, {ready:,} ready ({versions})"]
    odd = [row for row in rows if row["Status"] != "Ready"]
    lines += [f"  {row['Name']}: {row['Status']}" for row in odd[:MOST_NODES]]
    if (more := len(odd) - MOST_NODES) > 0:
        lines.append(f"  … and {more:,} more that are not Ready or not schedulable")
    return lines


def _counted(words: Iterable[str]) -> list[tuple[str, int]]:
    return Counter(words).most_common()


def metrics_line(metrics: str) -> str:
    """Say whether k8s_top_pods and k8s_top_nodes can answer."""
    if not metrics:
        return "Metrics API: not installed; k8s_top_pods and k8s_top_nodes need metrics-server"
    return f"Metrics API: {'not answering' if metrics == 'stale' else metrics}"
