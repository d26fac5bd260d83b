"""What the operator forbids, whatever the tool: checked on the request, just before it leaves.

Rules are about namespaces and about ``verb resource`` pairs; a refusal says which rule it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from clients.errors import ForbiddenError
from clients.kubernetes.wire.connection import Request
from clients.kubernetes.wire.doors import REVIEWS
from clients.kubernetes.wire.places import Place, place_of

_VERBS = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


@dataclass(frozen=True, slots=True)
class Policy:
    """Namespaces as globs; ``deny`` as ``verb resource[.group][/subresource]``, globs too.

    ``allowed`` empty: every namespace. ``protected`` namespaces can be read and not changed.
    ``refuses_escalation``: no change may give powers over the cluster or its nodes.
    ``namespaced`` tells whether a resource lives in namespaces; it is asked for requests that name
    none, which would reach them all.
    """

    allowed: Sequence[str] = ()
    denied: Sequence[str] = ()
    protected: Sequence[str] = ()
    deny: Sequence[str] = ()
    refuses_escalation: bool = False

    def door(self, namespaced: Callable[[str, str], bool]) -> Callable[[Request], None]:
        """Return the check for requests whose resources ``namespaced(group, resource)`` knows."""

        def check(request: Request) -> None:
            place = place_of(request.path)
            if place is None or request.path in REVIEWS:
                return
            verb = _VERBS.get(request.method, request.method.lower())
            self._check_namespaces(place, verb, namespaced)
            for rule in self.deny:
                if _matches(rule, verb, place):
                    raise ForbiddenError(
                        f'Not allowed by the operator: rule "{rule}". Nothing was sent.'
                    )

        return check

    def _check_namespaces(
        self, place: Place, verb: str, namespaced: Callable[[str, str], bool]
    ) -> None:
        namespace = place.namespace or (place.name if place.resource == "namespaces" else "")
        if namespace:
            # An eviction is the cluster's own, orderly way to move a pod: a drain needs it.
            changes = verb != "get" and place.subresource != "eviction"
            self._check_namespace(namespace, changes=changes)
        elif (self.allowed or self.denied) and namespaced(place.group, place.resource):
            raise ForbiddenError(
                "Not allowed by the operator: all namespaces at once; give one. Nothing was sent."
            )

    def _check_namespace(self, namespace: str, *, changes: bool) -> None:
        if self.allowed and not _any(self.allowed, namespace):
            raise _refused(namespace, "is not among the allowed namespaces")
        if _any(self.denied, namespace):
            raise _refused(namespace, "is denied")
        if changes and _any(self.protected, namespace):
            raise _refused(namespace, "is protected: it can be read, not changed")


def _matches(rule: str, verb: str, place: Place) -> bool:
    wanted_verb, _, wanted = rule.partition(" ")
    return fnmatchcase(verb, wanted_verb) and fnmatchcase(place.qualified, wanted)


def _any(patterns: Sequence[str], namespace: str) -> bool:
    return any(fnmatchcase(namespace, pattern) for pattern in patterns)


def _refused(namespace: str, why: str) -> ForbiddenError:
    return ForbiddenError(
        f'Not allowed by the operator: namespace "{namespace}" {why}. Nothing was sent.'
    )
