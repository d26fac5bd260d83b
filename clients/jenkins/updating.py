"""Change a build's display name and description.

The name can only be set by ``configSubmit``, which sets the description as well: so that is read
first, and sent back (``Run.submit``). Success is a redirect to the build.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from clients.errors import InvalidError
from clients.jenkins.builds import numbered
from clients.jenkins.paths import Build
from clients.jenkins.reader import JsonObject
from clients.jenkins.redirects import refuse_elsewhere
from clients.jenkins.writer import JenkinsWriter
from clients.kubernetes.names import shown
from clients.kubernetes.writer import MASKED
from clients.masking import mask_free_text

TREE = "number,displayName,description"


@dataclass(frozen=True, slots=True)
class Updated:
    """The build, and its fields before and after, by Jenkins' names."""

    build: Build
    before: JsonObject
    after: JsonObject


async def update(
    jenkins: JenkinsWriter, asked: Build, display_name: str | None, description: str | None
) -> Updated:
    """Set what is given; what is not stays."""
    if display_name is None and description is None:
        raise InvalidError("Give displayName, description or both. Nothing was changed.")
    _refuse_masked({"displayName": display_name, "description": description})
    build = await numbered(jenkins.read, asked)
    before = await jenkins.read.exact_json(build, TREE)
    after = before | _given(display_name, description)
    if jenkins.dry or not changes(before, after):
        jenkins.note(*_plan(build, before, after))
        return Updated(build, before, after)
    await _sent(jenkins, build, before, display_name, description)
    return Updated(build, before, await jenkins.read.exact_json(build, TREE))


async def _sent(
    jenkins: JenkinsWriter,
    build: Build,
    before: JsonObject,
    display_name: str | None,
    description: str | None,
) -> None:
    unknown = "the build was changed"
    if display_name is None:
        form = {"description": description or ""}
        reply = await jenkins.post(build, ("submitDescription",), form, unknown=unknown)
    else:
        kept = before.get("description") if description is None else description
        fields = {"displayName": display_name, "description": kept or ""}
        form = {"json": orjson.dumps(fields).decode()}
        reply = await jenkins.post(build, ("configSubmit",), form, unknown=unknown)
    refuse_elsewhere(reply, build, str(jenkins.read.base))


def _refuse_masked(given: Mapping[str, str | None]) -> None:
    for name, text in given.items():
        if MASKED.search((text or "").encode("utf-8", "replace")):
            raise InvalidError(
                f'Argument "{name}" has a masked value of an earlier answer in it; what it stands '
                "for would be lost. Nothing was changed."
            )


def changes(before: JsonObject, after: JsonObject) -> list[str]:
    """Say each field that differs, as it was and as it is."""
    return [
        f"{key}: {_said(before.get(key))} → {_said(after.get(key))}"
        for key in ("displayName", "description")
        if (before.get(key) or "") != (after.get(key) or "")
    ]


def _plan(build: Build, before: JsonObject, after: JsonObject) -> list[str]:
    differences = changes(before, after)
    if not differences:
        return [f"{build} is so already. Nothing would be sent."]
    fields = " and ".join(each.partition(":")[0] for each in differences)
    return [f"Would change {fields} of {build}.", *differences]


def _given(display_name: str | None, description: str | None) -> JsonObject:
    fields = {"displayName": display_name, "description": description}
    return {key: value for key, value in fields.items() if value is not None}


def _said(value: object) -> str:
    return shown(mask_free_text(str(value))) if value else "(none)"
