"""Exported objects: properties with a visibility each, written as far as a pruner lets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.jenkins.exporting.tree import Tree


@dataclass
class At:
    """A property with a visibility of its own (`@Exported(visibility=...)`)."""

    visibility: int
    value: Any


@dataclass
class Inline:
    """A property whose objects do not count as a level of depth (`@Exported(inline=true)`)."""

    value: Any


@dataclass
class Bean:
    """An object as it is exported; a property that is a function is computed when written.

    `class_name` None: the declared type says it all, and no `_class` is written.
    """

    class_name: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    visibility: int = 1


@dataclass(frozen=True)
class ByDepth:
    """Write what is visible at a level (stapler `TreePruner.ByDepth`)."""

    level: int

    def of(self, visibility: int, inline: bool) -> ByDepth | None:
        """Return the pruner of a property's value, None when it is not written."""
        if visibility < self.level:
            return None
        return self if inline else ByDepth(self.level + 1)


Pruner = ByDepth | Tree


def write(value: Any, pruner: Pruner) -> Any:
    """Return what is written of a value, as JSON has it."""
    if callable(value):
        value = value()
    if isinstance(value, Bean):
        return _write_bean(value, pruner)
    if isinstance(value, list | tuple):
        chosen = value[pruner.start : pruner.end] if isinstance(pruner, Tree) else value
        return [write(each, pruner) for each in chosen]
    return value


def _write_bean(bean: Bean, pruner: Pruner) -> dict[str, Any]:
    written: dict[str, Any] = {} if bean.class_name is None else {"_class": bean.class_name}
    for name, held in bean.properties.items():
        visibility, inline, value = _unpacked(held, bean.visibility)
        inner = pruner.child(name) if isinstance(pruner, Tree) else pruner.of(visibility, inline)
        if inner is not None:
            written[name] = write(value, inner)
    return written


def _unpacked(held: Any, visibility: int) -> tuple[int, bool, Any]:
    if isinstance(held, At):
        return held.visibility, False, held.value
    if isinstance(held, Inline):
        return visibility, True, held.value
    return visibility, False, held
