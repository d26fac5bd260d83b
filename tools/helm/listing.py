"""helm_list_releases and helm_history, which print what helm does.

The list differs where that hides something: what is failed, pending or being uninstalled says why
in a column more, DESCRIPTION; a state that Helm does not know is listed too; a record that cannot
be read is a row of what its labels tell, and named, where helm passes over it.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from clients.helm.releases import Listing
from clients.helm.revisions import Revision
from tools.dependencies import Helm, Kubernetes
from tools.fields import AllNamespaces, Namespace
from tools.helm.fields import Output, ReleaseName, form_of
from tools.helm.permissions import RELEASES
from tools.helm.toolset import helm
from tools.render.helm.encoding import to_json, to_yaml
from tools.render.helm.revisions import Row, history_items, history_table, list_items, list_table
from tools.results import Answer

MostReleases = Annotated[int, Field(ge=1, description="Most rows")]
MostRevisions = Annotated[int, Field(ge=1, description="The last ones")]


@helm.read("List Helm Releases", needs=[RELEASES])
async def helm_list_releases(
    clients: Helm,
    kubernetes: Kubernetes,
    namespace: Namespace = None,
    all_namespaces: AllNamespaces = False,
    output: Output = None,
    limit: MostReleases = 256,
) -> Answer:
    """List releases in every state; failed ones say why."""
    form = form_of(output)
    where = None if all_namespaces else namespace or await kubernetes.namespace()
    found = await clients.releases.listed(where, limit)
    rows = _rows(found.revisions)
    if form == "table":
        return Answer("\n".join([list_table(rows).rstrip("\n"), *_more(found)]))
    write = to_json if form == "json" else to_yaml
    return Answer(write(list_items(rows)), data={"notes": _more(found)})


@helm.read("Get Helm Release History", needs=[RELEASES])
async def helm_history(
    clients: Helm,
    kubernetes: Kubernetes,
    release_name: ReleaseName,
    namespace: Namespace = None,
    max_revisions: MostRevisions = 10,
    output: Output = None,
) -> str:
    """List a release's revisions."""
    form = form_of(output)
    where = namespace or await kubernetes.namespace()
    rows = _rows(await clients.releases.revisions(where, release_name, max_revisions))
    if form == "table":
        return history_table(rows)
    return (to_json if form == "json" else to_yaml)(history_items(rows))


def _rows(revisions: Sequence[Revision]) -> list[Row]:
    return [
        Row(
            one.name,
            one.namespace,
            one.version,
            one.updated,
            one.status,
            one.chart,
            one.app_version,
            one.description,
        )
        for one in revisions
    ]


def _more(found: Listing) -> list[str]:
    """Say what is not shown, and what could not be read."""
    left = found.total - len(found.revisions)
    more = f"… {len(found.revisions):,} of {found.total:,} releases. More: limit=, namespace=."
    return [*([more] if left > 0 else []), *found.notes]
