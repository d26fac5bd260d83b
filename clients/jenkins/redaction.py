"""Jenkins' JSON without credentials, whatever part of it was asked for.

Beyond what is masked of a Kubernetes object, people write into a Jenkins where they please:
descriptions, causes, commit messages. So every text is looked at. A parameter's value goes by its
name; a ``tree`` may have left the name out, and then nobody knows what the value is: it is masked.
"""

import re
from typing import Any

from clients.masking import Masking, mask_free_text, mask_text, names_a_secret

JsonObject = dict[str, Any]

# Where parameters keep what they were given, or would be.
_HELD = ("value", "defaultValue", "defaultParameterValue", "choices")
_SECRET_CLASS = re.compile(r"(?:Password|Credentials|Secret)\w*Parameter(?:Value|Definition)$")
# What tools are told to find a thing by: a job may well be called `rotate-token=prod`.
_IDENTIFIERS = ("_class", "name", "fullName")
_DESCRIBING = (*_IDENTIFIERS, "type", "description")
_USER_OF_URL = re.compile(r"(https?://)[^\s/@?#]+@")
_ASSIGNMENT = re.compile(r"([\w.-]+)=")
_DONE = "<redacted "


def redacted(found: JsonObject, masking: Masking) -> JsonObject:
    """Mask what Jenkins said, in place, and return it."""
    masking.mask({"jenkins": found})  # under a key of its own: it is no Kubernetes object
    _walk(found, masking)
    return found


def _walk(node: Any, masking: Masking) -> None:
    if isinstance(node, list):
        for index, each in enumerate(node):
            node[index] = _told("", each, masking)
        return
    if any(key in node for key in _HELD) and _holds_a_secret(node):
        node.update({key: _hidden(node[key], masking) for key in _HELD if key in node})
    for key, each in node.items():
        node[key] = _told(key, each, masking)


def _told(key: str, value: Any, masking: Masking) -> Any:
    if isinstance(value, str):
        return _text(key, value, masking)
    if isinstance(value, dict | list):
        _walk(value, masking)
    return value


def _text(key: str, text: str, masking: Masking) -> str:
    if key in _IDENTIFIERS:
        return mask_text(text)
    if key.isupper() and names_a_secret(key):  # an environment, name by name
        return str(_hidden(text, masking))
    if key == "params":
        text = _parameters(text)
    text = mask_free_text(text)
    return _USER_OF_URL.sub(r"\1<redacted>@", text) if "@" in text else text


def _holds_a_secret(node: JsonObject) -> bool:
    name, kind = node.get("name"), node.get("_class")
    if isinstance(kind, str) and _SECRET_CLASS.search(kind):
        return True
    return not isinstance(name, str) or names_a_secret(name)


def _hidden(value: Any, masking: Masking) -> Any:
    """Mask a value, or every one in it; nothing and yes and no are no secrets."""
    match value:
        case bool() | None | "":
            return value
        case str() if value.startswith(_DONE):
            return value
        case list():
            return [_hidden(each, masking) for each in value]
        case dict():
            return {k: v if k in _DESCRIBING else _hidden(v, masking) for k, v in value.items()}
    return masking.masked(str(value).encode())


def _parameters(text: str) -> str:
    """Mask the queue's ``A=1``, a line each: a value goes on until the next name."""
    lines: list[str] = []
    secret = False
    for line in text.split("\n"):
        if named := _ASSIGNMENT.match(line):
            secret = names_a_secret(named[1])
            lines.append(f"{named[0]}<redacted>" if secret else line)
        elif not secret:
            lines.append(line)
    return "\n".join(lines)
