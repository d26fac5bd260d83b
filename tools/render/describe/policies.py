"""NetworkPolicies in sentences, and PodDisruptionBudgets."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tools.render.describe.conditions import write_conditions
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import (
    selector_or_none,
    write_annotations,
    write_labels,
    write_name,
)
from tools.render.describe.registry import describes
from tools.render.describe.related import Related
from tools.render.describe.times import parsed

JsonObject = dict[str, Any]

ALL_PODS = "<none> (Allowing the specific traffic to all pods in this namespace)"
DIRECTIONS = (
    ("Ingress", "ingress", "from", "traffic not restricted by source"),
    ("Egress", "egress", "to", "traffic not restricted by destination"),
)
RULE_INDENT = "    "


@describes("networking.k8s.io", "NetworkPolicy")
def describe_network_policy(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write which pods are selected and what traffic each direction allows."""
    metadata, spec = obj["metadata"], obj["spec"]
    write_name(lines, obj)
    created = parsed(metadata.get("creationTimestamp"))
    lines.field("Created on", f"{created:%Y-%m-%d %H:%M:%S} +0000 UTC")
    write_labels(lines, metadata.get("labels"))
    write_annotations(lines, metadata.get("annotations"))
    lines.text("Spec:")
    selector = selector_or_none(spec.get("podSelector"))
    lines.text(f"PodSelector:     {ALL_PODS if selector == '<none>' else selector}", level=1)
    for kind, rules, peers, unrestricted in DIRECTIONS:
        if kind not in (spec.get("policyTypes") or ()):
            lines.text(f"Not affecting {rules} traffic", level=1)
            continue
        lines.text(f"Allowing {rules} traffic:", level=1)
        for line in _rule_lines(spec.get(rules) or [], rules, peers, unrestricted):
            lines.text(f"{RULE_INDENT}{line}")
    lines.text(f"Policy Types: {', '.join(spec.get('policyTypes') or ())}", level=1)


def _rule_lines(
    rules: list[JsonObject], direction: str, peers: str, unrestricted: str
) -> Iterator[str]:
    if not rules:
        yield f"<none> (Selected pods are isolated for {direction} connectivity)"
    for number, rule in enumerate(rules):
        if number:
            yield "----------"
        yield from _port_lines(rule.get("ports"))
        if not rule.get(peers):
            yield f"{peers.capitalize()}: <any> ({unrestricted})"
        for peer in rule.get(peers) or ():
            yield f"{peers.capitalize()}:"
            yield from _peer_lines(peer)


def _port_lines(ports: list[JsonObject] | None) -> Iterator[str]:
    if not ports:
        yield "To Port: <any> (traffic allowed to all ports)"
    for port in ports or ():
        first, protocol = port.get("port", "<nil>"), port.get("protocol", "TCP")
        if "endPort" in port:
            yield f"To Port Range: {first}-{port['endPort']}/{protocol}"
        else:
            yield f"To Port: {first}/{protocol}"


def _peer_lines(peer: JsonObject) -> Iterator[str]:
    for label, selector in (
        ("NamespaceSelector", peer.get("namespaceSelector")),
        ("PodSelector", peer.get("podSelector")),
    ):
        if selector is not None:
            yield f"  {label}: {selector_or_none(selector)}"
    if block := peer.get("ipBlock"):
        yield "  IPBlock:"
        yield f"    CIDR: {block.get('cidr', '')}"
        yield f"    Except: {', '.join(block.get('except') or ())}"


@describes("policy", "PodDisruptionBudget")
def describe_pod_disruption_budget(
    lines: Lines, obj: JsonObject, related: Related, now: datetime
) -> None:
    """Write the budget and how much of it is left.

    The conditions, which say why nothing may be disrupted, are ours: kubectl leaves them out.
    """
    spec, status = obj.get("spec", {}), obj.get("status", {})
    write_name(lines, obj)
    if "minAvailable" in spec:
        lines.field("Min available", spec["minAvailable"])
    elif "maxUnavailable" in spec:
        lines.field("Max unavailable", spec["maxUnavailable"])
    selector = spec.get("selector")
    lines.field("Selector", "<unset>" if selector is None else selector_or_none(selector))
    write_conditions(lines, obj)
    lines.text("Status:")
    lines.field("Allowed disruptions", status.get("disruptionsAllowed", 0), level=2)
    lines.field("Current", status.get("currentHealthy", 0), level=2)
    lines.field("Desired", status.get("desiredHealthy", 0), level=2)
    lines.field("Total", status.get("expectedPods", 0), level=2)
