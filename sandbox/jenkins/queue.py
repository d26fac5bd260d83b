"""The queue: items from the quiet period until five minutes after they left it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sandbox.jenkins.attributes import assigned
from sandbox.jenkins.builds import Build
from sandbox.jenkins.items import Job
from sandbox.jenkins.parameters import Value

State = Literal["waiting", "blocked", "buildable", "left", "cancelled"]


@dataclass(eq=False)
class QueueItem:
    """One item; `quiet` counts the ticks that its quiet period still lasts."""

    id: int
    job: Job
    since: int
    """Milliseconds since the epoch."""
    values: list[Value] | None = None
    user: str = "admin"
    quiet: int = 0
    state: State = "waiting"
    why: str | None = None
    build: Build | None = None
    left_at: int | None = None
    stuck: bool = False

    @property
    def queued(self) -> bool:
        """Tell whether the item waits for something."""
        return self.state in ("waiting", "blocked", "buildable")

    @property
    def path(self) -> str:
        """Return `queue/item/N/`."""
        return f"queue/item/{self.id}/"

    def leave(self, state: Literal["left", "cancelled"], now: int) -> None:
        """Leave the queue for a build, or for nothing."""
        self.state, self.left_at, self.why = state, now, None


@dataclass
class Queue:
    """All items that are remembered, by their numbers."""

    items: dict[int, QueueItem] = field(default_factory=dict)
    next_id: int = 1

    @property
    def queued(self) -> list[QueueItem]:
        """Return the items that wait, the newest first, as Jenkins lists them."""
        return [item for item in reversed(self.items.values()) if item.queued]

    def twin(self, job: Job, values: list[Value] | None) -> QueueItem | None:
        """Find a waiting item of the same job with the same values."""
        same = (item for item in self.queued if item.job is job and item.values == values)
        return next(same, None)

    def of(self, job: Job) -> QueueItem | None:
        """Find a waiting item of a job."""
        return next((item for item in self.queued if item.job is job), None)

    def add(self, job: Job, now: int, **more: object) -> QueueItem:
        """Put a job in the queue."""
        item = assigned(QueueItem(self.next_id, job, now), more)
        self.items[item.id] = item
        self.next_id += 1
        return item

    def forget(self, before: int) -> None:
        """Drop the items that left before a moment."""
        gone = [i.id for i in self.items.values() if i.left_at is not None and i.left_at < before]
        for number in gone:
            del self.items[number]
