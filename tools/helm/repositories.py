"""Tools for chart repositories: add, update and remove."""

from typing import Annotated

from pydantic import Field

from tools.dependencies import Helm, Writing
from tools.helm.permissions import LOGINS, READ_KEPT
from tools.helm.toolset import helm
from tools.needs import verbs
from tools.render.helm.charts import counted, updated
from tools.results import Answer

RepositoryName = Annotated[str, Field(description="Repository")]
RepositoryUrl = Annotated[str, Field(description="Where its index.yaml is")]
CredentialsRef = Annotated[str | None, Field(description="Its login: Secret as namespace/name")]


@helm.write(
    "Add Helm Repository",
    needs=[verbs("get create patch", "configmaps"), LOGINS],
    deadline=150,
    idempotent=True,
)
async def helm_repo_add(
    clients: Helm,
    writing: Writing,
    name: RepositoryName,
    url: RepositoryUrl,
    credentials_ref: CredentialsRef = None,
) -> str:
    """Add a chart repository; never replaces one of the same name."""
    journal, dry = writing.journal, writing.dry
    count = await clients.charts.add(name, url, credentials_ref, journal, dry=dry)
    if count is None:
        return f'"{name}" already exists with the same configuration, skipping'
    writing.note(f'Would add repository "{name}" ({url}), which has {counted(count)}.')
    return f'"{name}" has been added to your repositories ({counted(count)})'


@helm.write("Update Helm Repositories", needs=[READ_KEPT, LOGINS], deadline=280, idempotent=True)
async def helm_repo_update(clients: Helm, writing: Writing) -> Answer | str:
    """Fetch the index of every chart repository anew."""
    if writing.dry:
        names = ", ".join(await clients.charts.repositories()) or "none"
        writing.note(f"Would fetch the indexes of these repositories anew: {names}.")
        return ""
    outcomes = [
        (each.repository.name, each.repository.url, each.charts, each.failure)
        for each in await clients.charts.update()
    ]
    if not outcomes:
        return Answer("There are no repositories to update; helm_repo_add adds one.", error=True)
    return Answer(updated(outcomes), error=any(why for *_, why in outcomes))


@helm.destroy("Remove Helm Repository", needs=[verbs("get patch", "configmaps")])
async def helm_repo_remove(clients: Helm, writing: Writing, name: RepositoryName) -> str:
    """Remove a chart repository from the list; what was installed from it stays."""
    await clients.charts.remove(name, writing.journal, dry=writing.dry)
    writing.note(f'Would remove repository "{name}" from the list.')
    return f'"{name}" has been removed from your repositories'
