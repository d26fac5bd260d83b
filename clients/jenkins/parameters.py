"""A job's parameters: what it takes, and values checked against that before anything is sent.

Jenkins itself ignores an unknown name, takes ``yes`` for false, and answers a choice that is none
with an internal error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from clients.errors import InvalidError
from clients.jenkins.reader import JsonObject
from clients.kubernetes.names import shown
from clients.kubernetes.writer import MASKED
from clients.masking import mask_free_text, names_a_secret
from clients.suggestions import did_you_mean

_DEFINITIONS = (
    "parameterDefinitions[_class,name,type,description,choices,defaultParameterValue[name,value]]"
)
TREE = f"property[{_DEFINITIONS}],actions[{_DEFINITIONS}]"
# Fields of Jenkins' own in the form that starts a build; a parameter of such a name goes as JSON.
RESERVED = frozenset({"delay", "token", "cause", "json", "Jenkins-Crumb", ".crumb", "Submit"})
KEEPS_DEFAULT = "<DEFAULT>"
MOST_BYTES = 2**20
_SECRET_KINDS = ("password", "credentials")
_TEXT_KINDS = ("string", "text", "password", "run", "credentials")


@dataclass(frozen=True, slots=True)
class Definition:
    """One parameter: ``kind`` is ``string``, ``choice`` and so on, or a plugin's class name."""

    name: str
    kind: str
    description: str
    choices: Sequence[str]
    default: Any

    @property
    def secret(self) -> bool:
        """Whether its values are not to be shown."""
        return self.kind in _SECRET_KINDS or names_a_secret(self.name)


def definitions(job: JsonObject) -> list[Definition]:
    """Return a job's parameters in their order, from its JSON with the fields of ``TREE``."""
    for holder in [*(job.get("property") or []), *(job.get("actions") or [])]:
        if found := (holder or {}).get("parameterDefinitions"):
            return [_definition(each) for each in found]
    return []


def _definition(each: JsonObject) -> Definition:
    kind = str(each.get("type") or each.get("_class") or "").rpartition(".")[2]
    short = kind.removesuffix("ParameterDefinition")
    known = short.lower() in (*_TEXT_KINDS, "boolean", "choice", "file")
    return Definition(
        str(each.get("name")),
        short.lower() if known else kind,
        str(each.get("description") or ""),
        [str(choice) for choice in each.get("choices") or []],
        (each.get("defaultParameterValue") or {}).get("value"),
    )


def checked(defined: Sequence[Definition], given: Mapping[str, Any]) -> dict[str, str]:
    """Return the values as the form takes them; refuse everything that is wrong, in one go."""
    by_name = {each.name: each for each in defined}
    wrong: list[str] = []
    values: dict[str, str] = {}
    for name, value in given.items():
        if name not in by_name:
            wrong.append(f"there is no {shown(name)}.{did_you_mean(name, by_name)}".rstrip("."))
        elif value is not None:
            try:
                values[name] = _value(by_name[name], value)
            except ValueError as problem:
                wrong.append(f"{shown(name)} {problem}")
    if wrong:
        takes = ", ".join(by_name) or "none"
        raise InvalidError(
            f"Parameters not accepted: {'; '.join(wrong)}. The job takes: {takes}. "
            "Nothing was started."
        )
    _check_size(values)
    return values


def _value(defined: Definition, value: Any) -> str:
    """Spell one value; raises ValueError with what is wrong with it."""
    if MASKED.search(str(value).encode("utf-8", "replace")):
        raise ValueError("is a masked value of an earlier answer, not the real one")
    match defined.kind:
        case "file":
            raise ValueError("is a file, which cannot be sent from here")
        case "boolean":
            return _boolean(value)
        case "choice":
            return _choice(defined, _text(value))
        case kind if kind in _TEXT_KINDS:
            return _text(value)
    return ",".join(_text(each) for each in value) if isinstance(value, list) else _text(value)


def _boolean(value: Any) -> str:
    text = str(value).lower()
    if text not in ("true", "false"):
        raise ValueError(f"is {shown(str(value))}, not true or false")
    return text


def _choice(defined: Definition, text: str) -> str:
    if text not in defined.choices:
        if defined.secret:
            raise ValueError("is not one of its choices, which are hidden")
        choices = ", ".join(defined.choices[:50])
        raise ValueError(f"is {shown(text)}, not one of: {choices}")
    return text


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        raise ValueError("is text, not a list or an object")  # noqa: TRY004 - of the value
    text = str(value).lower() if isinstance(value, bool) else str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("is not text that can be sent") from None
    return text


def _check_size(values: Mapping[str, str]) -> None:
    if sum(len(value.encode()) for value in values.values()) > MOST_BYTES:
        raise InvalidError("The parameters are larger than 1 MiB. Nothing was started.")


def needs_json(defined: Sequence[Definition]) -> bool:
    """Whether a parameter has a name that Jenkins' form has for something else."""
    return any(each.name in RESERVED for each in defined)


def json_form(defined: Sequence[Definition], values: Mapping[str, str]) -> dict[str, str]:
    """Return the form that names every value in JSON; it takes no defaults, so they are sent."""
    parameters = []
    for each in defined:
        default = KEEPS_DEFAULT if each.kind == "password" else each.default
        value: Any = values.get(each.name, default)
        if each.kind == "boolean" and isinstance(value, str):
            value = value == "true"
        if value is not None:
            parameters.append({"name": each.name, "value": value})
    return {"json": orjson.dumps({"parameter": parameters}).decode()}


def told(defined: Sequence[Definition], values: Mapping[str, str]) -> str:
    """Say the values for a person, without those that are secret."""
    secret = {each.name for each in defined if each.secret}
    return ", ".join(
        f"{name}=<hidden>" if name in secret else f"{name}={_short(value)}"
        for name, value in values.items()
    )


def _short(value: str) -> str:
    text = mask_free_text(value)
    return text if len(text) <= 200 and text.isprintable() else shown(text)
