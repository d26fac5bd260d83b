"""k8s_api_resources."""

from typing import Annotated

from pydantic import Field

from clients.errors import InvalidError, NotFoundError
from clients.kubernetes import KubernetesReader, ResourceType
from clients.kubernetes.types.discovery import Api
from clients.kubernetes.types.schema import field_path, schemas
from clients.suggestions import did_you_mean
from tools.dependencies import Kubernetes
from tools.kubectl.toolset import k8s
from tools.render.api_resources import TypeRow, api_resources_table
from tools.render.explain import Documented, UnknownFieldError, explain
from tools.results import Answer

ApiGroup = Annotated[str | None, Field(description='"apps"; "" is core')]
Namespaced = Annotated[bool | None, Field(description="Absent: both")]
Explain = Annotated[
    str | None, Field(description='Document this type or field: "deployment.spec.strategy"')
]
NARROW = "To see less, api_group= or namespaced=; one field: explain=."


@k8s.read("List Kubernetes API Resources")
async def k8s_api_resources(
    kubernetes: Kubernetes,
    api_group: ApiGroup = None,
    namespaced: Namespaced = None,
    explain: Explain = None,
) -> Answer:
    """List the types the cluster serves, or explain a field, as kubectl does."""
    if explain:
        return Answer(await _explained(kubernetes, explain), narrow="Name a field below.")
    api = await kubernetes.api()
    rows = [
        TypeRow(one.group, one.plural, one.short_names, one.api_version, one.namespaced, one.kind)
        for one in _preferred(api)
        if api_group in (None, one.group) and namespaced in (None, one.namespaced)
    ]
    if not rows:
        groups = sorted({one.group for one in api.types})
        near = did_you_mean(api_group or "", groups)
        raise NotFoundError(f"No resource types found.{near} Groups: {', '.join(groups[1:])}.")
    lines = api_resources_table(rows)
    if api.stale_groups:
        lines.append(f"Not answering, so not listed: {', '.join(api.stale_groups)}")
    return Answer("\n".join(lines), narrow=NARROW)


def _preferred(api: Api) -> list[ResourceType]:
    """Take each type in the first version that has it; what has no verbs is not listed."""
    first: dict[tuple[str, str], ResourceType] = {}
    for one in api.types:
        if one.verbs:
            first.setdefault((one.group, one.plural), one)
    return list(first.values())


async def _explained(kubernetes: KubernetesReader, text: str) -> str:
    kind, path = await field_path(kubernetes, text)
    documented = Documented(kind.group, kind.version, kind.kind, await schemas(kubernetes, kind))
    try:
        return explain(documented, path)
    except UnknownFieldError as unknown:
        near = did_you_mean(unknown.field, unknown.known)
        known = f" Known: {', '.join(sorted(unknown.known))}." if unknown.known else ""
        raise NotFoundError(f"{unknown}.{near}{known}") from unknown
    except ValueError as undocumented:
        raise InvalidError(f"{kind.qualified}: {undocumented}.") from undocumented
