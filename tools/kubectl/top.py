"""k8s_top_pods and k8s_top_nodes: CPU and memory in use, as kubectl top prints them."""

from typing import Annotated

from pydantic import Field

from clients.errors import InvalidError
from clients.kubernetes import KubernetesReader
from clients.kubernetes.inspecting.usage import UsageChoice, node_usage, pod_usage
from clients.kubernetes.names import shown
from tools.dependencies import Kubernetes, Now
from tools.fields import (
    AllNamespaces,
    FieldSelector,
    LabelSelector,
    Namespace,
    NoHeaders,
    UsageSort,
)
from tools.kubectl.toolset import k8s
from tools.needs import verbs
from tools.render.usage import UsageForm, render_nodes, render_pods
from tools.results import Answer

PodName = Annotated[str | None, Field(description="One pod")]
NodeName = Annotated[str | None, Field(description="One node")]
ShowContainers = Annotated[bool, Field(description="A row per container")]
Totals = Annotated[bool, Field(description="Add the sums")]

METRICS_STATE = verbs("get", "apiservices.apiregistration.k8s.io")
NARROW = 'To see less: namespace=, label_selector="app=web".'


@k8s.read(
    "Get Kubernetes Pod Resource Usage",
    needs=[verbs("get list", "pods", "pods.metrics.k8s.io"), METRICS_STATE],
)
async def k8s_top_pods(
    kubernetes: Kubernetes,
    now: Now,
    pod_name: PodName = None,
    namespace: Namespace = None,
    all_namespaces: AllNamespaces = False,
    show_containers: ShowContainers = False,
    label_selector: LabelSelector = None,
    sort_by: UsageSort = None,
    no_headers: NoHeaders = False,
    field_selector: FieldSelector = None,
    totals: Totals = False,
) -> Answer:
    """Show CPU and memory usage of pods, as kubectl top pods."""
    choice = UsageChoice(
        pod_name or "", namespace, all_namespaces, label_selector or "", field_selector or ""
    )
    form = UsageForm(_sorting(sort_by), not no_headers, show_containers, all_namespaces, totals)
    metrics = await pod_usage(kubernetes, choice, now)
    if not metrics:
        return Answer(await _no_pods(kubernetes, await choice.searched(kubernetes)))
    return Answer("\n".join(render_pods(metrics, form)), narrow=NARROW)


async def _no_pods(kubernetes: KubernetesReader, namespace: str | None) -> str:
    if not namespace:
        return "No resources found."
    if missing := await kubernetes.missing_namespace(namespace):
        return f"No resources found: {missing}"
    return f'No resources found in namespace "{namespace}".'


@k8s.read(
    "Get Kubernetes Node Resource Usage",
    needs=[verbs("get list", "nodes", "nodes.metrics.k8s.io"), METRICS_STATE],
)
async def k8s_top_nodes(
    kubernetes: Kubernetes,
    node_name: NodeName = None,
    sort_by: UsageSort = None,
    label_selector: LabelSelector = None,
    no_headers: NoHeaders = False,
    totals: Totals = False,
) -> Answer:
    """Show CPU and memory usage of nodes, as kubectl top nodes."""
    choice = UsageChoice(node_name or "", label_selector=label_selector or "")
    form = UsageForm(_sorting(sort_by), not no_headers, totals=totals)
    usage = await node_usage(kubernetes, choice)
    if not usage.allocatable:
        return Answer("No resources found.")
    lines = render_nodes(usage.metrics, usage.allocatable, form)
    return Answer("\n".join(lines), narrow='To see less: label_selector="zone=a".')


def _sorting(sort_by: str | None) -> str:
    if sort_by in (None, "", "cpu", "memory"):
        return sort_by or ""
    raise InvalidError(f'Argument "sort_by": {shown(sort_by)} is not accepted; cpu or memory is.')
