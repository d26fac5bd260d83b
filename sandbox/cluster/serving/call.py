"""One request on a resource, with all that its handler needs to know."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.cluster.access.users import User
from sandbox.cluster.objects import JsonObject
from sandbox.cluster.parameters import Parameters
from sandbox.cluster.registry import ResourceType, Subresource
from sandbox.cluster.requests import Request
from sandbox.cluster.state import Cluster
from sandbox.cluster.statuses import Cause, invalid_options

DRY_RUN_VALUES = ["All"]


@dataclass
class Call:
    """A request whose path names a served resource; `warnings` become response headers."""

    cluster: Cluster
    http: web.BaseRequest
    request: Request
    verb: str
    query: Parameters
    headers: Mapping[str, str]
    body: bytes
    user: User
    resource: ResourceType
    namespace: str = ""
    name: str = ""
    subresource: Subresource | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def field_manager(self) -> str:
        """Return who owns the fields this call sets: the parameter, else the client's name."""
        user_agent = self.headers.get("User-Agent", "").partition("/")[0]
        return self.query.text("fieldManager") or user_agent[:128]

    def stored(self) -> JsonObject | None:
        """Return a copy of the object that the path names, or None."""
        where = self.namespace if self.resource.namespaced else None
        return self.cluster.store.get(self.resource.group, self.resource.plural, where, self.name)

    def dry_run(self, options: str) -> bool:
        """Read `dryRun` from the query. Raises 422 for another value than `All`."""
        return checked_dry_run(self.query.texts("dryRun"), options)


@dataclass(frozen=True)
class Answer:
    """What a handler answers: an object or list in the resource's version, or a Status."""

    body: JsonObject
    code: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def checked_dry_run(values: list[str], options: str) -> bool:
    """Tell whether dry run is asked for. Raises 422 naming the options' kind."""
    if not set(values) <= set(DRY_RUN_VALUES):
        listed = "[" + ",".join(f'"{each}"' for each in values) + "]"
        message = f'Unsupported value: {listed}: supported values: "All"'
        raise invalid_options(options, [Cause("FieldValueNotSupported", message, "dryRun")])
    return bool(values)
