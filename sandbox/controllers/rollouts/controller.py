"""Looks at a Rollout after a change of it, or of what belongs to it (`rollout/controller.go`)."""

from collections.abc import Iterable
from datetime import datetime

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, copied, name_of, namespace_of
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import Recorder
from sandbox.controllers.loop import Key
from sandbox.controllers.ownership import is_deleted
from sandbox.controllers.replica_sets import owner_keys
from sandbox.controllers.rollouts import (
    analyses,
    blue_green,
    canary,
    conditions,
    experiment_steps,
    references,
    revisions,
    scaling,
    sets,
    spec,
    status,
    templates,
    validity,
)
from sandbox.controllers.rollouts.context import Context
from sandbox.controllers.rollouts.pauses import Pauses
from sandbox.controllers.rollouts.sets import Sets

INSTANCE = "argo-rollouts.argoproj.io/controller-instance-id"
COMPONENT = "rollouts-controller"
_RETRY_SECONDS = 20
_OWNED = [("apps", "replicasets"), spec.RUNS, spec.EXPERIMENTS]


class Rollouts:
    """Takes updates through their steps."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        self._recorder = Recorder(cluster, COMPONENT)

    def concerned(self, change: Change) -> Iterable[Key]:
        """Name the Rollout that changed, that owns what changed, or whose workload changed."""
        if change.resource.storage == ("apps", "deployments"):
            return self._referring(change.object)
        return owner_keys(change, "Rollout", spec.ROLLOUTS, _OWNED)

    def reconcile(self, key: Key) -> datetime | None:
        """Take the next step, and write the status."""
        found = self._cluster.store.get(*spec.ROLLOUTS, *key)
        if found is None or is_deleted(found) or is_foreign(found):
            return None
        if not found.get("status"):
            text = f"Rollout resource added to informer: {'/'.join(key)}"
            self._recorder.normal(found, "RolloutAddedToInformer", text)
        try:
            generation = references.resolve(self._cluster, found)
        except references.MissingWorkloadError as missing:
            reference = found["spec"]["workloadRef"]
            fault = validity.invalid("workloadRef", reference, str(missing))
            found["spec"].setdefault("template", {})
            return self._refuse(self._context(found), fault)
        context = self._context(found)
        if fault := validity.fault(self._cluster, found):
            return self._refuse(context, fault)
        if generation:
            context.annotate(**{sets.WORKLOAD_GENERATION: generation})
        return self._look(context)

    def _look(self, context: Context) -> datetime | None:
        owned = revisions.owned_sets(self._cluster, context.rollout)
        found = revisions.found_sets(context.rollout, owned)
        if found is None:
            context.sets.all = owned
            revisions.create(context)
            return None
        context.sets = found
        end = sets.deadline(found.new)
        context.within_delay = end is not None and end > self._cluster.now()
        if context.fully_promoted and context.pauses.is_aborted:
            context.pauses.remove_abort()
        if context.rollout["spec"].get("replicas") is None:
            self._default_replicas(context.rollout)
        elif not status.note_pause(context):
            _take(context)
        return context.due

    def _context(self, rollout: JsonObject) -> Context:
        runs = [copied(each) for each in self._cluster.owned(rollout, *spec.RUNS)]
        experiments = [copied(each) for each in self._cluster.owned(rollout, *spec.EXPERIMENTS)]
        current, others = experiment_steps.found_experiments(rollout, experiments)
        before = spec.status_of(rollout)
        new = {"restartedAt": before["restartedAt"]} if before.get("restartedAt") else {}
        context = Context(
            cluster=self._cluster,
            recorder=self._recorder,
            rollout=rollout,
            sets=Sets({}, None, []),
            pauses=Pauses(self._cluster, rollout),
            runs=analyses.found_runs(rollout, runs),
            experiment=current,
            other_experiments=others,
            new=new,
        )
        if weights := (before.get("canary") or {}).get("weights"):
            context.section("canary")["weights"] = weights
        return context

    def _refuse(self, context: Context, fault: str) -> datetime:
        """Note what is wrong with the spec, and look again: it may be missing something else."""
        message = f'The Rollout "{name_of(context.rollout)}" is invalid: {fault}'
        before = conditions.found(context.status, "InvalidSpec")
        now = self._cluster.stamp()
        new = conditions.made("InvalidSpec", "True", "InvalidSpec", message, now)
        if before is not None and before["message"] == message:
            new = before
        elif before is not None:
            conditions.remove(context.rollout["status"], "InvalidSpec")
        status.patch_conditions(context, new)
        return self._cluster.in_seconds(_RETRY_SECONDS)

    def _default_replicas(self, rollout: JsonObject) -> None:
        stored = self._cluster.store.get(*spec.ROLLOUTS, namespace_of(rollout), name_of(rollout))
        if stored is not None:
            stored["spec"]["replicas"] = 1
            self._cluster.store.update(stored)

    def _referring(self, workload: JsonObject) -> list[Key]:
        where = namespace_of(workload)
        return [
            (where, name_of(each))
            for each in self._cluster.store.view(*spec.ROLLOUTS, where)
            if (each["spec"].get("workloadRef") or {}).get("name") == name_of(workload)
        ]


def is_foreign(item: JsonObject) -> bool:
    """Tell whether an object is meant for another controller instance, as its label says."""
    return INSTANCE in (item["metadata"].get("labels") or {})


def _take(context: Context) -> None:
    revisions.synchronize(context)
    if scaling.is_scaling(context):
        _only_scale(context)
        return
    try:
        if spec.blue_green(context.rollout) is not None:
            blue_green.reconcile(context)
        else:
            canary.reconcile(context)
    except templates.TemplateError:
        context.look_again(context.cluster.in_seconds(_RETRY_SECONDS))


def _only_scale(context: Context) -> None:
    """Follow a change of size before anything else goes on (`syncReplicasOnly`)."""
    new = {**context.status, "conditions": list(context.status.get("conditions") or [])}
    if spec.blue_green(context.rollout) is not None:
        blue_green.scale(context)
        blue_green.counts(context, new)
    else:
        canary.scale(context)
        new["availableReplicas"] = sets.count(context.sets.all, "availableReplicas")
        new["HPAReplicas"] = sets.count(context.sets.all, "replicas")
    for name in ("replicas", "updatedReplicas", "readyReplicas"):
        new.setdefault(name, 0)
    status.persist(context, new)
