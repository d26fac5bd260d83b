"""What the tools of Helm act on: a repository with a login, and releases that can be had back."""

import json
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.charts import ChartRepository, running_repository
from tests.e2e.roles.scene import Beside
from tests.e2e.roles.stage import Manifest, Stage, an_object
from tests.support.chart_repository import publish

CHART = Path(__file__).parent / "chart"
USER, PASSWORD = "charts", "of-the-stage"
KEPT, ADDED = "kept", "added"
KEPT_REVISIONS = 10
# Now: a test has another PATH. E2E_HELM=helm3 has the tools use another helm.
HELM = shutil.which(os.environ.get("E2E_HELM", "helm")) or "helm"
IS_HELM_3 = Path(HELM).name == "helm3"
_RECORDED: dict[str, str] = {}


def a_release(stage: Stage) -> None:
    """Have a release that nothing changes: its second revision has two objects, neither ready."""
    if stage.first("still"):
        _make(stage, "still")
        _make(stage, "still", "replicas=1", "more=true", f"crashing={stage.image}")
        stage.admin.until(_are_in_trouble, "get", "events", "-n", stage.namespace)


def a_release_with_a_job(stage: Stage) -> None:
    """Have a release whose uninstall runs a Job and asks for its output."""
    _make(stage, "jobbed", f"job={stage.image}")


def a_release_to_change(stage: Stage) -> None:
    """Have a release with as many revisions as are kept, as it was before the last call."""
    if stage.first("changing"):
        for revision in range(1, KEPT_REVISIONS + 1):
            _make(stage, "changing", f"colour=shade-{revision}")
        named = ("secrets,deployments", "-l", "owner=helm,name=changing")
        found = stage.admin.json("get", *named, "-n", stage.namespace)
        _RECORDED[stage.namespace] = json.dumps({**found, "items": [*map(_bare, found["items"])]})
    remove_what_was_made(stage)
    by_helm = ("apply", "--server-side", "--field-manager=helm", "-n", stage.namespace)
    stage.admin(*by_helm, "-f", "-", given=_RECORDED[stage.namespace])


def remove_what_was_made(stage: Stage) -> None:
    """Have nothing left of an earlier call, whatever became of it."""
    made = ("secrets,deployments", "-l", "owner=helm,name notin (still, jobbed)")
    stage.admin("delete", *made, "-n", stage.namespace)


def remove_what_was_added(stage: Stage) -> None:
    """Have no repositories kept."""
    stage.remove(f"configmap/{ADDED}")


def _are_in_trouble(events: str) -> bool:
    return all(words in events for words in ("Failed to pull", "Back-off restarting"))


def _bare(obj: Manifest) -> Manifest:
    """Leave out what the API server adds."""
    metadata = {key: obj["metadata"].get(key) or {} for key in ("name", "labels", "annotations")}
    return {key: each for key, each in obj.items() if key != "status"} | {"metadata": metadata}


def _make(stage: Stage, release: str, *values: str) -> None:
    given = [word for value in values for word in ("--set", value)]
    where = ("-n", stage.namespace)
    stage.admin.helm("upgrade", "--install", release, str(CHART), *where, *given)


@asynccontextmanager
async def a_repository(stage: Stage, store: str = KEPT) -> AsyncIterator[Beside]:
    """Serve the chart to whoever has the login; the repository is kept, unless others are."""
    async with running_repository(files={}) as repository:
        repository.login = f"{USER}:{PASSWORD}"
        publish(repository, _files())
        stage.create(_login(repository), _kept(stage, repository))
        elsewhere = f"{stage.namespace}-{secrets.token_hex(3)}"
        yield Beside(
            {"CHARTS": repository.url, "ELSEWHERE": elsewhere},
            {
                "helm_executable": HELM,
                "helm_sources": [repository.url],
                "helm_private_hosts": ["127.0.0.1"],
                "helm_repository_store": f"configmap/{store}",
            },
        )


@asynccontextmanager
async def a_repository_to_add(stage: Stage) -> AsyncIterator[Beside]:
    """Serve the chart, the list of repositories being another."""
    async with a_repository(stage, ADDED) as beside:
        yield beside


@asynccontextmanager
async def a_repository_and_room(stage: Stage) -> AsyncIterator[Beside]:
    """Serve the chart, and remove the namespace that it may be installed in."""
    async with a_repository(stage) as beside:
        try:
            yield beside
        finally:
            name = beside.words["ELSEWHERE"]
            stage.admin("delete", "namespace", name, "--ignore-not-found", "--wait=false")


def _files() -> dict[str, str]:
    found = (file for file in CHART.rglob("*") if file.is_file())
    return {str(file.relative_to(CHART)): file.read_text() for file in found}


def _login(repository: ChartRepository) -> Manifest:
    secret = an_object("Secret", "login", stringData={"username": USER, "password": PASSWORD})
    secret["metadata"]["annotations"] = {"skyflo.ai/helm-url": repository.url}
    return secret


def _kept(stage: Stage, repository: ChartRepository) -> Manifest:
    return an_object(
        "ConfigMap", KEPT, data={"charts": f"{repository.url} {stage.namespace}/login"}
    )
