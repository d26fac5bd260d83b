"""What an uninstall takes away that neither the history nor installing again brings back."""

from collections.abc import Sequence

from clients.errors import ClientError
from clients.kubernetes.changes import Change
from clients.kubernetes.changing.editing import is_built_in
from clients.kubernetes.objects import ObjectRef
from clients.kubernetes.writer import KubernetesWriter

MOST_NAMED = 5
_SECRET, _CLAIM = ("", "Secret"), ("", "PersistentVolumeClaim")


async def lost_for_good(writing: KubernetesWriter, *, keeps_history: bool) -> str:
    """Name what holds data that goes: with the history kept, claims alone; nothing without any.

    A claim whose volume is retained loses none. Secrets and custom resources are rendered again
    from the history, but not with what was put into them since, or what belongs to them.
    """
    named = [
        change.ref.qualified_name
        for change in writing.journal.changes
        if change.kind == "deleted" and await _is_lost(writing, change, keeps_history=keeps_history)
    ]
    return _listed(named)


async def _is_lost(writing: KubernetesWriter, change: Change, *, keeps_history: bool) -> bool:
    kind = change.ref.type.group, change.ref.type.kind
    if kind == _CLAIM:
        return not await _is_retained(writing, change)
    return not keeps_history and (kind == _SECRET or not is_built_in(kind[0]))


async def _is_retained(writing: KubernetesWriter, change: Change) -> bool:
    """Whether a claim's volume stays; one that may not be read counts as lost."""
    volume = ((change.before or {}).get("spec") or {}).get("volumeName")
    if not volume:
        return False
    try:
        kind = await writing.read.kind("v1", "PersistentVolume")
        found = await writing.read.get_or_none(ObjectRef(kind, str(volume)))
    except ClientError:
        return False
    return bool(found and found["spec"].get("persistentVolumeReclaimPolicy") == "Retain")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"
