"""Users by bearer token."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.statuses import unauthorized

AUTHENTICATED = "system:authenticated"
MASTERS = "system:masters"


@dataclass(frozen=True)
class User:
    """Who a request comes from."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: JsonObject = field(default_factory=dict, compare=False)

    def as_user_info(self) -> JsonObject:
        """Return `authentication.k8s.io/v1` UserInfo without empty members."""
        info = {
            "username": self.name,
            "uid": self.uid,
            "groups": list(self.groups),
            "extra": self.extra,
        }
        return {key: value for key, value in info.items() if value}


ANONYMOUS = User("system:anonymous", ("system:unauthenticated",))


class Users:
    """The tokens that are accepted, and who comes without one.

    That is the administrator, because kubectl and helm send no token over plain HTTP; set
    `anonymous = ANONYMOUS` to be as strict as a real server.
    """

    def __init__(self, admin_token: str) -> None:
        admin = User("kubernetes-admin", (MASTERS, AUTHENTICATED))
        self.anonymous = admin
        self._by_token = {admin_token: admin}

    def add(self, token: str, name: str, groups: tuple[str, ...] = ()) -> User:
        """Accept a token for a user; ServiceAccount names get the two groups of theirs."""
        named = (*groups, *service_account_groups(name), AUTHENTICATED)
        self._by_token[token] = User(name, tuple(dict.fromkeys(named)))
        return self._by_token[token]

    def of_token(self, headers: Mapping[str, str]) -> User:
        """Return who the Authorization header stands for. Raises 401 for an unknown token."""
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return self.anonymous
        if token.strip() not in self._by_token:
            raise unauthorized()
        return self._by_token[token.strip()]


def service_account_groups(name: str) -> tuple[str, ...]:
    """Return the groups of `system:serviceaccount:NAMESPACE:NAME`, none for other names."""
    if not name.startswith("system:serviceaccount:"):
        return ()
    namespace = name.split(":")[2]
    return ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
