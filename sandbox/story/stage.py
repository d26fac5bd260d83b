"""The stage of the story: a store whose clock is turned back, and runs forward scene by scene.

Nothing of what the controllers write is made up: the story creates and changes what people
create and change, at the times they did, and lets the same controllers do the rest that run later.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.cluster.objects import JsonObject, name_of, namespace_of, timestamp
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.store import Store
from sandbox.controllers import Controllers

SETTLED_SECONDS = 30  # after a scene, until the next may begin


@dataclass(frozen=True)
class Scene:
    """Something that somebody did, so long before the present."""

    ago: timedelta
    act: Callable[["Stage"], None]


class Stage:
    """Creates and changes objects at the story's own time."""

    def __init__(self, store: Store, present: datetime) -> None:
        self.store = store
        self.present = present.replace(microsecond=0)
        self.moment = self.present

    def play(self, scenes: Iterable[Scene]) -> None:
        """Play all scenes in the order of their times, up to the present."""
        ordered = sorted(scenes, key=lambda scene: scene.ago, reverse=True)
        with self._turned_back():
            self.moment = self.present - ordered[0].ago
            controllers = Controllers(self.store, heartbeats=False)
            for scene in ordered:
                self._pass_time(controllers, self.present - scene.ago)
                scene.act(self)
                self.store.compact()  # nobody watches yet, and the past takes much memory
            self._pass_time(controllers, self.present)
            controllers.close()

    def create(self, *objects: JsonObject) -> None:
        """Create objects; one that the cluster was started with is replaced, to have its age."""
        for item in objects:
            resource = self._type(item)
            place = (resource.group, resource.plural, namespace_of(item), name_of(item))
            if name_of(item) and self.store.peek(*place) is not None:
                self.store.delete(*place)
            self.store.create(item)

    def change(
        self, kind: str, namespace: str, name: str, edit: Callable[[JsonObject], None]
    ) -> None:
        """Change an object in place; `kind` reads `deployments.apps`."""
        plural, _, group = kind.partition(".")
        item = self.store.get(group, plural, namespace, name)
        if item is None:
            raise LookupError(f"the story changes {kind} {namespace}/{name}, which is not there")
        edit(item)
        self.store.update(item)

    def stamp(self, ago: timedelta = timedelta()) -> str:
        """Write a time before the scene's own."""
        return timestamp(self.moment - ago)

    @contextmanager
    def _turned_back(self) -> Iterator[None]:
        clock = self.store.clock
        self.store.clock = lambda: self.moment
        try:
            yield
        finally:
            self.store.clock = clock

    def _pass_time(self, controllers: Controllers, until: datetime) -> None:
        controllers.settle()
        while (due := controllers.next_due()) is not None and due <= until:
            self.moment = due
            controllers.settle()
        self.moment = until
        controllers.settle()

    def _type(self, item: JsonObject) -> ResourceType:
        resource = self.store.registry.find_kind(item["apiVersion"], item["kind"])
        if resource is None:
            raise LookupError(f"no type {item['kind']} in {item['apiVersion']}")
        return resource
