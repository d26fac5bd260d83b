"""Items as XML, and what changes them: creating, renaming, deleting."""

from __future__ import annotations

import re
from copy import deepcopy
from xml.etree import ElementTree as ET

from aiohttp import web

from sandbox.jenkins.items import Folder, Item, Job, Multibranch, good_name
from sandbox.jenkins.serving import pages
from sandbox.jenkins.serving.call import Call
from sandbox.jenkins.serving.xml import item_xml, parameters_of
from sandbox.jenkins.words import quoted

_CLASSES = {"project": Job("").class_name, "flow-definition": Job("", kind="pipeline").class_name}
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")


def config_xml(call: Call, item: Item) -> web.Response:
    """Show an item's configuration, or take a new one."""
    if call.post:
        call.need("configure", item)
        _take(call, item)
        return web.Response()
    call.need("extended_read", item)
    text = item_xml(item, secrets=call.user.may("configure", item.full_name))
    return web.Response(text=text, content_type="application/xml", charset="utf-8")


def create(call: Call, folder: Folder) -> web.Response:
    """Make an item from XML or from another one; a refusal says why in `X-Error`."""
    call.need_post()
    call.need("create", folder)
    name = call.value("name") or ""
    if not good_name(name):
        raise pages.failure(f"{quoted(name)} is an unsafe name" if name else "No name is specified")
    if name in folder.items:
        raise pages.failure(f"A job already exists with the name {quoted(name)}")
    if call.value("mode") == "copy":
        folder.add(_copy(call, folder, name))
        return call.redirect(folder.items[name].path)
    if not _is_xml(call):
        folder.add(_of_class(call.value("mode"), name))
        return call.redirect(f"{folder.items[name].path}configure")
    item = _of_class(_CLASSES.get(_root_element(call).tag, _root_element(call).tag), name)
    folder.add(item)
    _take(call, item)
    return web.Response()


def _copy(call: Call, folder: Folder, name: str) -> Item:
    origin = call.value("from") or ""
    source = folder.child(origin) or call.jenkins.root.find(origin.strip("/"))
    if not isinstance(source, Job):
        raise pages.failure(f"No such item: {origin}")
    return Job(
        name,
        source.description,
        kind=source.kind,
        parameters=deepcopy(source.parameters),
        scm=source.scm,
        disabled=source.disabled,
    )


def _root_element(call: Call) -> ET.Element:
    body = _DECLARATION.sub(b"", call.request.body)
    try:
        return ET.fromstring(body)  # noqa: S314  # only tests and a newcomer's own client send it
    except ET.ParseError as fault:
        raise pages.oops() from fault


def _is_xml(call: Call) -> bool:
    kind = call.request.headers.get("Content-Type", "")
    return kind.startswith(("application/xml", "text/xml"))


def _of_class(class_name: str | None, name: str) -> Item:
    """Make an empty item of a Java class."""
    if class_name is None:
        raise pages.failure("No mode given")
    for made in (Folder(name), Multibranch(name), Job(name), Job(name, kind="pipeline")):
        if made.class_name == class_name:
            return made
    raise pages.oops()


def _take(call: Call, item: Item) -> None:
    """Take over what of the XML means something here."""
    root = _root_element(call)
    item.description = root.findtext("description") or item.description
    if isinstance(item, Job):
        item.disabled = root.findtext("disabled") == "true"
        item.concurrent = root.findtext("concurrentBuild") == "true"
        item.parameters = parameters_of(root)


def change(call: Call, item: Item, verb: str) -> web.Response:
    """Describe, rename or delete an item."""
    if verb == "description" and not call.post:
        return pages.plain(item.description or "")
    call.need_post()
    if verb in ("description", "submitDescription"):
        call.need("configure", item)
        item.description = call.value("description")
        return web.Response(status=204) if verb == "description" else call.redirect(item.path)
    folder = item.parent or call.jenkins.root
    call.need("delete" if verb == "doDelete" else "configure", item)
    del folder.items[item.name]
    if verb == "doDelete":
        return call.redirect(folder.path)
    item.name = _new_name(call, folder, item)
    folder.add(item)
    return call.redirect(item.path)


def _new_name(call: Call, folder: Folder, item: Item) -> str:
    name = call.value("newName") or ""
    if good_name(name) and name not in folder.items:
        return name
    folder.add(item)
    raise pages.failure(f"{quoted(name)} is an unsafe name")
