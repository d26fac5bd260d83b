"""All effects of a plan, read at the same time, and told change by change."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from clients.errors import ClientError
from clients.kubernetes.changes import Change
from clients.kubernetes.impact.argo_rollouts import rollout_of_workload, rollout_steered
from clients.kubernetes.impact.budgets import budgets_broken
from clients.kubernetes.impact.configuration import configuration_used
from clients.kubernetes.impact.dependents import dependents_deleted, objects_of_type
from clients.kubernetes.impact.escalation import powers_given
from clients.kubernetes.impact.fields import kind_of
from clients.kubernetes.impact.keepers import autoscaled, controller, owned
from clients.kubernetes.impact.namespaces import namespace_content
from clients.kubernetes.impact.nodes import pods_on_node
from clients.kubernetes.impact.rolling import pods_rolled
from clients.kubernetes.impact.storage import claims_of_stateful_set, data_lost
from clients.kubernetes.impact.surroundings import Sight, Surroundings, untold
from clients.kubernetes.impact.traffic import endpoints_kept, no_longer_served
from clients.kubernetes.reader import KubernetesReader

log = logging.getLogger(__name__)

EFFECTS_SECONDS = 20.0
CAVEATS_SECONDS = 5.0  # the change is made: its answer must not wait long for an aside
# An object of a shape that nobody thought of costs the sentence about it, not the answer.
_ODD_SHAPE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
Rule = Callable[[Sight], Awaitable[list[str]]]
EFFECTS: Sequence[Rule] = (
    pods_rolled,
    rollout_steered,
    rollout_of_workload,
    namespace_content,
    objects_of_type,
    dependents_deleted,
    claims_of_stateful_set,
    data_lost,
    pods_on_node,
    endpoints_kept,
    no_longer_served,
    configuration_used,
    budgets_broken,
    powers_given,
)
CAVEATS: Sequence[Rule] = (autoscaled, owned)


async def effects_of(
    kubernetes: KubernetesReader, changes: Sequence[Change]
) -> Sequence[Sequence[str]]:
    """Return, for each change, one sentence per effect; cautions begin with ``! `` and come last.

    Raises nothing: what could not be read is told as not visible, once per plan.
    """
    async with asyncio.TaskGroup() as tasks:
        around = Surroundings(kubernetes, tasks, changes, EFFECTS_SECONDS)
        sights = [Sight(change, around) for change in changes]
        told = [tasks.create_task(_effects(sight)) for sight in sights]
    return _each_told_once(sights, [task.result() for task in told])


def _each_told_once(
    sights: Sequence[Sight], told: Sequence[Sequence[str]]
) -> Sequence[Sequence[str]]:
    """Leave out what an earlier change has said: what is not visible, what evictions share."""
    unseen: set[str] = set()
    said: set[str] = set()
    effects = []
    for sight, sentences in zip(sights, told, strict=True):
        evicted = sight.change.kind == "evicted"
        new = {name: why for name, why in sight.unseen.items() if name not in unseen}
        effects.append(
            [*(each for each in sentences if not (evicted and each in said)), *untold(new)]
        )
        unseen |= new.keys()
        said.update(sentences)
    return effects


async def caveats_of(kubernetes: KubernetesReader, changes: Sequence[Change]) -> Sequence[str]:
    """Return what will undo the changes that were made: autoscalers, Helm, GitOps, owners."""
    async with asyncio.TaskGroup() as tasks:
        around = Surroundings(kubernetes, tasks, changes, CAVEATS_SECONDS)
        told = [tasks.create_task(_all(CAVEATS, Sight(change, around))) for change in changes]
    return list(dict.fromkeys(each for task in told for each in task.result()))


async def powers_of(kubernetes: KubernetesReader, changes: Sequence[Change]) -> Sequence[str]:
    """Return the powers that changes give: what an operator may forbid, whoever approves.

    What cannot be judged, because a role may not be read, counts as a power.
    """
    async with asyncio.TaskGroup() as tasks:
        around = Surroundings(kubernetes, tasks, changes, EFFECTS_SECONDS)
        sights = [Sight(change, around) for change in changes]
        told = [tasks.create_task(_guarded(powers_given, sight)) for sight in sights]
    given = [each.removeprefix("! ") for task in told for each in task.result()]
    return [*given, *(each for sight in sights for each in untold(sight.unseen))]


_HOLDING = frozenset(
    {
        ("", "Namespace"),
        ("", "PersistentVolume"),
        ("", "PersistentVolumeClaim"),
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
    }
)


async def _effects(sight: Sight) -> list[str]:
    if sight.change.kind == "unchanged":
        return []
    effects, caveats = await asyncio.gather(_all(EFFECTS, sight), _all(CAVEATS, sight))
    found = [*effects, *(f"! {each}" for each in caveats), *_final(sight.change)]
    return sorted(dict.fromkeys(found), key=lambda each: each.startswith("! "))


async def _all(rules: Sequence[Rule], sight: Sight) -> list[str]:
    """Ask every rule at once; what does not concern the change costs nothing."""
    if sight.change.kind == "unchanged":
        return []
    found = await asyncio.gather(*(_guarded(rule, sight) for rule in rules))
    return [each for told in found for each in told]


async def _guarded(rule: Rule, sight: Sight) -> list[str]:
    try:
        return await rule(sight)
    except _ODD_SHAPE:
        log.exception("unexpected shape", extra={"rule": getattr(rule, "__name__", "")})
        sight.unseen["some effects"] = "an object has an unexpected shape"
        return []
    except ClientError:  # discovery itself
        sight.unseen["some effects"] = "no answer"
        return []


def _final(change: Change) -> list[str]:
    """Say of a deletion that it is one; a controller's pod comes again.

    What a Helm release removes, its history brings back, but not what was kept in it.
    """
    kind = kind_of(change)
    again = kind == ("", "Pod") and controller(change.before)
    kept = change.release and kind not in _HOLDING
    return ["! cannot be undone."] if change.kind == "deleted" and not (again or kept) else []
