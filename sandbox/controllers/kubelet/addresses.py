"""Addresses of pods: each node gives out those of its own range."""

import ipaddress

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.control_plane import ControlPlane

_FIRST = 2  # the range's first address is its bridge
_FALLBACK_RANGE = "10.42.255.0/24"


class Addresses:
    """Gives the lowest free address of a node's `podCIDR`."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster

    def of_node(self, name: str) -> str:
        """Return a node's internal address."""
        node = self._cluster.store.peek("", "nodes", None, name) or {}
        addresses = (node.get("status") or {}).get("addresses") or []
        internal = (a["address"] for a in addresses if a["type"] == "InternalIP")
        return str(next(internal, "10.0.0.10"))

    def of_pod(self, pod: JsonObject) -> str:
        """Choose a pod's address; on the host network it is the node's."""
        name = pod["spec"]["nodeName"]
        if pod["spec"].get("hostNetwork"):
            return self.of_node(name)
        node = self._cluster.store.peek("", "nodes", None, name) or {"spec": {}}
        network = ipaddress.ip_network(node["spec"].get("podCIDR") or _FALLBACK_RANGE)
        taken = {(p.get("status") or {}).get("podIP") for p in self._cluster.pods_on(name)}
        free = (str(network[i]) for i in range(_FIRST, network.num_addresses - 1))
        return next((address for address in free if address not in taken), str(network[_FIRST]))
