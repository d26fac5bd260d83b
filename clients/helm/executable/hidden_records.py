"""helm's records as a run gets them that only reads: what templates may see of them is harmless.

A caller's chart is rendered with the values of the last release, and may print them in any form.
So they get words instead of secrets (``Placeholders``). The manifest is masked, chart templates,
hooks and notes, which no rendering needs, are left out. A record that cannot be taken apart within
our bounds is emptied: helm has none, and might read it all the same.
"""

from dataclasses import dataclass

from clients.helm.records import UnreadableRecordError, decoded, encoded
from clients.helm.release import Release
from clients.helm.secrecy import Secrecy
from clients.helm.secrecy.placeholders import Placeholders
from clients.kubernetes.objects import JsonObject
from clients.masking import Masking

_LAYERS = {"Secret": 2, "ConfigMap": 1}


@dataclass(frozen=True, slots=True)
class Before:
    """A moment: revisions of a release after ``revision`` are not there yet."""

    name: str
    revision: int

    def has(self, obj: JsonObject) -> bool:
        """Whether a record was there."""
        return _label(obj, "name") != self.name or _version(obj) <= self.revision


def hide_records(objects: list[JsonObject], masking: Masking, placeholders: Placeholders) -> None:
    """Rewrite records in place; manifests only of those that an operation may start from."""
    last = max((_version(obj) for obj in objects), default=0)
    for obj in objects:
        needed = _version(obj) == last or _label(obj, "status") == "deployed"
        _hide(obj, masking, placeholders, with_manifest=needed)


def _hide(
    obj: JsonObject, masking: Masking, placeholders: Placeholders, *, with_manifest: bool
) -> None:
    layers = _LAYERS.get(str(obj.get("kind")), 2)
    try:
        record = decoded(obj.get("data") or {}, layers=layers)
    except UnreadableRecordError:
        obj["data"] = {"release": ""}
        return
    hidden = _hidden(Release(record), masking, placeholders, with_manifest=with_manifest)
    obj["data"] = {"release": encoded(hidden, layers=layers)}


def _hidden(
    release: Release, masking: Masking, placeholders: Placeholders, *, with_manifest: bool
) -> JsonObject:
    secrecy = Secrecy(masking, release)
    chart = release.record.get("chart") or {}
    kept = {key: chart[key] for key in ("metadata", "schema") if chart.get(key) is not None}
    info = {key: each for key, each in release.info.items() if key not in ("notes", "description")}
    config, values = (
        placeholders.hidden(each, secrecy.known) for each in (release.config, release.chart_values)
    )
    return {
        **release.record,
        "info": info,
        "chart": {**kept, "values": values, "templates": [], "files": []},
        "config": config if release.user_values is not None else None,
        "manifest": secrecy.manifest(release.manifest) if with_manifest else "",
        "hooks": [],
    }


def _version(obj: JsonObject) -> int:
    version = _label(obj, "version")
    return int(version) if version.isdecimal() else 0


def _label(obj: JsonObject, name: str) -> str:
    return str(((obj.get("metadata") or {}).get("labels") or {}).get(name) or "")
