"""What closing or removing a node means for its pods."""

from clients.kubernetes.impact.fields import at, counted, kind_of
from clients.kubernetes.impact.keepers import controller
from clients.kubernetes.impact.surroundings import Sight


async def pods_on_node(sight: Sight) -> list[str]:
    """Say how many pods are on a node that is closed or deleted, and where others can go."""
    change = sight.change
    if kind_of(change) != ("", "Node") or change.subresource:
        return []
    deleted = change.kind == "deleted"
    if not (deleted or (_closed(change.after) and not _closed(change.before))):
        return (
            ["new pods may be placed on it again."]
            if _closed(change.before) and change.kind == "changed" and not _closed(change.after)
            else []
        )
    running = f"spec.nodeName={change.ref.name},status.phase!=Succeeded,status.phase!=Failed"
    pods = await sight.there("pods", field_selector=running)
    own = sum(not controller(pod) for pod in pods)
    many = counted(len(pods), "pod")
    alone = f" ({own} of them belong to no controller and are not made again)" if own else ""
    if any(other.kind == "evicted" for other in sight.around.changes):
        return await _others(sight)  # a drain: it says itself what becomes of each pod
    told = [
        f"{many} on it are deleted{alone}." if deleted else f"{many} on it stay; no new ones come."
    ]
    return [*told, *await _others(sight)]


def _closed(node: object) -> bool:
    return bool(at(node, "spec").get("unschedulable"))


async def _others(sight: Sight) -> list[str]:
    nodes = await sight.there("nodes")
    left = [n for n in nodes if n["metadata"]["name"] != sight.change.ref.name and not _closed(n)]
    total = len(nodes)
    if not nodes:
        return []
    if not left:
        return ["! no other node takes new pods."]
    return [f"New pods then find {len(left)} of {total} nodes."]
