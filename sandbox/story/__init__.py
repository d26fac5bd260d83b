"""A story to explore: a shop that half works, and the traces of how that came about.

`web` is healthy, `checkout` crashes, `catalog` cannot be pulled, `batch-report` fits no node,
`orders-db` may not be disturbed; one node is short of memory, one is drained. Of what Argo
Rollouts releases, `storefront` and `accounts` wait for a decision and `recommendations` was
aborted. Every Secret holds values that no answer may show (`CANARIES`). The running controllers
carry the story on, and a repair works: give `payments` the key that `checkout` asks for, and it
recovers; promote `storefront`, and it goes on.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sandbox.cluster.logbook import LogBook
from sandbox.cluster.store import Store
from sandbox.cluster.usage import UsageBook
from sandbox.story import (
    accounts,
    batch,
    cache,
    catalog,
    checkout,
    extras,
    foundation,
    nodes,
    orders,
    progressive,
    recommendations,
    secrets,
    storefront,
    web,
)
from sandbox.story.canaries import CANARIES, leaks
from sandbox.story.stage import Scene, Stage
from sandbox.story.voices import Voices

__all__ = ["CANARIES", "leaks", "load"]

_CHAPTERS = (foundation, nodes, secrets, web, checkout, catalog, orders, batch, cache, extras)
_RELEASED = (progressive, storefront, recommendations, accounts)


def load(store: Store, logs: LogBook, usage: UsageBook, clock: Callable[[], datetime]) -> None:
    """Play the story of the last 64 days into an empty cluster, up to the clock's present.

    From then on, containers that the controllers start write logs and are measured too. The
    history of changes is forgotten, as if it had been compacted.
    """
    voices = Voices(store, logs, usage)
    stage = Stage(store, clock())
    scenes = [scene for chapter in (*_CHAPTERS, *_RELEASED) for scene in chapter.SCENES]
    last = Scene(timedelta(), lambda stage: voices.reminisce(stage.present))
    stage.play([*scenes, last])
    store.compact()
