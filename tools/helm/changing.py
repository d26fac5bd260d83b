"""Tools that change releases: install, upgrade, roll back, uninstall."""

from typing import Annotated

from pydantic import Field

from clients.helm.executable import Manner, Target
from clients.helm.operations import Install, Rollback, Source, Uninstall
from tools.dependencies import Helm, Progress, Writing
from tools.fields import Namespace
from tools.helm.carrying_out import carried_out, tools_of
from tools.helm.fields import (
    ChartName,
    ChartVersion,
    CreateNamespace,
    ForceConflicts,
    InstallNamespace,
    Patience,
    ReleaseName,
    RollbackOnFailure,
    Values,
    Wait,
    patience,
)
from tools.helm.permissions import LOGS, PODS, READ_KEPT
from tools.helm.toolset import helm
from tools.kubectl.telling import LONGEST_WAIT_DEADLINE
from tools.needs import verbs
from tools.results import Answer

# Waiting and hooks follow what is made; a hook deletes what its last run has left.
OBJECTS = verbs("get list watch create patch delete", "*.*")
# The record is made first and brought up to date at the end; get is for a repository's login.
INSTALL = [
    verbs("get list create update", "secrets"),
    OBJECTS,
    verbs("get create patch", "namespaces"),
    READ_KEPT,
    PODS,
    LOGS,
]
# Beyond ten revisions the oldest records are deleted.
RECORDS = verbs("get list create update delete", "secrets")
UPGRADE = [RECORDS, OBJECTS, verbs("get", "namespaces"), READ_KEPT, PODS, LOGS]
ROLLBACK = [RECORDS, OBJECTS, PODS, LOGS]
# A hook may ask for its output, which helm reads of its pods.
UNINSTALL = [verbs("get list update delete", "secrets"), OBJECTS, verbs("list", "pods"), LOGS]
PATIENCE = 240

NewValues = Annotated[str, Field(description="YAML", max_length=1_000_000)]
InstallMissing = Annotated[bool, Field(description="If there is none")]
ResetValues = Annotated[bool, Field(description="Forget the last")]
ReuseValues = Annotated[bool, Field(description="Merge into the last")]
KeepHistory = Annotated[bool, Field(description="For a rollback")]
WaitGone = Annotated[bool, Field(description="Until gone")]
ToRevision = Annotated[int, Field(ge=1, description="Of helm_history")]


@helm.write("Install Helm Chart", needs=INSTALL, deadline=LONGEST_WAIT_DEADLINE)
async def helm_install(
    clients: Helm,
    writing: Writing,
    progress: Progress,
    release_name: ReleaseName,
    chart: ChartName,
    namespace: InstallNamespace = "default",
    create_namespace: CreateNamespace = True,
    wait: Wait = True,
    version: ChartVersion = None,
    rollback_on_failure: RollbackOnFailure = False,
    wait_seconds: Patience = PATIENCE,
) -> Answer:
    """Install a chart as a new release."""
    manner = Manner(
        patience(wait_seconds), wait, rollback_on_failure, create_namespace=create_namespace
    )
    target, source = Target(namespace, release_name), Source(chart, version, "")
    install = Install(tools_of(clients, writing), clients.charts, target, source, manner)
    return await carried_out(install, writing, progress)


@helm.write("Install Helm Chart with Custom Values", needs=INSTALL, deadline=LONGEST_WAIT_DEADLINE)
async def helm_install_with_values(
    clients: Helm,
    writing: Writing,
    progress: Progress,
    release_name: ReleaseName,
    chart: ChartName,
    values: NewValues,
    namespace: InstallNamespace = "default",
    create_namespace: CreateNamespace = True,
    wait: Wait = True,
    version: ChartVersion = None,
    rollback_on_failure: RollbackOnFailure = False,
    wait_seconds: Patience = PATIENCE,
) -> Answer:
    """Install a chart as a new release, with values."""
    manner = Manner(
        patience(wait_seconds), wait, rollback_on_failure, create_namespace=create_namespace
    )
    target, source = Target(namespace, release_name), Source(chart, version, values)
    install = Install(tools_of(clients, writing), clients.charts, target, source, manner)
    return await carried_out(install, writing, progress)


@helm.write("Upgrade Helm Release", needs=UPGRADE, deadline=LONGEST_WAIT_DEADLINE)
async def helm_upgrade(
    clients: Helm,
    writing: Writing,
    progress: Progress,
    release_name: ReleaseName,
    chart: ChartName,
    namespace: Namespace = None,
    install: InstallMissing = True,
    wait: Wait = True,
    values: Values = None,
    version: ChartVersion = None,
    reset_values: ResetValues = False,
    reuse_values: ReuseValues = False,
    rollback_on_failure: RollbackOnFailure = False,
    force_conflicts: ForceConflicts = False,
    wait_seconds: Patience = PATIENCE,
) -> Answer:
    """Upgrade a release; without values the last ones stay."""
    manner = Manner(
        patience(wait_seconds),
        wait,
        rollback_on_failure,
        force_conflicts=force_conflicts,
        reset_values=reset_values,
        reuse_values=reuse_values,
    )
    target = Target(namespace or await writing.read.namespace(), release_name)
    source, tools = Source(chart, version, values), tools_of(clients, writing)
    upgrade = Install(tools, clients.charts, target, source, manner, install, upgrades=True)
    return await carried_out(upgrade, writing, progress)


@helm.destroy("Rollback Helm Release", needs=ROLLBACK, deadline=LONGEST_WAIT_DEADLINE)
async def helm_rollback(
    clients: Helm,
    writing: Writing,
    progress: Progress,
    release_name: ReleaseName,
    revision: ToRevision,
    namespace: Namespace = None,
    wait: Wait = True,
    force_conflicts: ForceConflicts = False,
    wait_seconds: Patience = PATIENCE,
) -> Answer:
    """Roll a release back to an earlier revision."""
    manner = Manner(patience(wait_seconds), wait, force_conflicts=force_conflicts)
    target = Target(namespace or await writing.read.namespace(), release_name)
    rollback = Rollback(tools_of(clients, writing), target, revision, manner)
    return await carried_out(rollback, writing, progress)


@helm.destroy(
    "Uninstall Helm Release",
    needs=UNINSTALL,
    deadline=LONGEST_WAIT_DEADLINE,
)
async def helm_uninstall(
    clients: Helm,
    writing: Writing,
    progress: Progress,
    release_name: ReleaseName,
    namespace: Namespace = None,
    keep_history: KeepHistory = False,
    wait: WaitGone = False,
    wait_seconds: Patience = PATIENCE,
) -> Answer:
    """Uninstall a release; with its history kept, it can be rolled back to."""
    manner = Manner(patience(wait_seconds), wait, keep_history=keep_history)
    target = Target(namespace or await writing.read.namespace(), release_name)
    uninstall = Uninstall(tools_of(clients, writing), target, manner)
    return await carried_out(uninstall, writing, progress)
