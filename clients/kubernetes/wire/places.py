"""What a request's path names: the reverse of building it, for those who check requests."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Group, namespace, resource, name and subresource; empty where the path has none."""

    group: str
    namespace: str
    resource: str
    name: str = ""
    subresource: str = ""

    @property
    def qualified(self) -> str:
        """``deployments.apps``, ``pods/exec``: as rules and permissions spell it."""
        resource = f"{self.resource}.{self.group}" if self.group else self.resource
        return f"{resource}/{self.subresource}" if self.subresource else resource


def place_of(path: str) -> Place | None:
    """Read a path; None for what is no resource: ``/version``, ``/apis``, ``/openapi/v3``.

    ``/api/v1/namespaces/shop/pods/web/log`` names the log of one pod.
    """
    parts = path.split("/")[1:]
    if parts[0] == "api" and len(parts) > 2:
        group, rest = "", parts[2:]
    elif parts[0] == "apis" and len(parts) > 3:
        group, rest = parts[1], parts[3:]
    else:
        return None
    if rest[0] == "watch" and len(rest) > 1:  # the old way to watch: /api/v1/watch/pods
        rest = rest[1:]
    namespace = ""
    if len(rest) > 2 and rest[0] == "namespaces" and rest[2] not in ("status", "finalize"):
        namespace, rest = rest[1], rest[2:]
    resource, name, *below = [*rest, ""][: max(2, len(rest))]
    return Place(group, namespace, resource, name, "/".join(below))
