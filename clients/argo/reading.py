"""Find rollouts and what belongs to them; one sentence where Argo Rollouts is not installed."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from clients import errors
from clients.argo.finding import rollout_of
from clients.argo.rollout import entries, part, spec, status, workload_ref
from clients.kubernetes.inspecting.related import REASONS
from clients.kubernetes.inspecting.related_lists import events_about, label_selector
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectList, ObjectRef, ResourceType
from clients.kubernetes.reader import KubernetesReader
from clients.masking import mask_free_text

GROUP = "argoproj.io"
ROLLOUTS = "rollouts"
REPLICA_SETS = "replicasets.apps"
MOST_LISTED = 2_000
MOST_OWNED = 2_000
_KINDS_IN_APPS = {"Deployment": "deployments.apps", "ReplicaSet": REPLICA_SETS}
# Objects, and by plural why some could not be read.
Seen = tuple[Sequence[JsonObject], Mapping[str, str]]


async def argo_type(kubernetes: KubernetesReader, plural: str) -> ResourceType:
    """Return one of the types of Argo Rollouts."""
    try:
        return await kubernetes.resource_type(f"{plural}.{GROUP}")
    except errors.NotFoundError as unknown:
        raise errors.NotFoundError(
            f"Argo Rollouts is not installed in this cluster: it has no {plural}.{GROUP}."
        ) from unknown


async def argo_ref(
    kubernetes: KubernetesReader, plural: str, name: str, namespace: str | None
) -> ObjectRef:
    """Name one object of Argo Rollouts; an absent namespace is the context's."""
    kind = await argo_type(kubernetes, plural)
    where = (namespace or await kubernetes.namespace()) if kind.namespaced else None
    return ObjectRef(kind, name, where)


async def rollout_ref(kubernetes: KubernetesReader, name: str, namespace: str | None) -> ObjectRef:
    """Name one rollout."""
    return await argo_ref(kubernetes, ROLLOUTS, name, namespace)


async def listed(
    kubernetes: KubernetesReader, plural: str, namespace: str | None, *, everywhere: bool | None
) -> ObjectList:
    """Return the objects of a type, in the server's order, at most ``MOST_LISTED``."""
    kind = await argo_type(kubernetes, plural)
    where = None
    if kind.namespaced and not everywhere:
        where = namespace or await kubernetes.namespace()
    found = await kubernetes.list(ListQuery(kind, where), MOST_LISTED)
    for each in found.items:
        _mask_measured(each)
    return found


def _mask_measured(run: JsonObject) -> None:
    """Mask what a metric's provider answered: of the ``web`` one, it may be a whole page."""
    for result in entries(run, "status", "metricResults"):
        for measurement in entries(result, "measurements"):
            if isinstance(measurement.get("value"), str):
                measurement["value"] = mask_free_text(measurement["value"])


@dataclass(frozen=True, slots=True)
class Family:
    """A rollout and what it made; ``unseen`` says by plural why something could not be read."""

    rollout: JsonObject
    replica_sets: Sequence[JsonObject] = ()
    pods: Sequence[JsonObject] = ()
    experiments: Sequence[JsonObject] = ()
    analysis_runs: Sequence[JsonObject] = ()
    events: Sequence[JsonObject] = ()
    unseen: Mapping[str, str] = field(default_factory=dict)


async def family_of(kubernetes: KubernetesReader, ref: ObjectRef) -> Family:
    """Read a rollout with its ReplicaSets, pods, experiments, analysis runs and events.

    Only the rollout itself has to be readable.
    """
    rollout = await rollout_of(kubernetes, ref)
    reading = _Reading(kubernetes, ref.namespace)
    async with asyncio.TaskGroup() as tasks:
        experiments = tasks.create_task(reading.list(f"experiments.{GROUP}"))
        runs = tasks.create_task(reading.list(f"analysisruns.{GROUP}"))
        events = tasks.create_task(reading.events(rollout))
    own = _owned_by([rollout], experiments.result())
    selector = "" if own else _selector(rollout)
    async with asyncio.TaskGroup() as tasks:
        sets = tasks.create_task(reading.list(REPLICA_SETS, selector))
        pods = tasks.create_task(reading.list("pods", selector))
    kept = _owned_by([rollout, *own], sets.result())
    return Family(
        rollout,
        kept,
        _owned_by(kept, pods.result()),
        own,
        _owned_by([rollout, *own], runs.result()),
        events.result(),
        reading.unseen,
    )


async def revisions_of(kubernetes: KubernetesReader, ref: ObjectRef) -> Family:
    """Read a rollout with its ReplicaSets and analysis runs: what its history is made of.

    Without the runs it is a history all the same; without the ReplicaSets it is refused.
    """
    rollout = await rollout_of(kubernetes, ref)
    sets, (runs, unseen) = await asyncio.gather(
        replica_sets_of(kubernetes, rollout), seen(kubernetes, "analysisruns", ref.namespace)
    )
    return Family(rollout, sets, analysis_runs=_owned_by([rollout], runs), unseen=unseen)


async def replica_sets_of(
    kubernetes: KubernetesReader, rollout: JsonObject
) -> Sequence[JsonObject]:
    """Return the ReplicaSets of a rollout: its revisions."""
    kind = await kubernetes.resource_type(REPLICA_SETS)
    query = ListQuery(kind, rollout["metadata"]["namespace"], _selector(rollout))
    return _owned_by([rollout], (await kubernetes.list(query, MOST_OWNED)).items)


async def stacks_of(kubernetes: KubernetesReader, rollout: JsonObject) -> Seen:
    """Return the ReplicaSets of a rollout, and why they could not be read."""
    reading = _Reading(kubernetes, rollout["metadata"]["namespace"])
    found = await reading.list(REPLICA_SETS, _selector(rollout))
    return _owned_by([rollout], found), reading.unseen


async def seen(kubernetes: KubernetesReader, plural: str, namespace: str | None) -> Seen:
    """Return the objects of a type, those of the cluster without a namespace; raises nothing."""
    reading = _Reading(kubernetes, namespace)
    return await reading.list(f"{plural}.{GROUP}"), reading.unseen


async def runs_of(
    kubernetes: KubernetesReader, runs: Sequence[JsonObject], rollout: str, namespace: str | None
) -> Seen:
    """Return those of the runs that a rollout, or an experiment of it, made."""
    found, unseen = await seen(kubernetes, "experiments", namespace)
    own = {each["metadata"].get("uid") for each in found if is_made_by(each, rollout)}
    return [run for run in runs if is_made_by(run, rollout) or _owner_uids(run) & own], unseen


async def why_none(kubernetes: KubernetesReader, namespace: str | None, rollout: str) -> str:
    """Say what is not there when a list is empty: the namespace, or the rollout that was named."""
    where = namespace or await kubernetes.namespace()
    if missing := await kubernetes.missing_namespace(where):
        return missing
    if not rollout:
        return ""
    try:
        await rollout_of(kubernetes, await rollout_ref(kubernetes, rollout, where))
    except errors.NotFoundError as unknown:
        return f"{unknown}"
    except errors.ClientError as refusal:  # the list was answered; this is only an explanation
        return f'whether rollout "{rollout}" exists is not visible ({_reason(refusal)}).'
    return ""


def is_made_by(obj: JsonObject, rollout: str) -> bool:
    """Whether a rollout of this name is among an object's owners."""
    owners = entries(obj, "metadata", "ownerReferences")
    return any((each.get("kind"), each.get("name")) == ("Rollout", rollout) for each in owners)


async def workload_of(kubernetes: KubernetesReader, rollout: JsonObject) -> ObjectRef:
    """Name what holds a rollout's pod template; refuses kinds that the controller does not take."""
    reference = workload_ref(rollout)
    kind, namespace = str(reference.get("kind")), rollout["metadata"]["namespace"]
    plural = {**_KINDS_IN_APPS, "PodTemplate": "podtemplates"}.get(kind)
    if plural is None:
        raise errors.InvalidError(f"A rollout whose workload is a {kind} is not supported.")
    return ObjectRef(await kubernetes.resource_type(plural), str(reference.get("name")), namespace)


class _Reading:
    """Lists of one namespace; what cannot be read is noted."""

    def __init__(self, kubernetes: KubernetesReader, namespace: str | None) -> None:
        self._kubernetes = kubernetes
        self._namespace = namespace
        self.unseen: dict[str, str] = {}

    async def list(
        self, resource: str, selector: str = "", fields: str = ""
    ) -> Sequence[JsonObject]:
        plural = resource.partition(".")[0]
        try:
            kind = await self._kubernetes.resource_type(resource)
            query = ListQuery(kind, self._namespace, selector, fields)
            found = await self._kubernetes.list(query, MOST_OWNED)
        except errors.ClientError as refusal:
            self.unseen[plural] = _reason(refusal)
            return ()
        for each in found.items:
            _mask_measured(each)
        if not found.complete:
            self.unseen[plural] = f"only {len(found.items):,} were read"
        return found.items

    async def events(self, rollout: JsonObject) -> Sequence[JsonObject]:
        [about] = events_about(rollout)
        return await self.list(about.resource, fields=about.field_selector)


def _reason(refusal: errors.ClientError) -> str:
    return next(why for kind, why in REASONS if isinstance(refusal, kind))


def _selector(rollout: JsonObject) -> str:
    """Write the rollout's selector; where it is that of a workload, the controller has noted it."""
    own = part(spec(rollout), "selector")
    return label_selector(own) if own else str(status(rollout).get("selector") or "")


def _owned_by(owners: Sequence[JsonObject], items: Iterable[JsonObject]) -> list[JsonObject]:
    uids = {str(owner["metadata"].get("uid")) for owner in owners} - {"None"}
    return [each for each in items if uids & _owner_uids(each)]


def _owner_uids(obj: JsonObject) -> set[str]:
    return {str(each.get("uid")) for each in entries(obj, "metadata", "ownerReferences")}
