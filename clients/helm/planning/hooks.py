"""The hooks of a release: which run in an operation, and what powers they would have."""

from collections.abc import Iterator, Sequence

from clients import errors
from clients.helm.planning.objects import name_of, objects_of
from clients.helm.release import Release
from clients.kubernetes.changes import Change
from clients.kubernetes.impact import powers_of
from clients.kubernetes.objects import JsonObject, ObjectRef
from clients.kubernetes.writer import KubernetesWriter

_EVENTS = {
    "install": ("pre-install", "post-install"),
    "upgrade": ("pre-upgrade", "post-upgrade"),
    "rollback": ("pre-rollback", "post-rollback"),
    "uninstall": ("pre-delete", "post-delete"),
}


async def note_hooks(writing: KubernetesWriter, release: Release, verb: str) -> None:
    """Note what would run beside the release's own objects, and which powers it would have."""
    hooks = list(hooks_of(release, verb))
    if hooks:
        told = ", ".join(f"{event} {_name(hook)}" for event, hook in hooks)
        writing.note(f"Hooks that would run: {told}.")
    for power in await _powers(writing, release, [hook for _, hook in hooks]):
        writing.note(f"! A hook: {power}")


def hooks_of(release: Release, verb: str) -> Iterator[tuple[str, JsonObject]]:
    """Yield the hooks of an operation, in the order of events, weights and names."""
    for event in _EVENTS[verb]:
        due = [hook for hook in release.hooks if event in (hook.get("events") or ())]
        for hook in sorted(due, key=lambda each: (each.get("weight") or 0, str(each.get("name")))):
            yield event, hook


def _name(hook: JsonObject) -> str:
    return f"{str(hook.get('kind')).lower()}/{hook.get('name')}"


async def _powers(
    writing: KubernetesWriter, release: Release, hooks: Sequence[JsonObject]
) -> list[str]:
    changes = []
    for hook in hooks:
        for obj in objects_of(str(hook.get("manifest") or "")):
            try:
                kind = await writing.read.kind(obj["apiVersion"], obj["kind"])
            except errors.NotFoundError:
                continue
            ref = ObjectRef(kind, name_of(obj), release.namespace)
            changes.append(Change("created", ref, None, writing.read.masking.mask(obj)))
    return list(dict.fromkeys(await powers_of(writing.read, changes)))
