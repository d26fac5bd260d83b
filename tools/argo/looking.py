"""argo_describe and argo_history: a rollout with all that it made, and its revisions."""

from typing import Annotated

from pydantic import Field

from clients.argo import reading
from clients.errors import NotFoundError
from tools.argo.fields import ANALYSIS_RUNS, EXPERIMENTS, GET_ROLLOUT, RolloutName
from tools.argo.standing import standing_of
from tools.argo.toolset import argo
from tools.dependencies import Kubernetes, Now
from tools.fields import Namespace
from tools.needs import verbs
from tools.render.argo.describe import description
from tools.render.argo.history import history, known_revisions, one_revision
from tools.render.argo.reading import revision as revision_of
from tools.render.argo.status import not_visible
from tools.render.argo.tree import Family

Revision = Annotated[int | None, Field(description="Show this one")]
LIST_MADE = verbs("list", EXPERIMENTS, ANALYSIS_RUNS, "replicasets.apps", "pods", "events")
LIST_REVISIONS = verbs("list", ANALYSIS_RUNS, "replicasets.apps")


@argo.read("Describe Argo Rollout", needs=[GET_ROLLOUT, LIST_MADE])
async def argo_describe(
    kubernetes: Kubernetes, now: Now, name: RolloutName, namespace: Namespace = None
) -> str:
    """Describe a rollout: revisions, pods, weights, steps, analyses, events, what can be done."""
    ref = await reading.rollout_ref(kubernetes, name, namespace)
    found = await reading.family_of(kubernetes, ref)
    sets = None if "replicasets" in found.unseen else found.replica_sets
    standing = standing_of(found.rollout, now, sets)
    return description(_family(found), standing, found.events, found.unseen, now)


@argo.read("Get Argo Rollout History", needs=[GET_ROLLOUT, LIST_REVISIONS])
async def argo_history(
    kubernetes: Kubernetes,
    now: Now,
    name: RolloutName,
    namespace: Namespace = None,
    revision: Revision = None,
) -> str:
    """List a rollout's revisions with images and analyses, or show one's template."""
    ref = await reading.rollout_ref(kubernetes, name, namespace)
    found = await reading.revisions_of(kubernetes, ref)
    if revision is None:
        return "\n".join([*history(_family(found), now), *not_visible(found.unseen)])
    for each in found.replica_sets:
        if revision_of(each) == revision:
            return one_revision(found.rollout, each)
    known = known_revisions(found.replica_sets)
    raise NotFoundError(f"{ref} has no revision {revision}; it has: {known}.")


def _family(found: reading.Family) -> Family:
    return Family(
        found.rollout, found.replica_sets, found.pods, found.experiments, found.analysis_runs
    )
