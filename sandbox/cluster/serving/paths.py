"""What a URL path names (apiserver `pkg/endpoints/request/requestinfo.go`)."""

from dataclasses import dataclass

NAMESPACE_SUBRESOURCES = ("status", "finalize")


@dataclass(frozen=True)
class ResourcePath:
    """The parts of `/apis/GROUP/VERSION/[namespaces/NS/]PLURAL[/NAME[/SUBRESOURCE]]`."""

    group: str
    version: str
    plural: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    watch: bool = False

    def verb(self, method: str, watching: bool = False) -> str:
        """Return the API verb of an HTTP method on this path, empty when there is none."""
        if method in ("GET", "HEAD"):
            if self.name:
                return "get"
            return "watch" if watching or self.watch else "list"
        if method == "DELETE":
            return "delete" if self.name else "deletecollection"
        return {"POST": "create", "PUT": "update", "PATCH": "patch"}.get(method, "")


def resource_path(path: str) -> ResourcePath | None:
    """Return what a path names, or None when it is not below a group and version."""
    segments = path.strip("/").split("/")
    if segments[0] == "api" and len(segments) > 2:
        return _below("", segments[1], segments[2:])
    if segments[0] == "apis" and len(segments) > 3:
        return _below(segments[1], segments[2], segments[3:])
    return None


def _below(group: str, version: str, segments: list[str]) -> ResourcePath | None:
    watch = segments[0] == "watch" and len(segments) > 1
    segments = segments[1:] if watch else segments
    namespace = ""
    if segments[0] == "namespaces" and len(segments) > 1:
        namespace = segments[1]
        if len(segments) > 2 and segments[2] not in NAMESPACE_SUBRESOURCES:
            segments = segments[2:]
    plural, name, *subresource = [*segments, "", ""][: max(len(segments), 2)]
    return ResourcePath(group, version, plural, namespace, name, "/".join(subresource), watch)
