"""helm_get_values and helm_get_manifest: what a release was made of."""

from typing import Annotated

from pydantic import Field

from tools.dependencies import Helm, Kubernetes
from tools.fields import Namespace
from tools.helm.fields import Output, ReleaseName, Revision, form_of
from tools.helm.permissions import RELEASES
from tools.helm.toolset import helm
from tools.render.helm.encoding import to_json, to_yaml
from tools.results import Answer

AllValues = Annotated[bool, Field(description="With the chart's defaults")]


@helm.read("Get Helm Release Values", needs=[RELEASES])
async def helm_get_values(
    clients: Helm,
    kubernetes: Kubernetes,
    release_name: ReleaseName,
    namespace: Namespace = None,
    output: Output = "yaml",
    all_values: AllValues = False,
    revision: Revision = None,
) -> str:
    """Show a release's values, secrets masked."""
    form = form_of(output)
    where = namespace or await kubernetes.namespace()
    release = await clients.releases.get(where, release_name, revision)
    values = await clients.releases.values(release, computed=all_values)
    if form == "json":
        return to_json(values, sort_keys=True)
    title = f"{'COMPUTED' if all_values else 'USER-SUPPLIED'} VALUES:\n"
    return f"{title if form == 'table' else ''}{to_yaml(values)}"


@helm.read("Get Helm Release Manifest", needs=[RELEASES])
async def helm_get_manifest(
    clients: Helm,
    kubernetes: Kubernetes,
    release_name: ReleaseName,
    namespace: Namespace = None,
    revision: Revision = None,
) -> Answer:
    """Show a release's rendered objects, secrets masked."""
    where = namespace or await kubernetes.namespace()
    release = await clients.releases.get(where, release_name, revision)
    text = await clients.releases.shown(release, lambda secrecy: secrecy.manifest(release.manifest))
    return Answer(f"{text}\n", narrow="k8s_get shows one of its objects.")
