"""Folders, multibranch pipelines, jobs, views and the root, as they are exported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.jenkins.exporting.beans import At, Bean, Inline
from sandbox.jenkins.exporting.builds import build_bean, build_or_none
from sandbox.jenkins.exporting.values import value_bean
from sandbox.jenkins.exporting.viewpoint import Viewpoint
from sandbox.jenkins.items import PERMALINKS, Folder, Item, Job, Multibranch, View
from sandbox.jenkins.parameters import Definition

MOST_BUILDS = 100  # of `builds`; `allBuilds` has the others


def root_bean(point: Viewpoint) -> Bean:
    """Export the root (`hudson.model.Hudson`)."""
    jenkins = point.jenkins
    return Bean(
        "hudson.model.Hudson",
        {
            "assignedLabels": [Bean(None, {"name": At(2, "built-in")})],
            "mode": "NORMAL",
            "nodeDescription": "the Jenkins controller's built-in node",
            "nodeName": "",
            "numExecutors": sum(node.executors for node in jenkins.nodes if node.built_in),
            "description": None,
            "jobs": lambda: beans(jenkins.root.ordered(), point),
            "overallLoad": Bean(None),
            "primaryView": lambda: _all_view(jenkins.root, point),
            "quietDownReason": None,
            "quietingDown": jenkins.quieting,
            "slaveAgentPort": -1,
            "unlabeledLoad": Bean("jenkins.model.UnlabeledLoadStatistics"),
            "url": jenkins.address,
            "useCrumbs": jenkins.crumb_issuer,
            "useSecurity": True,
            "views": lambda: view_beans(jenkins.root, point),
        },
    )


def beans(items: Iterable[Item], point: Viewpoint) -> list[Bean]:
    """Export those of the items that the user may read."""
    return [item_bean(item, point) for item in items if point.sees(item)]


def item_bean(item: Item, point: Viewpoint) -> Bean:
    """Export any item."""
    if isinstance(item, Folder):
        return _folder_bean(item, point)
    return _job_bean(item, point) if isinstance(item, Job) else Bean(None, _naming(item, point))


def _naming(item: Item, point: Viewpoint) -> dict[str, Any]:
    return {
        "description": item.description,
        "displayName": item.display_name,
        "displayNameOrNull": None,
        "fullDisplayName": item.full_display_name,
        "fullName": item.full_name,
        "name": At(999, item.name),
        "url": At(999, point.address + item.path),
    }


def _folder_bean(item: Folder, point: Viewpoint) -> Bean:
    properties = {
        "actions": [Bean(None)],
        **_naming(item, point),
        "healthReport": [],
        "jobs": lambda: beans(item.ordered(), point),
        "primaryView": lambda: _all_view(item, point),
        "views": lambda: view_beans(item, point),
    }
    if isinstance(item, Multibranch):
        properties["sources"] = [Bean(None)]
    return Bean(item.class_name, properties)


def _job_bean(job: Job, point: Viewpoint) -> Bean:
    definitions = [_definitions(job)] if job.parameters else []
    waiting = point.jenkins.queue.of(job)
    newest = job.newest_first
    properties: dict[str, Any] = {
        "actions": [*definitions, Bean(None)],
        **_naming(job, point),
        "buildable": not job.disabled,
        "builds": lambda: [build_bean(build, point) for build in newest[:MOST_BUILDS]],
        "allBuilds": At(-2, lambda: [build_bean(build, point) for build in newest]),
        "color": At(2, job.color),
        "firstBuild": lambda: build_or_none(newest[-1] if newest else None, point),
        "healthReport": lambda: _health(job),
        "inQueue": waiting is not None,
        "keepDependencies": False,
        **{name: _permalink(job, name, point) for name in PERMALINKS},
        "nextBuildNumber": job.next_number,
        "property": Inline(definitions),
        "queueItem": lambda: point.queue_item(waiting) if waiting else None,
        "concurrentBuild": job.concurrent,
    }
    if job.kind == "freestyle":
        properties |= {"disabled": job.disabled, "downstreamProjects": [], "labelExpression": None}
        properties |= {"scm": _scm(job), "upstreamProjects": []}
    else:
        properties["resumeBlocked"] = False
    return Bean(job.class_name, properties)


def _permalink(job: Job, name: str, point: Viewpoint) -> Any:
    return lambda: build_or_none(job.build(name), point)


def _health(job: Job) -> list[Bean]:
    last = [build for build in job.newest_first if not build.building][:5]
    if not last:
        return []
    failed = sum(build.result == "FAILURE" for build in last)
    score = 100 - 100 * failed // len(last)
    text = f"Build stability: {failed} out of the last {len(last)} builds failed."
    if not failed:
        text = "Build stability: No recent builds failed."
    return [Bean(None, {"description": text, "iconUrl": "health.png", "score": score}, 2)]


def _definitions(job: Job) -> Bean:
    shown = [_definition(each) for each in job.parameters]
    properties = {"parameterDefinitions": shown}
    return Bean("hudson.model.ParametersDefinitionProperty", properties, visibility=2)


def _definition(definition: Definition) -> Bean:
    default = definition.default_value()
    properties: dict[str, Any] = {
        "defaultParameterValue": value_bean(default) if default is not None else None,
        "description": definition.description,
        "name": definition.name,
        "type": definition.type,
    }
    if definition.kind == "choice":
        properties["choices"] = definition.choices
    if definition.kind == "run":
        properties |= {"projectName": definition.default, "filter": "ALL"}
    return Bean(definition.class_name, properties, visibility=3)


def _scm(job: Job) -> Bean:
    if job.scm is None:
        return Bean("hudson.scm.NullSCM")
    remote = {
        "name": None,
        "refspec": None,
        "url": job.scm.url,
        "credentialsId": job.scm.credentials or None,
    }
    properties: dict[str, Any] = {
        "branches": [Bean(None, {"name": At(2, job.scm.branch)})],
        "userRemoteConfigs": [Bean(None, {key: At(2, value) for key, value in remote.items()})],
    }
    return Bean("hudson.plugins.git.GitSCM", {k: At(2, v) for k, v in properties.items()})


def view_beans(folder: Folder, point: Viewpoint) -> list[Bean]:
    """Export a folder's views, the one of everything among them."""
    own = [view_bean(folder, view, point) for view in folder.views.values()]
    return [_all_view(folder, point), *own]


def view_bean(folder: Folder, view: View, point: Viewpoint) -> Bean:
    """Export a view."""
    chosen = [folder.items[name] for name in view.jobs if name in folder.items]
    path = f"{folder.path}view/{view.name}/"
    return _view("hudson.model.ListView", view.name, path, chosen, point, view.description)


def _all_view(folder: Folder, point: Viewpoint) -> Bean:
    return _view("hudson.model.AllView", "all", folder.path, folder.ordered(), point)


def _view(
    kind: str,
    name: str,
    path: str,
    items: list[Item],
    point: Viewpoint,
    description: str | None = None,
) -> Bean:
    properties: dict[str, Any] = {
        "description": description,
        "jobs": lambda: beans(items, point),
        "name": At(999, name),
        "property": [],
        "url": At(999, point.address + path),
    }
    return Bean(kind, properties)
