"""Tools for nodes: cordon and uncordon."""

from typing import Annotated

from pydantic import Field

from clients.kubernetes.changing.editing import cordon
from tools.dependencies import Writing
from tools.kubectl.toolset import k8s
from tools.needs import verbs

NodeName = Annotated[str, Field(description="Node")]
NODES = verbs("get patch", "nodes")


@k8s.write("Cordon Kubernetes Node", needs=[NODES], idempotent=True)
async def k8s_cordon(writing: Writing, node_name: NodeName) -> str:
    """Close a node for new pods; those on it stay."""
    node = await writing.read.ref("nodes", node_name, None)
    changed = await cordon(writing, node, schedulable=False)
    writing.name_act("cordon", node)
    return f"node/{node_name} {'cordoned' if changed else 'already cordoned'}"


@k8s.write("Uncordon Kubernetes Node", needs=[NODES], idempotent=True)
async def k8s_uncordon(writing: Writing, node_name: NodeName) -> str:
    """Open a node for new pods."""
    node = await writing.read.ref("nodes", node_name, None)
    changed = await cordon(writing, node, schedulable=True)
    writing.name_act("uncordon", node)
    return f"node/{node_name} {'uncordoned' if changed else 'already uncordoned'}"
