"""k8s_events."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from clients.durations import looking_back
from clients.errors import ClientError, InvalidError, NotFoundError
from clients.kubernetes import KubernetesReader, ObjectRef
from clients.kubernetes.inspecting.events import MOST_EVENTS, EventQuery, events
from tools.dependencies import Kubernetes, Now
from tools.fields import AllNamespaces, Limit, Namespace
from tools.kubectl.toolset import k8s
from tools.needs import READ_ANYTHING
from tools.render.event_list import event_table, happenings
from tools.results import Answer

ForObject = Annotated[
    str | None, Field(description='"deployment/web": its ReplicaSets and pods too')
]
Types = Annotated[str | None, Field(description='"Warning" or "Normal"')]
Since = Annotated[str | None, Field(description='"10m", "2d" or RFC 3339')]
NARROW = 'narrow: for_object="deployment/web", types="Warning", since="10m", namespace='


@k8s.read("List Kubernetes Events", needs=[READ_ANYTHING])
async def k8s_events(
    kubernetes: Kubernetes,
    now: Now,
    namespace: Namespace = None,
    all_namespaces: AllNamespaces = False,
    for_object: ForObject = None,
    types: Types = None,
    since: Since = None,
    limit: Limit = 100,
) -> Answer:
    """List events as kubectl events, equal ones joined, warnings first, then the newest first."""
    about = await _about(kubernetes, for_object, namespace) if for_object else None
    everywhere = all_namespaces or (about is not None and not about.type.namespaced)
    where = None if everywhere else namespace or await kubernetes.namespace()
    listed = await events(kubernetes, EventQuery(where, about, type=_type(types)))
    earliest = _earliest(since, now)
    found = [each for each in happenings(listed.items) if earliest is None or each.last >= earliest]
    if not found:
        return Answer(await _nothing_found(kubernetes, where, about))
    shown = found[:limit]
    lines = event_table(shown, now, with_namespace=where is None)
    if len(found) > limit or not listed.complete:
        seen = f"of the first {MOST_EVENTS:,} events " if not listed.complete else ""
        lines.append(f"… {len(shown):,} of {len(found):,} rows {seen}shown; {NARROW}")
    return Answer("\n".join(lines), narrow=f"To see less, {NARROW}.")


async def _nothing_found(
    kubernetes: KubernetesReader, where: str | None, about: ObjectRef | None
) -> str:
    """Say so, and when the object or the namespace they could be about is not there."""
    nothing = f"No events found in {where} namespace" if where else "No events found"
    missing = await _missing(kubernetes, about) if about else ""
    if where and not missing:
        missing = await kubernetes.missing_namespace(where)
    return f"{nothing}: {missing}" if missing else f"{nothing}."


async def _missing(kubernetes: KubernetesReader, about: ObjectRef) -> str:
    try:
        await kubernetes.get(about)
    except NotFoundError as missing:
        return str(missing)
    except ClientError:  # whether it exists is a courtesy
        return ""
    return ""


async def _about(kubernetes: KubernetesReader, text: str, namespace: str | None) -> ObjectRef:
    resource_type, slash, name = text.partition("/")
    if not (slash and resource_type and name):
        raise InvalidError('Argument "for_object" is a type and a name: "deployment/web".')
    ref = await kubernetes.ref(resource_type, name, namespace)
    ref.path()  # refuses what is no name
    return ref


def _type(types: str | None) -> str:
    """Read the types; both are the same as none."""
    chosen = {word.strip().capitalize() for word in (types or "").split(",") if word.strip()}
    if not chosen <= {"Normal", "Warning"}:
        raise InvalidError('Argument "types": valid types are Normal and Warning.')
    return chosen.pop() if len(chosen) == 1 else ""


def _earliest(since: str | None, now: datetime) -> datetime | None:
    if not since:
        return None
    back = looking_back(since)
    return now - back if isinstance(back, timedelta) else back
