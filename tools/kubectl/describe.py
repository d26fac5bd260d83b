"""k8s_describe: one object with everything that explains its state."""

import asyncio
from datetime import datetime

from clients.kubernetes import JsonObject, KubernetesReader
from clients.kubernetes.inspecting.related import related_to
from clients.kubernetes.types.selections import name_of
from tools.dependencies import Kubernetes, Now
from tools.fields import Name, Namespace, ResourceType
from tools.kubectl.toolset import k8s
from tools.needs import READ_ANYTHING
from tools.render.describe import Related, describe
from tools.results import Answer

NARROW = "k8s_get(output=jsonpath=…) shows single fields."
BETWEEN = "\n\n"


@k8s.read("Describe Kubernetes Resource", needs=[READ_ANYTHING])
async def k8s_describe(
    kubernetes: Kubernetes,
    now: Now,
    name: Name,
    resource_type: ResourceType,
    namespace: Namespace = None,
) -> Answer:
    """Describe an object as kubectl describe: state, conditions with reasons, owners, events.

    A name that does not exist is taken as a prefix.
    """
    bare_name = await name_of(kubernetes, [await kubernetes.resource_type(resource_type)], name)
    ref = await kubernetes.ref(resource_type, bare_name, namespace)
    found = await kubernetes.named_or_prefixed(ref)
    texts = await asyncio.gather(
        *(_described(kubernetes, o, now, with_events=len(found.items) == 1) for o in found.items)
    )
    warned = [f"\nWarning: {warning}" for warning in found.warnings]
    return Answer(BETWEEN.join(texts) + "".join(warned), narrow=NARROW)


async def _described(
    kubernetes: KubernetesReader, obj: JsonObject, now: datetime, *, with_events: bool
) -> str:
    seen = await related_to(kubernetes, obj, with_events=with_events)
    return describe(obj, Related(seen.objects, seen.events, seen.unseen), now).rstrip("\n")
