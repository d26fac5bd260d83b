"""What `kubectl describe` reads beside the object itself, in one go and as far as allowed.

Where kubectl gives up when it may not see something, here it is noted in ``unseen`` and the rest is
still shown. Beyond kubectl, the chain of controllers is followed upwards.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clients import errors
from clients.kubernetes.inspecting.related_lists import Wanted, events_about, wanted_for
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectRef
from clients.kubernetes.reader import KubernetesReader

MOST_OWNERS = 5
REASONS: Sequence[tuple[type[errors.ClientError], str]] = (
    (errors.ForbiddenError, "forbidden"),
    (errors.NotFoundError, "not served here"),
    (errors.TimedOutError, "timed out"),
    (errors.ClientError, "no answer"),
)


@dataclass(frozen=True, slots=True)
class RelatedObjects:
    """What was read beside an object.

    ``objects`` has an entry, by plural name, for each type that could be read; ``unseen`` says why
    one could not, or not completely. ``owners`` is the chain of controllers, the nearest first, as
    far as it could be followed: the objects, or what a reference tells of them.
    ``events`` is None for kinds that kubectl shows without, and where they could not be read.
    """

    objects: Mapping[str, Sequence[JsonObject]]
    events: Sequence[JsonObject] | None
    unseen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Found:
    wanted: Wanted
    items: Sequence[JsonObject] | None
    unseen: str = ""


async def related_to(
    kubernetes: KubernetesReader, obj: JsonObject, *, with_events: bool = True
) -> RelatedObjects:
    """Read what describing an object needs, all of it at the same time.

    Raises nothing: a refusal or a timeout is a reason in ``unseen``.
    """
    wanted = [*wanted_for(obj), *(events_about(obj) if with_events else ())]
    async with asyncio.TaskGroup() as tasks:
        reads = [tasks.create_task(_read(kubernetes, each)) for each in wanted]
        owners = tasks.create_task(_owners(kubernetes, obj))
    found = [read.result() for read in reads]
    objects = _by_plural(found)
    events = objects.pop("events", None)
    if owners.result():
        objects["owners"] = owners.result()
    unseen = {each.wanted.plural: each.unseen for each in found if each.unseen}
    return RelatedObjects(objects, events, unseen)


async def _read(kubernetes: KubernetesReader, wanted: Wanted) -> _Found:
    try:
        resource_type = await kubernetes.resource_type(wanted.resource)
        query = ListQuery(
            resource_type, wanted.namespace, wanted.label_selector, wanted.field_selector
        )
        found = await kubernetes.list(query, wanted.most)
    except errors.ClientError as refusal:
        return _Found(wanted, None, "" if wanted.optional else _reason(refusal))
    return _Found(wanted, found.items, "" if found.complete else f"only {wanted.most:,} were read")


def _reason(refusal: errors.ClientError) -> str:
    return next(reason for kind, reason in REASONS if isinstance(refusal, kind))


def _by_plural(found: Iterable[_Found]) -> dict[str, list[JsonObject]]:
    """Join lists of the same type; a type counts as seen if one of its lists was."""
    objects: dict[str, list[JsonObject]] = {}
    for each in found:
        if each.items is not None:
            objects.setdefault(each.wanted.plural, []).extend(each.items)
    return objects


async def _owners(kubernetes: KubernetesReader, obj: JsonObject) -> list[JsonObject]:
    """Follow the controllers upwards; an owner that cannot be read is still named, and ends it."""
    owners: list[JsonObject] = []
    while (reference := _controller(obj)) and len(owners) < MOST_OWNERS:
        try:
            obj = await _owner(kubernetes, obj, reference)
        except errors.ClientError:
            obj = _known_from(reference)
        owners.append(obj)
    return owners


def _controller(obj: JsonObject) -> JsonObject | None:
    references = obj["metadata"].get("ownerReferences") or ()
    return next((each for each in references if each.get("controller")), None)


async def _owner(
    kubernetes: KubernetesReader, owned: JsonObject, reference: JsonObject
) -> JsonObject:
    """Read the owner; one of the same name with another uid is not it."""
    group, _, version = str(reference["apiVersion"]).rpartition("/")
    type_name = ".".join(filter(None, (str(reference["kind"]).lower(), version, group)))
    resource_type = await kubernetes.resource_type(type_name)
    namespace = owned["metadata"].get("namespace") if resource_type.namespaced else None
    owner = await kubernetes.get(ObjectRef(resource_type, reference["name"], namespace))
    same = owner["metadata"].get("uid") == reference.get("uid")
    return owner if same else _known_from(reference)


def _known_from(reference: JsonObject) -> JsonObject:
    return {
        "apiVersion": reference["apiVersion"],
        "kind": reference["kind"],
        "metadata": {"name": reference["name"], "uid": reference.get("uid", "")},
    }
