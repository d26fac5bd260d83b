"""What waits in the queue, and for what."""

from dataclasses import dataclass

from clients.jenkins.paths import Place
from clients.jenkins.reader import JenkinsReader, JsonObject
from clients.masking import mask_free_text

QUEUE = Place(("queue",), "the queue")
MOST_ITEMS = 200
ITEMS = (
    "items[id,why,blocked,buildable,stuck,inQueueSince,params,task[name,fullName]]"
    f"{{0,{MOST_ITEMS + 1}}}"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item; ``since`` in milliseconds since the epoch, ``parameters`` as ``A=1 B=2``."""

    id: int
    job: str
    state: str
    why: str
    since: int | None
    parameters: str
    stuck: bool


async def waiting(jenkins: JenkinsReader) -> tuple[list[Waiting], bool]:
    """Return what waits, the longest-waiting first, and whether there is more than that."""
    found = await jenkins.get_json(QUEUE, ITEMS)
    items = [_item(each) for each in found.get("items") or [] if isinstance(each, dict)]
    kept = items[:MOST_ITEMS]
    return sorted(kept, key=lambda item: (item.since or 0, item.id)), len(items) > MOST_ITEMS


def _item(found: JsonObject) -> Waiting:
    task = found.get("task") or {}
    since = found.get("inQueueSince")
    return Waiting(
        id=found.get("id") or 0,
        job=str(task.get("fullName") or task.get("name") or "?"),
        state=_state(found),
        why=" ".join(str(found.get("why") or "").split()),
        since=since if isinstance(since, int) else None,
        parameters=" ".join(mask_free_text(str(found.get("params") or "")).split("\n")).strip(),
        stuck=bool(found.get("stuck")),
    )


def _state(found: JsonObject) -> str:
    """Name the state as Jenkins' classes do: a waiting item is in its quiet period."""
    if found.get("buildable"):
        return "buildable"
    return "blocked" if found.get("blocked") else "waiting"
