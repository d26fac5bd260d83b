"""ConfigMaps, Secrets, ServiceAccounts, ResourceQuotas: what a namespace is set up with."""

from datetime import datetime

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.cells import at, created, name
from sandbox.cluster.tables.printing import Cells, prints


@prints("configmaps", columns="Name, Data, Age")
def _config_map(item: JsonObject, now: datetime) -> Cells:
    entries = len(at(item, "data", {})) + len(at(item, "binaryData", {}))
    return [name(item), entries, created(item, now)]


@prints("secrets", columns="Name, Type, Data, Age")
def _secret(item: JsonObject, now: datetime) -> Cells:
    return [name(item), at(item, "type", "Opaque"), len(at(item, "data", {})), created(item, now)]


@prints("serviceaccounts", columns="Name, Age")
def _service_account(item: JsonObject, now: datetime) -> Cells:
    return [name(item), created(item, now)]


@prints("resourcequotas", columns="Name, Request, Limit, Age")
def _resource_quota(item: JsonObject, now: datetime) -> Cells:
    requests: list[str] = []
    limits: list[str] = []
    used = at(item, "status.used", {})
    for resource, hard in sorted(at(item, "status.hard", {}).items()):
        column = limits if resource.startswith("limits.") else requests
        column.append(f"{resource}: {used.get(resource, '0')}/{hard}")
    return [name(item), ", ".join(requests), ", ".join(limits), created(item, now)]
