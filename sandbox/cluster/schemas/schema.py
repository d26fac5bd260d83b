"""One node of a schema, with the questions that merging and validation ask.

Lists and maps are told apart as structured-merge-diff does (kube-openapi `pkg/schemaconv`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from sandbox.cluster.objects import JsonObject

Shape = Literal["scalar", "map", "list", "any"]
PREFIX = "#/components/schemas/"
METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
NUMBERS = ("integer", "number")


@dataclass(frozen=True, eq=False)
class Schema:
    """A schema node; `definitions` resolves its references."""

    raw: JsonObject
    definitions: Mapping[str, JsonObject]

    @cached_property
    def _node(self) -> JsonObject:
        """The node with its reference followed; what stands beside the reference wins."""
        reference = self.raw.get("$ref")
        for each in self.raw.get("allOf") or []:
            reference = each.get("$ref", reference)
        if reference is None:
            return self.raw
        return {**self.definitions.get(reference.removeprefix(PREFIX), {}), **self.raw}

    @cached_property
    def shape(self) -> Shape:
        """Tell what kind of value belongs here; `any` takes whatever comes."""
        node = self._node
        if self._is_loose and not node.get("properties"):
            return "scalar"
        if node.get("type") == "array":
            return "list"
        if "properties" in node or "additionalProperties" in node:
            return "map"
        return "any" if node.get("type", "object") == "object" else "scalar"

    @property
    def scalar(self) -> str:
        """Return `string`, `boolean`, `integer`, `number`, or an empty text for any scalar."""
        node = self._node
        return "" if self._is_loose else str(node.get("type", ""))

    @property
    def format(self) -> str:
        """Return the format, such as `int32`, `byte` or `date-time`."""
        return str(self._node.get("format", ""))

    @property
    def atomic(self) -> bool:
        """Tell whether a list or map is owned and replaced as a whole."""
        if self.shape == "list":
            return not self.keys and not self.is_set
        return bool(self._node.get("x-kubernetes-map-type") == "atomic")

    @property
    def is_set(self) -> bool:
        """Tell whether the items of a list are values that occur once."""
        if (declared := self._node.get("x-kubernetes-list-type")) is not None:
            return bool(declared == "set")
        return self._merges and not self.merge_key

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Return the fields that identify an item of a list; none for other lists."""
        if (declared := self._node.get("x-kubernetes-list-type")) is not None:
            return tuple(self._node["x-kubernetes-list-map-keys"]) if declared == "map" else ()
        return (self.merge_key,) if self._merges and self.merge_key else ()

    @property
    def merge_key(self) -> str:
        """Return the strategic merge key of a list; empty when there is none."""
        return str(self._node.get("x-kubernetes-patch-merge-key", ""))

    @property
    def strategies(self) -> list[str]:
        """Return the strategic merge strategies: `merge`, `retainKeys`, both or none."""
        return [s for s in str(self._node.get("x-kubernetes-patch-strategy", "")).split(",") if s]

    @property
    def items(self) -> "Schema":
        """Return the schema of a list's items."""
        return Schema(self._node.get("items") or {}, self.definitions)

    @property
    def properties(self) -> JsonObject:
        """Return the declared fields as raw schemas."""
        return self._node.get("properties") or {}

    @property
    def keeps_unknown_fields(self) -> bool:
        """Tell whether undeclared fields are stored."""
        return bool(self._node.get("x-kubernetes-preserve-unknown-fields"))

    @property
    def omits_zero(self) -> bool:
        """Tell whether an empty value is the same as none, as for Go's plain `omitempty` fields."""
        return bool(self.raw.get("x-omitempty"))

    @property
    def required(self) -> list[str]:
        """Return the names of required fields."""
        return self._node.get("required") or []

    @property
    def default(self) -> Any:
        """Return the declared default, None without one."""
        return self._node.get("default")

    @property
    def enum(self) -> list[Any]:
        """Return the permitted values, none for no restriction."""
        return self._node.get("enum") or []

    @property
    def node(self) -> JsonObject:
        """Return the raw node with its reference followed."""
        return self._node

    def field(self, name: str) -> "Schema | None":
        """Return the schema of a field or map value, None when it is not declared."""
        if name in self.properties:
            return self._child(name)
        additional = self._node.get("additionalProperties")
        if isinstance(additional, dict):
            return Schema(additional, self.definitions)
        if additional or self.keeps_unknown_fields or self.shape == "any":
            return ANYTHING
        return None

    def declares(self, name: str) -> bool:
        """Tell whether the field has a name of its own, unlike the keys of a map."""
        return name in self.properties

    def _child(self, name: str) -> "Schema":
        if name not in self._children:
            self._children[name] = Schema(self.properties[name], self.definitions)
        return self._children[name]

    @cached_property
    def _children(self) -> dict[str, "Schema"]:
        return {}

    @property
    def _is_loose(self) -> bool:
        """Tell whether several types are fine, as for quantities and ports."""
        node = self._node
        return "oneOf" in node or "anyOf" in node or bool(node.get("x-kubernetes-int-or-string"))

    @property
    def _merges(self) -> bool:
        return "merge" in self.strategies


ANYTHING = Schema({}, {})
