"""helm's reasons as sentences: who, what, where, and what to do about it.

Read are the texts of helm 3.20 to 4.2. One that is not known is passed on, masked, without helm's
wrappings.
"""

import re
from collections.abc import Callable

import orjson

from clients.errors import ForbiddenError, InvalidError, UnavailableError
from clients.helm.executable import Outcome, Target
from clients.helm.planning.plan import WAY_OUT
from clients.helm.release import Release

_WRAPPINGS = re.compile(
    r"^(?:(?:INSTALLATION|UPGRADE|ROLLBACK) FAILED: |uninstall: |release name check failed: )+"
)
# Advice about a command line that nobody here has.
_ADVICE = re.compile(r"\s*^Use --debug flag to render out invalid YAML$", re.MULTILINE)
_OBJECT = re.compile(r"conflict occurred while applying object (\S+) (\S+), Kind=(\w+): ")
_OWNER = re.compile(r'conflicts? with "([^"]+)"(?: with subresource "[^"]+")?(?: using [^:]+)?:')
_FIELD = re.compile(r"(\.[a-zA-Z][^\s&]*(?:\[[^\]]*\][^\s&]*)*)")
_FOREIGN = re.compile(
    r'(\w+) "([^"]+)" in namespace "([^"]*)" exists and cannot be imported into the current release'
    r"(?s:.*)"
)
# helm waits to the end for what it may not look at, whose status then is unknown.
_DENIED = re.compile(r"forbidden|Forbidden|Not allowed|status: Unknown")
# helm updates nothing but its records, and when that is refused may only log it.
_UNRECORDED = re.compile(r'lacks "update" on')
_STOPPED = {
    "deadline": "helm did not end in time and was told to stop",
    "cancelled": "the call was cancelled, and helm told to stop",
    "shutdown": "the server is being stopped, and helm was told to stop",
}
_TYPED = re.compile(
    r"cannot unmarshal (\w+) into Go struct field (?:\w+\.)?([\w.]+) of type "
    r"(?:\*|\[\]|\w+\.)*(\w+)"
)
_TYPES = {"string": "text", "bool": "true or false", "array": "a list", "object": "a mapping"}
_SCHEMA = "don't meet the specifications of the schema"
_HIDDEN_FROM_SCHEMA = (
    "Stored secrets are hidden from a chart that is only rendered, and its schema may refuse what "
    "stands for them: give these values in the call to try them."
)
_MISSING_CHARTS = re.compile(r"found in Chart.yaml, but missing in charts/ directory: (.*)")


def reason_of(outcome: Outcome, target: Target) -> str:
    """Return why helm failed; empty when it did not."""
    if not outcome.reason:
        return ""
    said = _ADVICE.sub("", _WRAPPINGS.sub("", outcome.reason))
    if is_denied(outcome):
        return _denials(outcome)[-1]
    for found, told in _KNOWN:
        if match := found.search(said):
            return told(match, said, target)
    return f"{_STOPPED[outcome.stopped]} ({said})" if outcome.stopped else said


def rendered(outcome: Outcome, target: Target) -> Release:
    """Return the release that a dry run has printed; raises its reason where it has none."""
    if outcome.reason:
        reason = reason_of(outcome, target)
        if outcome.placeholders and _SCHEMA in reason:
            reason += f"\n{_HIDDEN_FROM_SCHEMA}"
        raise (ForbiddenError if is_denied(outcome) else InvalidError)(reason)
    try:
        record = orjson.loads(outcome.output)
    except ValueError as garbled:
        raise UnavailableError(
            f"helm printed no release for {target}, or one too large."
        ) from garbled
    return Release(record, size=len(outcome.output), placeholders=outcome.placeholders)


def is_denied(outcome: Outcome) -> bool:
    """Whether helm failed for want of a permission, the API server's or the operator's."""
    return bool(_DENIED.search(outcome.reason) and _denials(outcome))


def unrecorded(outcome: Outcome) -> str:
    """Return the refusal for which helm's record is not what has become of the release."""
    return next((each for each in _denials(outcome) if _UNRECORDED.search(each)), "")


def _denials(outcome: Outcome) -> list[str]:
    return [each for each in outcome.refusals if each.startswith("Not allowed")]


def _in_use(_: "re.Match[str]", __: str, target: Target) -> str:
    return f"{target} exists already. Use helm_upgrade, or another release_name."


def _locked(_: "re.Match[str]", __: str, target: Target) -> str:
    return (
        f"another operation on {target} is running (helm's lock). Wait for its end, which "
        "helm_status shows, and call again."
    )


def _not_deployed(_: "re.Match[str]", __: str, target: Target) -> str:
    return (
        f"{target} has no deployed revision: it is uninstalled, or its install never succeeded. "
        "helm_history shows its revisions; helm_rollback brings one back, helm_uninstall clears it."
    )


def _faster(_: "re.Match[str]", __: str, target: Target) -> str:
    return f"another operation on {target} was faster by a moment. Look at helm_status first."


def _conflict(_: "re.Match[str]", said: str, __: Target) -> str:
    """Name fields and owners of every object that somebody else has set."""
    told = []
    parts = _OBJECT.split(said)
    for where, _version, kind, text in zip(*(parts[n::4] for n in (1, 2, 3, 4)), strict=True):
        name = where.rpartition("/")[2]
        told.append(f"{kind.lower()}/{name}: {'; '.join(_owners(text))}")
    return f"conflict: {'. '.join(told) or said}. {WAY_OUT}"


def _owners(text: str) -> list[str]:
    pieces = _OWNER.split(text)
    owners: dict[str, list[str]] = {}
    for owner, fields in zip(pieces[1::2], pieces[2::2], strict=True):
        owners.setdefault(owner, []).extend(_FIELD.findall(fields.split(" && ")[0]))
    return [f'"{owner}" owns {", ".join(fields)}' for owner, fields in owners.items()]


def _foreign(match: "re.Match[str]", _: str, target: Target) -> str:
    kind, name, namespace = match.group(1, 2, 3)
    where = f' in namespace "{namespace}"' if namespace else ""
    return (
        f'{kind.lower()} "{name}"{where} exists and does not belong to this release. Delete it, '
        "let the chart name its own differently, or give it to the release: label "
        "app.kubernetes.io/managed-by=Helm, annotations "
        f"meta.helm.sh/release-name={target.name} and "
        f"meta.helm.sh/release-namespace={target.namespace}."
    )


def _nowhere(match: "re.Match[str]", _: str, __: Target) -> str:
    return (
        f'there is no namespace "{match[1]}". helm_install makes it with create_namespace=true, '
        "where the server may get, create and patch namespaces."
    )


def _incomplete(match: "re.Match[str]", _: str, __: Target) -> str:
    return f"the chart's archive lacks charts that it depends on: {match[1]}."


def _mistyped(match: "re.Match[str]", _: str, __: Target) -> str:
    is_, field, wanted = match.groups()
    quoted = is_ in ("number", "bool") and wanted == "string"
    hint = (
        "; what only looks like one has to be quoted in the chart or its values" if quoted else ""
    )
    return f"the chart renders {field} as {_type(is_)} where {_type(wanted)} belongs{hint}."


def _type(name: str) -> str:
    return _TYPES.get(name, "a mapping" if name.startswith("map") else f"a {name}")


Told = Callable[["re.Match[str]", str, Target], str]
_KNOWN: tuple[tuple["re.Pattern[str]", Told], ...] = (
    (re.compile(r"cannot re-?use a name that is still in use"), _in_use),
    (re.compile(r"another operation \(install/upgrade/rollback\) is in progress"), _locked),
    (re.compile(r"has no deployed releases"), _not_deployed),
    (re.compile(r'secrets "sh\.helm\.release\.v1\.\S+" already exists'), _faster),
    (_OBJECT, _conflict),
    (_FOREIGN, _foreign),
    (_MISSING_CHARTS, _incomplete),
    (_TYPED, _mistyped),
    (re.compile(r'namespaces "(\S+)" not found'), _nowhere),
)
