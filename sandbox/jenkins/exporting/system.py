"""People, nodes and plugins as they are exported."""

from __future__ import annotations

from typing import Any

from sandbox.jenkins.builds import Build
from sandbox.jenkins.exporting.beans import At, Bean, Inline
from sandbox.jenkins.exporting.builds import build_or_none
from sandbox.jenkins.exporting.viewpoint import Viewpoint
from sandbox.jenkins.machine import running
from sandbox.jenkins.nodes import Node
from sandbox.jenkins.users import ANONYMOUS, User


def user_bean(user: User, point: Viewpoint) -> Bean:
    """Export a user (`/me`), with the mail address that sits in a property."""
    mail = {"address": f"{user.name}@example.com"}
    properties = {
        "absoluteUrl": At(999, f"{point.address}user/{user.name}"),
        "description": None,
        "fullName": At(999, user.full_name or user.name),
        "id": user.name,
        "property": Inline([Bean("hudson.tasks.Mailer$UserProperty", mail)]),
    }
    return Bean("hudson.model.User", properties)


def who_am_i_bean(user: User) -> Bean:
    """Export the identity of whoever asks (`/whoAmI`)."""
    anonymous = user.name == ANONYMOUS
    properties = {
        "anonymous": anonymous,
        "authenticated": not anonymous,
        "authorities": ["anonymous" if anonymous else "authenticated"],
        "name": user.name,
    }
    return Bean("hudson.security.WhoAmI", properties)


def computers_bean(point: Viewpoint) -> Bean:
    """Export all nodes (`/computer`)."""
    jenkins = point.jenkins
    builds = [build for build in running(jenkins) if not build.pipeline]
    properties = {
        "busyExecutors": len(builds),
        "computer": Inline([computer_bean(node, point) for node in jenkins.nodes]),
        "displayName": "Nodes",
        "totalExecutors": sum(node.executors for node in jenkins.nodes if not node.offline),
    }
    return Bean("hudson.model.ComputerSet", properties)


def computer_bean(node: Node, point: Viewpoint) -> Bean:
    """Export a node; what runs is shown at the built-in one."""
    builds = running(point.jenkins) if node.built_in else []
    properties: dict[str, Any] = {
        "assignedLabels": [Bean(None, {"name": At(2, each)}) for each in _labels(node)],
        "description": node.description,
        "displayName": node.display_name,
        "executors": lambda: _executors(node, point),
        "idle": not builds,
        "jnlpAgent": False,
        "manualLaunchAllowed": True,
        "numExecutors": node.executors,
        "offline": node.offline,
        "offlineCause": Bean() if node.offline else None,
        "offlineCauseReason": node.reason,
        "oneOffExecutors": lambda: [_executor(-1, b, point) for b in builds if b.pipeline],
        "temporarilyOffline": node.offline,
    }
    kind = "hudson.model.Hudson$MasterComputer" if node.built_in else "hudson.slaves.SlaveComputer"
    return Bean(kind, properties)


def _labels(node: Node) -> list[str]:
    return [node.name, *node.labels]


def _executors(node: Node, point: Viewpoint) -> list[Bean]:
    builds = [b for b in running(point.jenkins) if not b.pipeline] if node.built_in else []
    numbers = range(node.executors)
    return [_executor(n, builds[n] if n < len(builds) else None, point) for n in numbers]


def _executor(number: int, build: Build | None, point: Viewpoint) -> Bean:
    properties = {
        "currentExecutable": build_or_none(build, point),
        "idle": build is None,
        "likelyStuck": False,
        "number": number,
        "progress": -1,
    }
    return Bean(None, properties)


def plugins_bean(point: Viewpoint) -> Bean:
    """Export the plugins (`/pluginManager`)."""
    plugins = [_plugin(name) for name in sorted(point.jenkins.plugins)]
    return Bean("hudson.LocalPluginManager", {"plugins": At(2, plugins)})


def _plugin(name: str) -> Bean:
    properties = {"active": True, "enabled": True, "shortName": name, "longName": name}
    return Bean(None, {**properties, "version": "1.0", "dependencies": []}, visibility=2)
