"""Impersonation: acting as another user, when one may (apiserver `filters/impersonation`)."""

from urllib.parse import unquote

from multidict import CIMultiDictProxy

from sandbox.cluster.access.rbac import Attributes, allows
from sandbox.cluster.access.users import AUTHENTICATED, User, service_account_groups
from sandbox.cluster.state import Cluster
from sandbox.cluster.statuses import ApiError, bad_request

USER, GROUP, UID = "Impersonate-User", "Impersonate-Group", "Impersonate-Uid"
EXTRA = "impersonate-extra-"


def requesting_user(cluster: Cluster, headers: CIMultiDictProxy[str]) -> User:
    """Return who a request is to be seen as coming from. Raises 400, 401 or 403."""
    user = cluster.users.of_token(headers)
    name, groups = headers.get(USER, ""), headers.getall(GROUP, [])
    if not name:
        if groups or UID in headers:
            raise bad_request("requested groups, uid or extra without impersonating a user")
        return user
    if not allows(cluster.store, user, Attributes("impersonate", resource="users", name=name)):
        message = f'users "{name}" is forbidden: User "{user.name}" cannot impersonate resource '
        where = '"users" in API group "" at the cluster scope'
        raise ApiError(403, "Forbidden", message + where, {"name": name, "kind": "users"})
    named = groups or service_account_groups(name)
    return User(name, (*named, AUTHENTICATED), headers.get(UID, ""), _extra(headers))


def _extra(headers: CIMultiDictProxy[str]) -> dict[str, list[str]]:
    extra: dict[str, list[str]] = {}
    for key, value in headers.items():
        if key.lower().startswith(EXTRA):
            extra.setdefault(unquote(key.lower().removeprefix(EXTRA)), []).append(value)
    return extra
