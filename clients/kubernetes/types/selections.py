"""What ``kubectl get`` is asked for: one object, one type, several types, one name everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from clients.errors import InvalidError, NotFoundError
from clients.kubernetes.names import check_name, shown
from clients.kubernetes.objects import ListQuery, ObjectRef, ResourceType
from clients.kubernetes.reader import KubernetesReader
from clients.kubernetes.types.resolving import MOST_TYPES

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
        """Resolve to one target per type or object; ``type/name,type/name`` is taken too."""
        words = _parted(self.resource_type)
        named = "/" in self.resource_type or self.name is not None
        if "/" in self.resource_type and self.name:
            raise InvalidError('Give the name once: as "type/name", or in the argument name.')
        if named and (self.label_selector or self.field_selector):
            raise InvalidError("Give a name or a selector, not both.")
        namespace = self.namespace or await kubernetes.namespace()
        found = [one for word in words for one in await self._targets(kubernetes, word, namespace)]
        return list(dict.fromkeys(found))

    async def _targets(
        self, kubernetes: KubernetesReader, word: str, namespace: str
    ) -> Sequence[Target]:
        types, slash, name_in_type = word.partition("/")
        resolved = await kubernetes.resource_types(types)
        if slash:
            for one in resolved:
                check_name(name_in_type, one.group, "resource_type")
            return [self._target(one, name_in_type, namespace) for one in resolved]
        name = self.name and await name_of(kubernetes, resolved, self.name)
        return [self._target(one, name, namespace) for one in resolved]

    def _target(self, one: ResourceType, name: str | None, namespace: str) -> Target:
        where = None if self.all_namespaces or not one.namespaced else namespace
        if name is None:
            return ListQuery(one, where, self.label_selector, self.field_selector)
        if one.namespaced and self.all_namespaces:
            one.path(name=name)  # refuses what is no name
            return ListQuery(one, field_selector=f"metadata.name={name}")
        return ObjectRef(one, name, where)


def _parted(resource_type: str) -> Sequence[str]:
    """Part ``type/name,type/name``; types without names, or with one for all, stay together."""
    words = [word.strip() for word in resource_type.split(",") if word.strip()]
    named = ["/" in word for word in words]
    if len(words) < 2 or not any(named[:-1]):
        return [resource_type]
    if not all(named) or len(words) > MOST_TYPES:
        raise InvalidError(
            f'Argument "resource_type": {shown(resource_type)} is neither types ("deploy,svc") nor '
            f'objects ("deployment/web,service/web", {MOST_TYPES} at most).'
        )
    return words


async def name_of(kubernetes: KubernetesReader, types: Sequence[ResourceType], name: str) -> str:
    """Return the name in ``type/name`` if the type is the one that was given beside it."""
    word, slash, bare = name.partition("/")
    if not slash:
        return name
    try:
        named = await kubernetes.resource_types(word)
    except (InvalidError, NotFoundError):
        return check_name(name)  # no type stands there: the whole of it is refused
    if named != list(types):
        given = ", ".join(one.qualified for one in types)
        raise InvalidError(
            f'Argument "name": {shown(name)} names another type than "resource_type", {given}.'
        )
    return bare
