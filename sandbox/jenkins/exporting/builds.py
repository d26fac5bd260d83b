"""Builds as they are exported, with their changes, revisions and test reports."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.jenkins.builds import Artifact, Build
from sandbox.jenkins.exporting.beans import At, Bean, Inline
from sandbox.jenkins.exporting.values import cause_action, cause_class, parameters_action
from sandbox.jenkins.exporting.viewpoint import Viewpoint
from sandbox.jenkins.machine import estimate
from sandbox.jenkins.reports import Change, Revision, TestCase, TestReport


def build_or_none(build: Build | None, point: Viewpoint) -> Bean | None:
    """Export a build, if there is one."""
    return None if build is None else build_bean(build, point)


def build_bean(build: Build, point: Viewpoint) -> Bean:
    """Export a build."""
    url = point.address + build.path
    properties: dict[str, Any] = {
        "actions": lambda: _actions(build),
        "artifacts": [_artifact(each) for each in build.artifacts],
        "building": build.building,
        "description": build.description,
        "displayName": build.display_name,
        "duration": build.duration,
        "estimatedDuration": lambda: estimate(build.job),
        "executor": Bean() if build.building else None,
        "fullDisplayName": f"{build.job.full_display_name} {build.display_name}",
        "id": str(build.number),
        "inProgress": build.building,
        "keepLog": build.keep,
        "number": At(2, build.number),
        "queueId": build.queue_id,
        "result": build.result,
        "timestamp": build.started,
        "url": At(2, url),
    }
    if build.pipeline:
        sets = [_change_set(build.changes, point)] if build.changes else []
        properties["changeSets"] = sets
    else:
        properties |= {"builtOn": build.node, "changeSet": _change_set(build.changes, point)}
    properties["culprits"] = [_person(name, point) for name in _authors(build)]
    properties["nextBuild"] = lambda: _neighbour(build, 1, point)
    properties["previousBuild"] = lambda: _neighbour(build, -1, point)
    return Bean(build.class_name, properties)


def _neighbour(build: Build, step: int, point: Viewpoint) -> Bean | None:
    numbers = sorted(build.job.builds)
    index = numbers.index(build.number) + step
    if not 0 <= index < len(numbers):
        return None
    other = build.job.builds[numbers[index]]
    return Bean(None, {"number": At(2, other.number), "url": At(2, point.address + other.path)})


def _actions(build: Build) -> list[Bean]:
    actions = [cause_action(cause_class(build.cause), build.cause, build.user), Bean()]
    if build.values is not None:
        actions.insert(0, parameters_action(build.values))
    actions += [_build_data(each) for each in build.revisions]
    if build.interrupted_by:
        cause = Bean(
            "jenkins.model.CauseOfInterruption$UserInterruption",
            {"shortDescription": f"Aborted by {build.interrupted_by}"},
            visibility=2,
        )
        actions.append(Bean("jenkins.model.InterruptedBuildAction", {"causes": At(2, [cause])}))
    if build.tests is not None:
        actions.append(_test_action(build.tests))
    return actions


def _build_data(revision: Revision) -> Bean:
    branch = Bean(None, {"SHA1": At(999, revision.sha1), "name": At(999, revision.branch)})
    built = Bean(None, {"SHA1": At(999, revision.sha1), "branch": At(999, [branch])})
    properties = {
        "lastBuiltRevision": built,
        "remoteUrls": [revision.url],
        "scmName": "",
    }
    return Bean("hudson.plugins.git.util.BuildData", properties, visibility=999)


def _test_action(tests: TestReport) -> Bean:
    properties = {
        "failCount": At(2, tests.count("FAILED", "REGRESSION")),
        "skipCount": At(2, tests.count("SKIPPED")),
        "totalCount": At(2, sum(len(cases) for cases in tests.suites.values())),
        "urlName": At(2, "testReport"),
    }
    return Bean("hudson.tasks.junit.TestResultAction", properties, visibility=2)


def _artifact(artifact: Artifact) -> Bean:
    names = {"displayPath": artifact.path, "fileName": artifact.name, "relativePath": artifact.path}
    return Bean(None, {key: At(3, value) for key, value in names.items()})


def _authors(build: Build) -> list[str]:
    return list(dict.fromkeys(change.author for change in build.changes))


def _person(name: str, point: Viewpoint) -> Bean:
    url = f"{point.address}user/{name}"
    return Bean(None, {"absoluteUrl": At(999, url), "fullName": At(999, name)})


def _change_set(changes: list[Change], point: Viewpoint) -> Bean:
    items = [_change(change, point) for change in changes]
    name = "hudson.plugins.git.GitChangeSetList" if items else "hudson.scm.EmptyChangeLogSet"
    kind = "git" if items else None
    return Bean(name, {"items": items, "kind": kind}, visibility=999)


def _change(change: Change, point: Viewpoint) -> Bean:
    moment = datetime.fromtimestamp(change.timestamp / 1000, UTC)
    paths = [Bean(None, {"editType": v, "file": k}, 999) for k, v in change.paths.items()]
    properties = {
        "affectedPaths": list(change.paths),
        "commitId": change.commit,
        "timestamp": change.timestamp,
        "author": _person(change.author, point),
        "authorEmail": f"{change.author}@example.com",
        "comment": f"{change.message}\n",
        "date": moment.strftime("%Y-%m-%d %H:%M:%S %z"),
        "id": change.commit,
        "msg": change.title,
        "paths": paths,
    }
    return Bean("hudson.plugins.git.GitChangeSet", properties, visibility=999)


def test_report_bean(tests: TestReport) -> Bean:
    """Export a JUnit report (`hudson.tasks.junit.TestResult`)."""
    properties = {
        "testActions": [],
        "duration": At(999, tests.duration),
        "empty": At(999, not tests.suites),
        "failCount": At(999, tests.count("FAILED", "REGRESSION")),
        "passCount": At(999, tests.count("PASSED", "FIXED")),
        "skipCount": At(999, tests.count("SKIPPED")),
        "suites": At(9, lambda: [_suite(name, cases) for name, cases in tests.suites.items()]),
    }
    return Bean("hudson.tasks.junit.TestResult", properties)


def _suite(name: str, cases: list[TestCase]) -> Bean:
    properties = {
        "cases": Inline([_case(case) for case in cases]),
        "duration": sum(case.duration for case in cases),
        "id": None,
        "name": name,
        "stderr": None,
        "stdout": None,
        "timestamp": None,
    }
    return Bean(None, properties, visibility=9)


def _case(case: TestCase) -> Bean:
    failed = case.status in ("FAILED", "REGRESSION")
    properties = {
        "age": 1 if failed else 0,
        "className": case.class_name,
        "duration": case.duration,
        "errorDetails": case.error,
        "errorStackTrace": case.trace,
        "failedSince": case.failed_since,
        "name": case.name,
        "skipped": case.status == "SKIPPED",
        "skippedMessage": None,
        "status": case.status,
        "stderr": None,
        "stdout": case.stdout,
    }
    return Bean(None, properties, visibility=9)
