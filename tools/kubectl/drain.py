"""k8s_drain: a node without pods."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from clients.kubernetes.nodes.drain_filters import Allowances, controller_of, grouped
from clients.kubernetes.nodes.draining import DrainPlan, Fate, Haste, drain, plan
from clients.kubernetes.nodes.eviction_outlook import Outlook, covering, outlook
from tools.dependencies import Progress, Writing
from tools.fields import LabelSelector
from tools.kubectl.delete import GraceSeconds
from tools.kubectl.nodes import NodeName
from tools.kubectl.telling import LONGEST_WAIT_DEADLINE, Telling
from tools.kubectl.toolset import k8s
from tools.needs import verbs
from tools.render import drain as render
from tools.render.placement import homeless
from tools.results import Answer

IgnoreDaemonsets = Annotated[bool, Field(description="Leave their pods")]
DeleteEmptydirData = Annotated[bool, Field(description="Evict pods whose emptyDir is lost")]
Force = Annotated[bool, Field(description="Evict pods without a controller")]
TimeoutSeconds = Annotated[int, Field(ge=1, le=280, description="It stays cordoned then")]
NEEDS = [
    verbs("get list patch", "nodes"),
    verbs("list watch", "pods"),
    verbs("create", "pods/eviction"),
    verbs("get", "daemonsets.apps"),
    verbs("list", "poddisruptionbudgets.policy"),
]
MOST_HOMELESS = 5


@k8s.destroy("Drain Kubernetes Node", needs=NEEDS, deadline=LONGEST_WAIT_DEADLINE)
async def k8s_drain(
    writing: Writing,
    progress: Progress,
    node_name: NodeName,
    ignore_daemonsets: IgnoreDaemonsets = True,
    delete_emptydir_data: DeleteEmptydirData = False,
    force: Force = False,
    grace_seconds: GraceSeconds = None,
    pod_selector: LabelSelector = None,
    timeout_seconds: TimeoutSeconds = 120,
) -> Answer:
    """Cordon a node and evict its pods within their disruption budgets.

    Unlike kubectl, a refused drain does not cordon.
    """
    allowed = Allowances(ignore_daemonsets, delete_emptydir_data, force)
    planned = await plan(writing.read, node_name, allowed, pod_selector or "")
    haste = Haste(timeout_seconds, grace_seconds)
    if writing.dry:
        return await _foreseen(writing, planned, haste, Telling(progress))
    fates = await drain(writing, planned, haste, Telling(progress))
    return _outcome(node_name, planned, fates, timeout_seconds)


def _outcome(node: str, planned: DrainPlan, fates: Sequence[Fate], seconds: int) -> Answer:
    gone = [fate.name for fate in fates if fate.state == "gone"]
    left = [render.Left(f.name, f.state, f.why) for f in fates if f.state != "gone"]
    warnings = grouped(planned.verdicts, refusals=False)
    data = {"evicted": len(gone), "left": len(left)}
    if not left:
        return Answer(render.drained(node, gone, warnings), data=data)
    text = render.undrained(node, gone, left, warnings, seconds)
    return Answer(text, data=data, error=True)


async def _foreseen(writing: Writing, planned: DrainPlan, haste: Haste, tell: Telling) -> Answer:
    """Note what holds each pod, what is left alone, and whether there is room elsewhere."""
    refusals = planned.refusals
    writing.name_act("cordon", planned.node)
    fates = [] if refusals else await drain(writing, planned, haste, tell)
    around = await outlook(writing.read, planned.node.name)
    for refusal in refusals:
        writing.note(f"! Refused as asked: {refusal}")
    refused = {fate.name: fate.why for fate in fates if fate.state in ("blocked", "failed")}
    going = [
        render.Foreseen(v.pod, covering(around.budgets, v.pod), refused.get(v.name, ""), v.warnings)
        for v in planned.evicted
    ]
    for line in render.outlook(going):
        writing.note(line)
    left = [verdict.name for verdict in planned.verdicts if not (verdict.evict or verdict.refusal)]
    if left:
        writing.note(f"Leaves {len(left)}: {render.names(left)}")
    for line in _room(planned, around):
        writing.note(line)
    return Answer("")


def _room(planned: DrainPlan, around: Outlook) -> list[str]:
    """Say which of the pods that are made anew find room on other nodes."""
    moved = [each.pod for each in planned.evicted if controller_of(each.pod)]
    if around.unseen:
        return [f"Not seen, so not counted: {'; '.join(around.unseen)}"]
    if not moved:
        return []
    without = homeless(moved, around.nodes, around.pods)
    fitting = len(moved) - len(without)
    lines = [f"Fits elsewhere, by requests: {fitting} of {len(moved)}."]
    return lines + [f"  {each.name} {each.why}" for each in without[:MOST_HOMELESS]]
