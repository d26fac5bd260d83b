"""The objects of a release as they are in the cluster, in the order of its manifest.

Helm's block RESOURCES has one table per kind, in an order that changes from call to call, and
leaves out what is missing or may not be read; here each object is one line, and those are said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.render import JsonObject
from tools.render.helm.readiness import Readiness, readiness
from tools.render.tabwriter import align

MOST_READY_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Live:
    """One object: ``deployment.apps/web``, its namespace if another than the release's.

    ``obj`` is None where there is none; ``unread`` says why it could not be read.
    """

    name: str
    elsewhere: str = ""
    obj: JsonObject | None = None
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """Each object judged; ``troubles`` are lines about the pods of a workload, by its name.

    ``left_out`` says what was not looked at.
    """

    objects: Sequence[Live]
    troubles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    left_out: Sequence[str] = ()

    @property
    def healthy(self) -> bool | None:
        """Whether all are there and ready; None where that could not be seen."""
        states = [_state(each) for each in self.objects]
        if any(not state.ready for each, state in self._pairs(states) if not each.unread):
            return False
        return None if self.left_out or any(each.unread for each in self.objects) else True

    def _pairs(self, states: Sequence[Readiness]) -> list[tuple[Live, Readiness]]:
        return list(zip(self.objects, states, strict=True))

    def text(self) -> str:
        """Print a line of figures, then the objects that are not ready, then those that are."""
        states = [_state(each) for each in self.objects]
        ready = sum(state.ready for state in states)
        rows = [f"  {each.name}{_where(each)}\t{state.text}" for each, state in self._pairs(states)]
        lines = [f"RESOURCES: {f'{ready} of {len(rows)} ready' if rows else 'none'}"]
        shown = 0
        for each, state, line in zip(
            self.objects, states, align(rows, minimum=0, padding=2), strict=True
        ):
            shown += state.ready
            if not state.ready or shown <= MOST_READY_SHOWN:
                lines.append(line.rstrip())
                lines += [f"  {trouble}" for trouble in self.troubles.get(each.name, ())]
        if (more := ready - MOST_READY_SHOWN) > 0:
            lines.append(f"  … and {more} more that are ready")
        return "\n".join([*lines, *(f"  {said}" for said in self.left_out)]) + "\n"

    def items(self) -> list[dict[str, Any]]:
        """Give what ``text`` says, for JSON and YAML."""
        return [
            {
                "name": each.name,
                "ready": None if each.unread else state.ready,
                **({"state": state.text} if state.text else {}),
            }
            for each, state in ((each, _state(each)) for each in self.objects)
        ]


def _state(live: Live) -> Readiness:
    if live.unread:
        return Readiness(ready=False, text=f"cannot be read: {live.unread}")
    if live.obj is None:
        return Readiness(ready=False, text="missing: it is not in the cluster")
    state = readiness(live.obj)
    return state if state.text else Readiness(state.ready, "ready" if state.ready else "not ready")


def _where(live: Live) -> str:
    return f" in {live.elsewhere}" if live.elsewhere else ""
