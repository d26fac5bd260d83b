"""Who we are to the API server, and what it lets us do: its own reviews, which store nothing."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from clients import errors
from clients.kubernetes.names import check_namespace, shown
from clients.kubernetes.objects import JsonObject, ResourceType
from clients.kubernetes.reader import KubernetesReader

SELF = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
ACCESS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
MOST_AT_ONCE = 10
LONGEST_CHECK = 512
# What a verb, a type, a name or a path of an API can be made of; RBAC names have ":" in them.
_VERB = re.compile(r"[a-zA-Z]+|\*")
_TYPE = re.compile(r"[a-zA-Z0-9*]([a-zA-Z0-9.*-]*[a-zA-Z0-9*])?")
_BELOW = re.compile(r"[a-zA-Z0-9*]([a-zA-Z0-9.:*-]*[a-zA-Z0-9*:])?")
_PATH = re.compile(r"/[a-zA-Z0-9._/*-]*")


@dataclass(frozen=True, slots=True)
class Identity:
    """A user as the API server knows it."""

    username: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """``verb resource`` as a caller words it, and the attributes it stands for.

    ``note`` says what is doubtful about it: an unknown type or a verb the type does not have.
    """

    verb: str
    resource: str
    namespace: str | None
    attributes: JsonObject
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The API server's answer to one check."""

    check: Check
    allowed: bool
    reason: str = ""


async def who_am_i(kubernetes: KubernetesReader) -> Identity:
    """Ask under which name and groups our requests arrive (SelfSubjectReview, GA in 1.28)."""
    review = await kubernetes.review(SELF, {})
    user = (review.get("status") or {}).get("userInfo") or {}
    return Identity(str(user.get("username", "")), tuple(user.get("groups") or ()))


async def can_i(
    kubernetes: KubernetesReader, checks: Sequence[str], namespace: str | None
) -> list[Verdict]:
    """Answer each check, ten at a time; refuses a check that cannot be read, before any is sent."""
    if namespace:
        check_namespace(namespace)
    for text in checks:
        _check(text)
    read = [await _read(kubernetes, text, namespace) for text in checks]
    places = asyncio.Semaphore(MOST_AT_ONCE)

    async def asked(check: Check) -> Verdict:
        async with places:
            return await _asked(kubernetes, check)

    async with asyncio.TaskGroup() as tasks:
        asking = [tasks.create_task(asked(check)) for check in read]
    return [each.result() for each in asking]


async def _asked(kubernetes: KubernetesReader, check: Check) -> Verdict:
    review = await kubernetes.review(ACCESS, {"spec": check.attributes})
    status = review.get("status") or {}
    reason = status.get("evaluationError") or (
        "" if status.get("allowed") else status.get("reason")
    )
    return Verdict(check, bool(status.get("allowed")), str(reason or ""))


async def allowed_rules(kubernetes: KubernetesReader, namespace: str) -> JsonObject:
    """Return what SelfSubjectRulesReview lists; ``incomplete`` says whether to trust it."""
    check_namespace(namespace)
    review = await kubernetes.review(RULES, {"spec": {"namespace": namespace}})
    status: JsonObject = review.get("status") or {}
    return status


def _check(text: str) -> None:
    """Refuse what is no check: a word in it that nothing in an API can be called."""
    match text.split():
        case _ if len(text) > LONGEST_CHECK:
            raise errors.InvalidError(
                f'Argument "checks": {shown(text)} is too long: {len(text):,} characters, '
                f"{LONGEST_CHECK} at most."
            )
        case [verb, path] if path.startswith("/"):
            well_formed = _VERB.fullmatch(verb) and _PATH.fullmatch(path) and ".." not in path
        case [verb, what]:
            well_formed = _VERB.fullmatch(verb) and _is_resource(what)
        case [verb, what, "in", where]:
            well_formed = _VERB.fullmatch(verb) and _is_resource(what)
            check_namespace(where)
        case _:
            well_formed = None
    if not well_formed:
        raise errors.InvalidError(
            f'Argument "checks": {shown(text)} is not a check; write "get pods", '
            '"create pods/exec in shop", "delete deployments/web" or "get /healthz".'
        )


def _is_resource(what: str) -> bool:
    """Tell ``type``, ``type/name``, ``type/subresource`` and ``type/name/subresource``."""
    type_name, *below = what.split("/")
    return (
        len(below) <= 2
        and _TYPE.fullmatch(type_name) is not None
        and all(_BELOW.fullmatch(part) and ".." not in part for part in below)
    )


async def _read(kubernetes: KubernetesReader, text: str, namespace: str | None) -> Check:
    """Read ``get pods``, ``create pods/exec in shop``, ``delete deploy/web``, ``get /healthz``."""
    verb, what, *where = text.split()
    if what.startswith("/"):
        attributes = {"nonResourceAttributes": {"verb": verb, "path": what}}
        return Check(verb, what, None, attributes)
    return await _resource_check(kubernetes, verb, what, where[-1] if where else namespace)


async def _resource_check(
    kubernetes: KubernetesReader, verb: str, what: str, namespace: str | None
) -> Check:
    type_name, _, below = what.partition("/")
    try:
        kind = await kubernetes.resource_type(type_name) if type_name != "*" else None
    except errors.ClientError:  # kubectl warns, and asks all the same
        kind, note = None, "the server has no such type"
    else:
        note = ""
    where = namespace or await kubernetes.namespace()
    plural, _, group = type_name.partition(".")
    attributes = {
        "verb": verb,
        "resource": kind.plural if kind else plural,
        "group": kind.group if kind else "*" if plural == "*" else group,
        **_below(kind, below),
    }
    namespaced = kind is None or kind.namespaced
    if namespaced:
        attributes["namespace"] = where
    spec = {"resourceAttributes": attributes}
    return Check(verb, what, where if namespaced else None, spec, note)


def _below(kind: ResourceType | None, below: str) -> JsonObject:
    """Tell the subresource of ``pods/exec`` from the object of ``pods/web``."""
    name, _, subresource = below.partition("/")
    if subresource:
        return {"name": name, "subresource": subresource}
    if not name:
        return {}
    if kind is None or name == "*" or name in kind.subresources:
        return {"subresource": name}
    return {"name": name}
