"""How kubectl names an object in one word: ``deployment.apps/web``."""

from tools.render import JsonObject

_UNKNOWN = "<unknown>"


def qualified_name(item: JsonObject) -> str:
    """Name an object as ``kubectl get -o name`` does (cli-runtime's ``printers/name.go``)."""
    group, _, _ = str(item.get("apiVersion", "")).rpartition("/")
    name = (item.get("metadata") or {}).get("name")
    return qualified(str(item.get("kind") or _UNKNOWN), group, name or _UNKNOWN)


def qualified(kind: str, group: str, name: str) -> str:
    """Join kind, API group (empty for core) and name: ``pod/web``, ``deployment.apps/web``."""
    return f"{qualified_kind(kind, group)}/{name}"


def qualified_kind(kind: str, group: str) -> str:
    """Lower a kind and add its API group, if any: ``deployment.apps``."""
    return f"{kind}.{group}".lower() if group else kind.lower()
