"""What is asked for: a type as discovery describes it, one object, a selection of objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clients.kubernetes.names import check_name, check_namespace, segment

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One resource of the API as discovery lists it (``apidiscovery.k8s.io/v2``)."""

    group: str
    version: str
    plural: str
    singular: str
    kind: str
    namespaced: bool
    verbs: frozenset[str] = frozenset()
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: Mapping[str, frozenset[str]] = field(default_factory=dict, compare=False)

    @property
    def qualified(self) -> str:
        """``deployments.apps``, and ``pods`` for the core group."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def qualified_kind(self) -> str:
        """``deployment.apps``, as kubectl names an object beside those of other types."""
        return f"{self.label}.{self.group}" if self.group else self.label

    @property
    def label(self) -> str:
        """What a sentence calls one of them: ``deployment``."""
        return self.singular or self.kind.lower()

    @property
    def api_version(self) -> str:
        """``apps/v1``, and ``v1`` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(
        self, namespace: str | None = None, name: str | None = None, subresource: str = ""
    ) -> str:
        """Build the URL path, the collection's without a name; each part is checked and escaped."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        parts = [root]
        if self.namespaced and namespace:
            parts.append(f"namespaces/{segment(check_namespace(namespace))}")
        parts.append(segment(self.plural))
        if name is not None:  # an empty one would turn one object into all of them
            parts.append(segment(check_name(name, self.group)))
        if subresource:
            parts.append(segment(subresource))
        return "/".join(parts)


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """One object; the namespace is ignored for cluster-scoped types, as kubectl does."""

    type: ResourceType
    name: str
    namespace: str | None = None

    @property
    def where(self) -> str:
        """`` in namespace "shop"``, and nothing for cluster-scoped types."""
        return f' in namespace "{self.namespace}"' if self.type.namespaced else ""

    @property
    def qualified_name(self) -> str:
        """``deployment.apps/web``, as kubectl names what it changed."""
        return f"{self.type.qualified_kind}/{self.name}"

    def __str__(self) -> str:
        return f'{self.type.label} "{self.name}"{self.where}'

    def path(self, subresource: str = "") -> str:
        """Build the object's URL path, or that of one of its subresources."""
        return self.type.path(self.namespace, self.name, subresource)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Objects of one type; ``namespace=None`` means all namespaces."""

    type: ResourceType
    namespace: str | None = None
    label_selector: str = ""
    field_selector: str = ""
    label_argument: str = "label_selector"

    @property
    def path(self) -> str:
        """The collection's URL path."""
        return self.type.path(self.namespace)

    @property
    def params(self) -> dict[str, str]:
        """The selectors, as the query string spells them."""
        chosen = {"labelSelector": self.label_selector, "fieldSelector": self.field_selector}
        return {key: value for key, value in chosen.items() if value}


@dataclass(frozen=True, slots=True)
class ObjectList:
    """Objects in the server's order; ``continue_token`` is empty when ``items`` is all there is."""

    items: Sequence[JsonObject]
    resource_version: str = ""
    continue_token: str = ""
    remaining: int | None = None
    warnings: Sequence[str] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing was left out."""
        return not self.continue_token
