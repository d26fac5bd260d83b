"""From a path's tokens to the endpoint, with the permission to see what lies on the way."""

from __future__ import annotations

from aiohttp import web

from sandbox.jenkins.exporting.items import item_bean, root_bean, view_bean
from sandbox.jenkins.items import Folder, Item, Job
from sandbox.jenkins.serving import (
    builds,
    configuring,
    jobs,
    pages,
    queue,
    system,
)
from sandbox.jenkins.serving.call import Call

_ALWAYS_READABLE = ("login", "whoAmI", "securityRealm")


async def answer(call: Call, tokens: list[str]) -> web.StreamResponse:
    """Answer a request, or raise RefusedError."""
    if not call.user.may("overall") and tokens[:1] and tokens[0] in _ALWAYS_READABLE:
        return system.answer(call, tokens)
    if not call.user.may("overall"):
        raise call.denied("overall")
    match tokens:
        case []:
            return pages.page("Dashboard - Jenkins")
        case ["api", form]:
            return call.export(root_bean(call.point), form)
        case ["queue", *rest]:
            return queue.answer(call, rest)
        case ["job" | "createItem" | "view", *_]:
            return await _in_folder(call, call.jenkins.root, tokens)
    return system.answer(call, tokens)


async def _in_folder(call: Call, folder: Folder, tokens: list[str]) -> web.StreamResponse:
    match tokens:
        case ["job", name, *rest]:
            item = _visible(call, folder.child(name))
            return await _at(call, item, rest)
        case ["view", name, *rest]:
            return await _view(call, folder, name, rest)
        case ["createItem"]:
            return configuring.create(call, folder)
    raise call.not_found()


async def _at(call: Call, item: Item, rest: list[str]) -> web.StreamResponse:
    """Answer for an item: first what all have, then what its kind has."""
    match rest:
        case [] | ["configure"]:
            return pages.page(f"{item.full_display_name} [Jenkins]")
        case ["api", form]:
            return call.export(item_bean(item, call.point), form)
        case ["config.xml"]:
            return configuring.config_xml(call, item)
        case ["doDelete" | "confirmRename" | "doRename" | "description" | "submitDescription"]:
            return configuring.change(call, item, rest[0])
    if isinstance(item, Job):
        if (build := item.build(rest[0])) is not None:
            return await builds.answer(call, build, rest[0], rest[1:])
        return jobs.answer(call, item, rest)
    if isinstance(item, Folder):
        return jobs.scan(call, item) if rest == ["build"] else await _in_folder(call, item, rest)
    raise call.not_found()


def _visible(call: Call, item: Item | None) -> Item:
    """Let pass what the user may read: else it is not found, or (discovered) forbidden."""
    if item is None:
        raise call.not_found()
    if call.point.sees(item):
        return item
    if call.user.may("discover", item.full_name):
        raise call.denied("read")
    raise call.not_found()


async def _view(call: Call, folder: Folder, name: str, rest: list[str]) -> web.StreamResponse:
    if name == "all" and rest[:1] == ["job"]:
        return await _in_folder(call, folder, rest)
    view = folder.views.get(name)
    if view is None:
        raise call.not_found()
    match rest:
        case []:
            return pages.page(f"{name} [Jenkins]")
        case ["api", form]:
            return call.export(view_bean(folder, view, call.point), form)
        case ["job", *_]:
            return await _in_folder(call, folder, rest)
    raise call.not_found()
