"""helm_template and helm_diff: what a chart renders to, and what would be different."""

from typing import Annotated

from pydantic import Field

from clients.errors import InvalidError
from clients.helm import Helm as HelmClients
from clients.helm.executable import Target
from clients.helm.operations import Comparing, Comparison, Source
from clients.kubernetes import KubernetesReader
from tools.dependencies import Helm, Kubernetes
from tools.fields import Namespace
from tools.helm.fields import ChartName, ChartVersion, InstallNamespace, ReleaseName, Values
from tools.helm.permissions import LOGINS, READ_KEPT, RELEASES
from tools.helm.toolset import helm
from tools.needs import READ_ANYTHING
from tools.render.helm.difference import Both, difference
from tools.results import Answer

IncludeCrds = Annotated[bool, Field(description="Also definitions")]
RENDERING_SECONDS = 120.0
OtherChart = Annotated[
    str | None, Field(description="Chart to upgrade to. Without it and revision: the live objects")
]
OtherRevision = Annotated[int | None, Field(ge=1, description="Or revision to roll back to")]


@helm.read("Render Helm Template", needs=[READ_KEPT, LOGINS], deadline=150)
async def helm_template(
    clients: Helm,
    kubernetes: Kubernetes,
    release_name: ReleaseName,
    chart: ChartName,
    namespace: InstallNamespace = "default",
    values: Values = None,
    include_crds: IncludeCrds = False,
    version: ChartVersion = None,
) -> Answer:
    """Render a chart without any cluster, secrets masked."""
    comparing = _comparing(clients, kubernetes, Target(namespace, release_name))
    source = Source(chart, version, values)
    return Answer(await comparing.template(source, include_crds=include_crds))


# A chart may look at what is there, one object or all of a type.
@helm.read(
    "Compare Helm Release",
    needs=[RELEASES, READ_KEPT, LOGINS, READ_ANYTHING],
    deadline=RENDERING_SECONDS,
)
async def helm_diff(
    clients: Helm,
    kubernetes: Kubernetes,
    release_name: ReleaseName,
    chart: OtherChart = None,
    revision: OtherRevision = None,
    namespace: Namespace = None,
    values: Values = None,
    version: ChartVersion = None,
) -> Answer:
    """Compare a release with a chart, an earlier revision, or what is live (drift)."""
    if chart and revision:
        raise InvalidError("Give chart or revision, not both.")
    if not chart and (values is not None or version is not None):
        raise InvalidError("Values and version are of a chart to upgrade to: give chart as well.")
    target = Target(namespace or await kubernetes.namespace(), release_name)
    comparing = _comparing(clients, kubernetes, target)
    if chart:
        found = await comparing.with_chart(Source(chart, version, values))
    elif revision:
        found = await comparing.with_revision(revision)
    else:
        found = await comparing.with_cluster()
    return Answer(_told(release_name, found))


def _comparing(clients: HelmClients, kubernetes: KubernetesReader, target: Target) -> Comparing:
    return Comparing(clients.releases, clients.charts, clients.executable, kubernetes, target)


def _told(name: str, found: Comparison) -> str:
    objects = [Both(each.name, each.namespace, each.before, each.after) for each in found.objects]
    return difference(f'release "{name}"', found.before, found.after, objects)
