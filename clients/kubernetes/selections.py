"""What ``kubectl get`` is asked for: one object, one type, several types, one name everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from clients.errors import InvalidError
from clients.kubernetes.objects import ListQuery, ObjectRef, ResourceType
from clients.kubernetes.reader import KubernetesReader

Target = ListQuery | ObjectRef


@dataclass(frozen=True, slots=True)
class Selection:
    """A caller's words; ``namespace=None`` means the context's, as in kubectl."""

    resource_type: str
    name: str | None = None
    namespace: str | None = None
    all_namespaces: bool = False
    label_selector: str = ""
    field_selector: str = ""

    async def targets(self, kubernetes: KubernetesReader) -> Sequence[Target]:
        """Resolve to one target per type; ``type/name`` is taken too."""
        types, slash, name_in_type = self.resource_type.partition("/")
        name = name_in_type if slash else self.name
        if slash and self.name:
            raise InvalidError('Give the name once: as "type/name", or in the argument name.')
        if name is not None and (self.label_selector or self.field_selector):
            raise InvalidError("Give a name or a selector, not both.")
        namespace = self.namespace or await kubernetes.namespace()
        resolved = await kubernetes.resource_types(types)
        return [self._target(one, name, namespace) for one in resolved]

    def _target(self, one: ResourceType, name: str | None, namespace: str) -> Target:
        where = None if self.all_namespaces or not one.namespaced else namespace
        if name is None:
            return ListQuery(one, where, self.label_selector, self.field_selector)
        if one.namespaced and self.all_namespaces:
            one.path(name=name)  # refuses what is no name
            return ListQuery(one, field_selector=f"metadata.name={name}")
        return ObjectRef(one, name, where)
