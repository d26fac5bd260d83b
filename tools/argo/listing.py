"""Tools that list: rollouts, experiments, analysis runs and templates."""

import asyncio
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from clients.argo import reading
from clients.argo.rollout import seconds, spec
from clients.kubernetes import ObjectList
from tools.argo.fields import (
    ANALYSIS_RUNS,
    EXPERIMENTS,
    GET_ROLLOUT,
    GROUP,
    ROLLOUTS,
    OfRollout,
)
from tools.argo.standing import standing_of
from tools.argo.toolset import argo
from tools.dependencies import Kubernetes, Now
from tools.fields import Namespace
from tools.needs import verbs
from tools.render.argo.analysis import run_table, template_table
from tools.render.argo.listing import NOTHING, experiment_table, rollout_table
from tools.render.argo.status import not_visible
from tools.results import Answer

AllNamespaces = Annotated[bool | None, Field(description="Everywhere")]
LIST_ROLLOUTS = verbs("list", ROLLOUTS)
LIST_EXPERIMENTS = verbs("list", EXPERIMENTS)
LIST_ANALYSES = verbs("list", ANALYSIS_RUNS, EXPERIMENTS)
LIST_TEMPLATES = verbs("list", f"analysistemplates.{GROUP}", f"clusteranalysistemplates.{GROUP}")


@argo.read("List Argo Rollouts", needs=[LIST_ROLLOUTS])
async def argo_list_rollouts(
    kubernetes: Kubernetes,
    now: Now,
    namespace: Namespace = None,
    all_namespaces: AllNamespaces = None,
) -> Answer:
    """List rollouts: strategy, status, step, weight, pods."""
    found = await reading.listed(kubernetes, "rollouts", namespace, everywhere=all_namespaces)
    rows = [(each, standing_of(each, now)) for each in found.items]
    why = "" if rows or all_namespaces else await reading.why_none(kubernetes, namespace, "")
    return _answer(found, rollout_table(rows, with_namespace=all_namespaces), why)


@argo.read("List Argo Experiments", needs=[LIST_EXPERIMENTS, GET_ROLLOUT])
async def argo_list_experiments(
    kubernetes: Kubernetes,
    now: Now,
    rollout_name: OfRollout = None,
    namespace: Namespace = None,
    all_namespaces: AllNamespaces = None,
) -> Answer:
    """List experiments: status, duration, time left."""
    found = await reading.listed(kubernetes, "experiments", namespace, everywhere=all_namespaces)
    shown = [e for e in found.items if not rollout_name or reading.is_made_by(e, rollout_name)]
    rows = [(each, seconds(spec(each).get("duration"))) for each in shown]
    why = ""
    if not (rows or all_namespaces):
        why = await reading.why_none(kubernetes, namespace, rollout_name or "")
    return _answer(found, experiment_table(rows, now, with_namespace=all_namespaces), why)


@argo.read("List Argo Analysis Runs", needs=[LIST_ANALYSES, GET_ROLLOUT])
async def argo_list_analysisruns(
    kubernetes: Kubernetes,
    now: Now,
    namespace: Namespace = None,
    all_namespaces: AllNamespaces = None,
    rollout_name: OfRollout = None,
) -> Answer:
    """List analysis runs and their metrics, and say why one failed."""
    found = await reading.listed(kubernetes, "analysisruns", namespace, everywhere=all_namespaces)
    shown, unseen = found.items, None
    if rollout_name:
        where = None if all_namespaces else namespace or await kubernetes.namespace()
        shown, unseen = await reading.runs_of(kubernetes, shown, rollout_name, where)
    why = ""
    if not (shown or all_namespaces):
        why = await reading.why_none(kubernetes, namespace, rollout_name or "")
    return _answer(found, run_table(shown, now, with_namespace=all_namespaces), why, unseen)


@argo.read("List Argo Analysis Templates", needs=[LIST_TEMPLATES])
async def argo_list_templates(
    kubernetes: Kubernetes,
    now: Now,
    namespace: Namespace = None,
    all_namespaces: AllNamespaces = None,
) -> Answer:
    """List analysis templates, the cluster's too: metrics, providers, arguments (! required)."""
    here, (cluster, unseen) = await asyncio.gather(
        reading.listed(kubernetes, "analysistemplates", namespace, everywhere=all_namespaces),
        # A role of single namespaces never has the right to read the cluster's.
        reading.seen(kubernetes, "clusteranalysistemplates", None),
    )
    shown = [*here.items, *cluster]
    why = "" if shown or all_namespaces else await reading.why_none(kubernetes, namespace, "")
    return _answer(here, template_table(shown, now), why, unseen)


def _answer(
    found: ObjectList, lines: list[str], why: str = "", unseen: Mapping[str, str] | None = None
) -> Answer:
    if why:
        lines = [f"{NOTHING.removesuffix('.')}: {why}"]
    lines = [*lines, *not_visible(unseen or {})]
    if not found.complete:
        lines = [*lines, f"Only the first {len(found.items):,} are shown."]
    return Answer("\n".join(lines), narrow="namespace")
