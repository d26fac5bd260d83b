"""The documentation of types and fields that the API server publishes as OpenAPI v3.

One document per group and version, up to 1.6 MB of JSON: it decodes in under 10 ms, so that is done
in place. Only the schemas of the last few are kept. Their addresses hold a hash, so a kept one is
used exactly as long as the server's own is the same, whatever is installed meanwhile.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from clients.errors import NotFoundError
from clients.kubernetes.objects import JsonObject, ResourceType
from clients.kubernetes.reader import KubernetesReader

INDEX = "/openapi/v3"
MOST_KEPT = 4
_INDEX = re.compile(r"\[[^\]]*\]")

_kept: "WeakKeyDictionary[KubernetesReader, OrderedDict[str, JsonObject]]" = WeakKeyDictionary()


async def schemas(kubernetes: KubernetesReader, kind: ResourceType) -> JsonObject:
    """Return ``components.schemas`` of the type's group and version; not to be changed."""
    address = await _address(kubernetes, kind)
    kept = _kept.setdefault(kubernetes, OrderedDict())
    if address not in kept:
        path, _, query = address.partition("?")
        params = dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair)
        document = await kubernetes.raw(path, params)
        kept[address] = (document.get("components") or {}).get("schemas") or {}
    kept.move_to_end(address)
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
    return kept[address]


async def _address(kubernetes: KubernetesReader, kind: ResourceType) -> str:
    """Look up where the server publishes this group and version, hash and all."""
    paths = (await kubernetes.raw(INDEX)).get("paths") or {}
    name = f"apis/{kind.api_version}" if kind.group else f"api/{kind.version}"
    address: str = (paths.get(name) or {}).get("serverRelativeURL") or ""
    if not address.startswith(f"{INDEX}/"):
        raise NotFoundError(f"The API server publishes no documentation of {kind.api_version}.")
    return address


async def field_path(kubernetes: KubernetesReader, text: str) -> tuple[ResourceType, Sequence[str]]:
    """Part ``deployment.spec.strategy`` into type and fields; ``deployments.apps.spec`` too.

    An index or key, ``containers[0]``, is taken and ignored: the items have one documentation.
    """
    text = _INDEX.sub("", text)
    first, *rest = [part for part in text.strip().strip(".").split(".") if part] or [text]
    for kind in (await kubernetes.api()).types:
        group = kind.group.split(".") if kind.group else []
        if group and rest[: len(group)] == group and _is_called(kind, first.lower()):
            return kind, rest[len(group) :]
    return await kubernetes.resource_type(first), rest


def _is_called(kind: ResourceType, word: str) -> bool:
    names: tuple[Any, ...] = (kind.plural, kind.singular, kind.kind.lower(), *kind.short_names)
    return word in names
