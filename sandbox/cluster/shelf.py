"""The objects of one type in etcd's order: by the bytes of `namespace/name`."""

from bisect import bisect_left, insort

from sandbox.cluster.objects import JsonObject, JsonObjects, name_of, namespace_of

AFTER_SLASH = chr(ord("/") + 1)


def key_of(obj: JsonObject) -> str:
    """Return the key that objects are ordered by and that lists continue after."""
    return f"{namespace_of(obj)}/{name_of(obj)}"


class Shelf:
    """Objects by key, found one by one or in order from any key on."""

    def __init__(self) -> None:
        self._objects: dict[str, JsonObject] = {}
        self._keys: list[str] = []

    def get(self, namespace: str | None, name: str) -> JsonObject | None:
        """Return one object, or None."""
        return self._objects.get(f"{namespace or ''}/{name}")

    def put(self, obj: JsonObject) -> None:
        """Add an object, or put it in place of the one of its name."""
        key = key_of(obj)
        if key not in self._objects:
            insort(self._keys, key)
        self._objects[key] = obj

    def remove(self, obj: JsonObject) -> None:
        """Take an object away."""
        key = key_of(obj)
        del self._objects[key]
        del self._keys[bisect_left(self._keys, key)]

    def ordered(self, namespace: str | None = None, start: str = "") -> JsonObjects:
        """Return the objects of a namespace (None: of all) from a key on."""
        first, end = start, None
        if namespace is not None:
            first = max(start, f"{namespace}/")
            end = bisect_left(self._keys, f"{namespace}{AFTER_SLASH}")
        return [self._objects[key] for key in self._keys[bisect_left(self._keys, first) : end]]
