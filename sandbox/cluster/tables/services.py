"""Services, Endpoints, EndpointSlices, Ingresses, IngressClasses and NetworkPolicies."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.cells import at, created, labels, name, selector, shortened
from sandbox.cluster.tables.printing import Cells, prints


@prints("services", columns="Name, Type, Cluster-IP, External-IP, Port(s), Age, Selector*")
def _service(item: JsonObject, now: datetime) -> Cells:
    return [
        name(item),
        at(item, "spec.type", "ClusterIP"),
        (at(item, "spec.clusterIPs", []) or ["<none>"])[0],
        _external(item),
        ",".join(map(_port, at(item, "spec.ports", []))) or "<none>",
        created(item, now),
        labels(at(item, "spec.selector")),
    ]


def _external(service: JsonObject) -> str:
    kind, given = at(service, "spec.type", "ClusterIP"), at(service, "spec.externalIPs", [])
    if kind == "ExternalName":
        return str(at(service, "spec.externalName", ""))
    if kind == "LoadBalancer":
        return ",".join([*_balancer(service), *given]) or "<pending>"
    return ",".join(given) or "<none>"


def _balancer(item: JsonObject) -> list[str]:
    points = at(item, "status.loadBalancer.ingress", [])
    return sorted({address for p in points if (address := p.get("ip") or p.get("hostname"))})


def _port(port: JsonObject) -> str:
    outside = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port['port']}{outside}/{port.get('protocol', 'TCP')}"


@prints("endpoints", columns="Name, Endpoints, Age")
def _endpoints(item: JsonObject, now: datetime) -> Cells:
    subsets = at(item, "subsets", [])
    addresses = [address for subset in subsets for address in _addresses(subset)]
    # Subsets whose addresses are all unready print as nothing, not as <none>.
    return [name(item), shortened(addresses, 3, "" if subsets else "<none>"), created(item, now)]


def _addresses(subset: JsonObject) -> Iterator[str]:
    ready = [address["ip"] for address in subset.get("addresses") or []]
    ports = subset.get("ports") or []
    if not ports:
        yield from ready
    for port in ports:
        for ip in ready:
            yield f"[{ip}]:{port['port']}" if ":" in ip else f"{ip}:{port['port']}"


@prints("endpointslices.discovery.k8s.io", columns="Name, AddressType, Ports, Endpoints, Age")
def _endpoint_slice(item: JsonObject, now: datetime) -> Cells:
    addresses = [a for e in at(item, "endpoints", []) for a in e.get("addresses") or []]
    return [
        name(item),
        at(item, "addressType", ""),
        shortened([_slice_port(p) for p in at(item, "ports", [])], 3, "<unset>"),
        shortened(addresses, 3, "<unset>"),
        created(item, now),
    ]


def _slice_port(port: JsonObject) -> str:
    if port.get("port") is not None:
        return str(port["port"])
    return "*" if port.get("name") is None else str(port["name"])


@prints("ingresses.networking.k8s.io", columns="Name, Class, Hosts, Address, Ports, Age")
def _ingress(item: JsonObject, now: datetime) -> Cells:
    return [
        name(item),
        at(item, "spec.ingressClassName", "<none>"),
        _hosts(at(item, "spec.rules", [])),
        ",".join(_balancer(item)),
        "80, 443" if at(item, "spec.tls", []) else "80",
        created(item, now),
    ]


def _hosts(rules: Iterable[JsonObject]) -> str:
    """Count every rule after the third host, even one without a host, as `formatHosts` does."""
    listed: list[str] = []
    all_rules = list(rules)
    for index, rule in enumerate(all_rules):
        if len(listed) == 3 and index < len(all_rules):
            return f"{','.join(listed)} + {len(all_rules) - 3} more..."
        if rule.get("host"):
            listed.append(rule["host"])
    return ",".join(listed) or "*"


@prints("ingressclasses.networking.k8s.io", columns="Name, Controller, Parameters, Age")
def _ingress_class(item: JsonObject, now: datetime) -> Cells:
    marks = at(item, "metadata.annotations", {})
    default = marks.get("ingressclass.kubernetes.io/is-default-class") == "true"
    return [
        name(item) + (" (default)" if default else ""),
        at(item, "spec.controller", ""),
        _parameters(at(item, "spec.parameters")),
        created(item, now),
    ]


def _parameters(parameters: JsonObject | None) -> str:
    if parameters is None:
        return "<none>"
    group = f".{parameters['apiGroup']}" if parameters.get("apiGroup") is not None else ""
    return f"{parameters['kind']}{group}/{parameters['name']}"


@prints("networkpolicies.networking.k8s.io", columns="Name, Pod-Selector, Age")
def _network_policy(item: JsonObject, now: datetime) -> Cells:
    return [name(item), selector(at(item, "spec.podSelector")), created(item, now)]
