"""What becomes of stored data when claims or volumes go."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from clients.kubernetes.impact.fields import at, counted, items, kind_of, listed, name
from clients.kubernetes.impact.surroundings import Sight
from clients.kubernetes.objects import JsonObject

CLAIMS = "persistentvolumeclaims"
VOLUMES = "persistentvolumes"
MOST_VOLUMES = 20
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([KMGTPE]i?|k)?")
_UNITS = {"k": 1000, "K": 1000, "M": 1000**2, "G": 1000**3, "T": 1000**4, "P": 1000**5}
_UNITS |= {f"{unit}i": 1024**power for power, unit in enumerate("KMGTPE", 1)}
_FATES = {
    "Delete": "reclaim policy Delete: the data is lost",
    "Retain": "reclaim policy Retain: the data stays in the volumes",
    "Recycle": "reclaim policy Recycle: the data is wiped",
}


def size(claims: Sequence[JsonObject]) -> str:
    """Add up what claims have, or ask for: ``48 GiB``."""
    total = sum(_bytes(_capacity(claim)) for claim in claims)
    for unit, word in ((1024**4, "TiB"), (1024**3, "GiB"), (1024**2, "MiB")):
        if total >= unit:
            return f"{round(total / unit, 1):g} {word}"
    return f"{total:,} bytes"


def _capacity(claim: JsonObject) -> Any:
    given = at(claim, "status", "capacity").get("storage")
    return given or at(claim, "spec", "resources", "requests").get("storage") or "0"


def _bytes(amount: Any) -> int:
    found = _SIZE.fullmatch(str(amount))
    return int(float(found[1]) * _UNITS.get(found[2] or "", 1)) if found else 0


async def fates(sight: Sight, claims: Sequence[JsonObject]) -> str:
    """Say what becomes of the data of claims that go: each reclaim policy among their volumes."""
    bound = [str(at(each, "spec").get("volumeName")) for each in claims if _volume(each)]
    if not bound:
        return "not bound: no data yet"
    found = await asyncio.gather(
        *(sight.get(VOLUMES, volume, None) for volume in bound[:MOST_VOLUMES])
    )
    policies = [_policy(volume) for volume in found if volume]
    if not policies:
        return "reclaim policy not visible"
    return "; ".join(_FATES.get(each, each) for each in dict.fromkeys(policies))


def _volume(claim: JsonObject) -> bool:
    return bool(at(claim, "spec").get("volumeName"))


def _policy(volume: JsonObject) -> str:
    return str(at(volume, "spec").get("persistentVolumeReclaimPolicy") or "Retain")


async def data_lost(sight: Sight) -> list[str]:
    """Say of a deleted claim or volume what becomes of its data and who holds it."""
    change = sight.change
    if change.kind != "deleted":
        return []
    if kind_of(change) == ("", "PersistentVolumeClaim"):
        return await _claim(sight, at(change.before))
    if kind_of(change) == ("", "PersistentVolume"):
        return _volume_gone(at(change.before))
    return []


async def _claim(sight: Sight, claim: JsonObject) -> list[str]:
    told = [f"! {size([claim])}, {await fates(sight, [claim])}."]
    using = [name(pod) for pod in await sight.here("pods") if name(claim) in _claims(pod)]
    if using:
        told.append(f"It stays until these pods are gone: {listed(using)}.")
    return told


def _claims(pod: JsonObject) -> set[Any]:
    volumes = items(at(pod, "spec"), "volumes")
    return {at(volume, "persistentVolumeClaim").get("claimName") for volume in volumes}


def _volume_gone(volume: JsonObject) -> list[str]:
    claim = at(volume, "spec", "claimRef")
    bound = at(volume, "status").get("phase") == "Bound"
    fate = _FATES.get(_policy(volume), "").partition(": ")[2] if bound else ""
    told = [f"! {_FATES.get(_policy(volume), _policy(volume))}."] if fate else []
    if bound:
        held = f"{claim.get('namespace')}/{claim.get('name')}"
        told.append(f"It stays until its claim {held} is gone.")
    return told


async def claims_of_stateful_set(sight: Sight) -> list[str]:
    """Say what becomes of a StatefulSet's claims when it goes or shrinks."""
    change = sight.change
    fewer = "whenDeleted" if change.kind == "deleted" else "whenScaled"
    first = 0 if change.orphaning else _first_to_go(sight)
    if kind_of(change) != ("apps", "StatefulSet") or not first:
        return []
    live = change.before
    if change.subresource:
        live = await sight.get("statefulsets.apps", change.ref.name, change.ref.namespace)
    claims = [c for c in await sight.here(CLAIMS) if _belongs(c, live, first - 1)]
    if not claims:
        return []
    many = f"{counted(len(claims), 'claim')} ({size(claims)})"
    policy = at(live, "spec", "persistentVolumeClaimRetentionPolicy")
    if policy.get(fewer) == "Delete":
        return [f"! deletes {many} with its pods, {await fates(sight, claims)}."]
    return [f"Keeps {many} with the data."]


def _first_to_go(sight: Sight) -> int:
    """Return the first ordinal that goes, counted from 1; 0 when none does."""
    change = sight.change
    if change.kind == "deleted":
        return 1
    before, after = (at(obj, "spec").get("replicas") for obj in (change.before, change.after))
    fewer = isinstance(before, int) and isinstance(after, int) and after < before
    return after + 1 if fewer and isinstance(after, int) else 0


def _belongs(claim: JsonObject, stateful_set: Any, first: int) -> bool:
    for template in items(at(stateful_set, "spec"), "volumeClaimTemplates"):
        prefix = f"{name(template)}-{name(stateful_set)}-"
        ordinal = name(claim).removeprefix(prefix)
        if name(claim).startswith(prefix) and ordinal.isdigit() and int(ordinal) >= first:
            return True
    return False
