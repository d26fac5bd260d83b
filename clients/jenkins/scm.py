"""Where a job's source code comes from: selected fields, never the job's configuration itself.

Freestyle jobs export them as JSON. Pipelines do not: there ``config.xml`` is read, which may hold
credentials anywhere, so only named elements are taken from it. Its header says XML 1.1, which
allows character references that the parser, an XML 1.0 one, does not.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from clients.errors import UnavailableError
from clients.jenkins.paths import Place
from clients.jenkins.reader import JenkinsReader, JsonObject
from clients.masking import mask_free_text

TREE = (
    "_class,scm[_class,branches[name],userRemoteConfigs[name,url,refspec,credentialsId]],"
    "property[_class]"
)
MOST_BYTES = 2 * 2**20
NO_SOURCE = "NullSCM"
_HEADER = re.compile(rb"^\s*<\?xml[^>]*\?>")
# Allowed in XML 1.1, not in 1.0: references to control characters.
_CONTROL = re.compile(rb"&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));")


async def job_scm(jenkins: JenkinsReader, job: Place) -> JsonObject:
    """Return ``sources`` (class, urls, branches, credentialsId), ``scriptPath``, ``inline``."""
    found = await jenkins.get_json(job, TREE)
    if configs := (found.get("scm") or {}).get("userRemoteConfigs"):
        return {"sources": [_of_json(found["scm"], configs)], "scriptPath": "", "inline": False}
    config = await jenkins.get_text(job, ("config.xml",), MOST_BYTES)
    return projection(config)


def projection(config: bytes) -> JsonObject:
    """Take from ``config.xml`` what says where source code comes from."""
    root = _parsed(config)
    definition = root.find("definition")
    sources = [_of_xml(each) for each in _sources(root)]
    return {
        "sources": [each for each in sources if each["class"] not in ("", NO_SOURCE)],
        "scriptPath": _text(root, ".//scriptPath"),
        "inline": definition is not None and definition.find("script") is not None,
    }


def _parsed(config: bytes) -> Element:
    text = _CONTROL.sub(b"", _HEADER.sub(b"", config, count=1))
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as garbled:
        raise UnavailableError(
            "The job's configuration cannot be read: it is not the XML that Jenkins writes."
        ) from garbled
    return root


def _sources(root: Element) -> Iterator[Element]:
    """Yield the source of a job, of each branch source, of a Pipeline's script."""
    for path in (".//scm", ".//source", ".//navigators/*"):
        yield from root.findall(path)


def _of_json(scm: JsonObject, configs: list[JsonObject]) -> JsonObject:
    return {
        "class": _short(str(scm.get("_class") or "")),
        "urls": [str(each.get("url")) for each in configs],
        "branches": [str(each.get("name")) for each in scm.get("branches") or []],
        "credentialsId": next(
            (str(c["credentialsId"]) for c in configs if c.get("credentialsId")), ""
        ),
    }


def _of_xml(source: Element) -> JsonObject:
    owner, repository = _text(source, "repoOwner"), _text(source, "repository")
    urls = [_words(each) for each in source.findall(".//userRemoteConfigs//url")]
    urls += [_text(source, name) for name in ("remote", "repositoryUrl", "serverUrl", "apiUri")]
    return {
        "class": _short(source.get("class") or source.tag),
        "urls": [url for url in urls if url],
        "branches": [_words(each) for each in source.findall(".//branches//name")],
        "repository": "/".join(filter(None, (owner, repository))),
        "credentialsId": _text(source, ".//credentialsId"),
    }


def _text(element: Element, path: str) -> str:
    return _words(element.find(path))


def _words(element: Any) -> str:
    return mask_free_text((element.text or "").strip()) if element is not None else ""


def _short(name: str) -> str:
    return name.rpartition(".")[2]
