"""Who looks at what is exported, and how addresses read there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.jenkins.exporting.beans import Bean
from sandbox.jenkins.items import Item
from sandbox.jenkins.users import User

if TYPE_CHECKING:
    from sandbox.jenkins.queue import QueueItem
    from sandbox.jenkins.state import Jenkins


@dataclass(frozen=True)
class Viewpoint:
    """A controller as one user sees it."""

    jenkins: Jenkins
    user: User

    @property
    def address(self) -> str:
        """Return the root URL as answers name it."""
        return self.jenkins.address

    def sees(self, item: Item) -> bool:
        """Tell whether the user may read an item."""
        return self.user.may("read", item.full_name)

    def queue_item(self, item: QueueItem) -> Bean:
        """Export a queue item."""
        from sandbox.jenkins.exporting.queue import queue_item_bean  # queue items show jobs

        return queue_item_bean(item, self)
