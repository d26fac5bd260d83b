"""Who may do what: users, their credentials, and permissions that an item can change."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

ANONYMOUS = "anonymous"


class Permission(NamedTuple):
    """A permission's identifier, its title in sentences, and what implies it."""

    id: str
    title: str
    implied_by: str


_GENERIC = "hudson.security.Permission.Generic"
PERMISSIONS = {
    "overall": Permission("hudson.model.Hudson.Read", "Overall/Read", _GENERIC + "Read"),
    "manage": Permission("jenkins.model.Jenkins.SystemRead", "Overall/SystemRead", ""),
    "discover": Permission("hudson.model.Item.Discover", "Job/Discover", "hudson.model.Item.Read"),
    "read": Permission("hudson.model.Item.Read", "Job/Read", _GENERIC + "Read"),
    "build": Permission("hudson.model.Item.Build", "Job/Build", _GENERIC + "Update"),
    "cancel": Permission("hudson.model.Item.Cancel", "Job/Cancel", "hudson.model.Item.Build"),
    "configure": Permission("hudson.model.Item.Configure", "Job/Configure", _GENERIC + "Configure"),
    "extended_read": Permission(
        "hudson.model.Item.ExtendedRead", "Job/ExtendedRead", "hudson.model.Item.Configure"
    ),
    "create": Permission("hudson.model.Item.Create", "Job/Create", _GENERIC + "Create"),
    "delete": Permission("hudson.model.Item.Delete", "Job/Delete", _GENERIC + "Delete"),
    "update": Permission("hudson.model.Run.Update", "Run/Update", _GENERIC + "Update"),
}
EVERYTHING = frozenset(PERMISSIONS)


@dataclass
class User:
    """A user; `on` replaces the permissions at an item (by full name) and below it."""

    name: str
    token: str = ""
    password: str = ""
    full_name: str = ""
    permissions: frozenset[str] = EVERYTHING
    on: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def may(self, permission: str, item: str = "") -> bool:
        """Tell whether the user has a permission, on an item or (empty name) at the root."""
        return permission in self._at(item)

    def has_token(self, given: str) -> bool:
        """Compare an API token."""
        return bool(self.token) and hmac.compare_digest(self.token.encode(), given.encode())

    def has_password(self, given: str) -> bool:
        """Compare a password."""
        return bool(self.password) and hmac.compare_digest(self.password.encode(), given.encode())

    def _at(self, item: str) -> frozenset[str]:
        while item:
            if item in self.on:
                return self.on[item]
            item = item.rpartition("/")[0]
        return self.permissions
