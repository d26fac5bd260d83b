"""What a wait waits for: kubectl wait's ``--for`` read, judged on an object, said in words.

Follows kubectl's ``pkg/cmd/wait``. Beyond it: ``rollout``, and a bare condition type (``Ready``).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.render import JsonObject
from tools.render.jsonpath import Finder, finder
from tools.render.rollout import rollout_progress, rollout_state
from tools.render.sprint import sprint

ACCEPTED = (
    "a condition type (Ready, Available=false), delete, create, rollout or "
    "jsonpath={.status.phase}=Running"
)
MOST_SHOWN = 10
_WORDS = ("create", "delete", "rollout")
_CONDITION = re.compile(r"(?:condition=)?(?P<type>[A-Za-z][\w./-]*)(?:=(?P<status>\w+))?")
_SINGLE_EQUALS = re.compile(r"(?<![=!<>])=(?!=)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an object is as awaited; ``text`` says what is missing, or why it never will be."""

    met: bool
    text: str = ""
    hopeless: bool = False


@dataclass(frozen=True, slots=True)
class Awaited:
    """What is awaited of each object; ``form`` is create, delete, rollout or state."""

    form: str
    shown: str
    judge: Callable[[JsonObject], Verdict]


def awaited(text: str) -> Awaited:
    """Read what to wait for; ValueError, one sentence, for what is neither form."""
    word = text.strip()
    if word.lower() in _WORDS:
        return Awaited(word.lower(), word.lower(), _JUDGES[word.lower()])
    if word.startswith("jsonpath="):
        return Awaited("state", word, _by_path(word.removeprefix("jsonpath=")))
    if found := _CONDITION.fullmatch(word):
        wanted = found["type"], found["status"] or "true"
        return Awaited("state", word, lambda obj: _condition(obj, *wanted))
    raise ValueError(f"accepted: {ACCEPTED}")


def _created(_: JsonObject) -> Verdict:
    return Verdict(met=True)


def _deleted(obj: JsonObject) -> Verdict:
    metadata = obj["metadata"]
    if not metadata.get("deletionTimestamp"):
        return Verdict(met=False, text="is there; nobody has deleted it")
    finalizers = ", ".join(metadata.get("finalizers") or ())
    held = f", held by finalizers: {finalizers}" if finalizers else ""
    return Verdict(met=False, text=f"is being deleted since {metadata['deletionTimestamp']}{held}")


def _rolled_out(workload: JsonObject) -> Verdict:
    state = rollout_state(workload)
    said = state.sentence if state.failed else rollout_progress(workload)
    return Verdict(state.done, "" if state.done else said, hopeless=state.failed)


_JUDGES: Mapping[str, Callable[[JsonObject], Verdict]] = {
    "create": _created,
    "delete": _deleted,
    "rollout": _rolled_out,
}


def _condition(obj: JsonObject, wanted_type: str, wanted_status: str) -> Verdict:
    """Compare without case; a condition from before the present generation does not count."""
    status = obj.get("status") or {}
    conditions = status.get("conditions") or ()
    found = next((each for each in conditions if _is(each, wanted_type)), None)
    if found and (verdict := _judged(obj, found, wanted_status)).met:
        return verdict
    if wanted_status.lower() == "true" and (ended := _ended(obj, wanted_type)):
        return Verdict(met=False, text=ended, hopeless=True)
    if found:
        return verdict
    known = ", ".join(str(each.get("type")) for each in conditions)
    return Verdict(met=False, text=f"has no condition {wanted_type} (it has: {known or 'none'})")


def _is(condition: JsonObject, wanted_type: str) -> bool:
    return str(condition.get("type", "")).lower() == wanted_type.lower()


def _ended(obj: JsonObject, wanted_type: str) -> str:
    """Say that a pod or job has ended in a way that rules the condition out; kubectl waits on."""
    status = obj.get("status") or {}
    if obj["kind"] == "Pod" and status.get("phase") in ("Failed", "Succeeded"):
        return f"has ended: {status['phase']}" if wanted_type.lower().endswith("ready") else ""
    if obj["kind"] != "Job":
        return ""
    rules_out = {"complete": "Failed", "failed": "Complete"}.get(wanted_type.lower(), "")
    for condition in status.get("conditions") or ():
        if condition.get("type") == rules_out and condition.get("status") == "True":
            return ": ".join(filter(None, (f"has ended: {rules_out}", condition.get("message"))))
    return ""


def _judged(obj: JsonObject, condition: JsonObject, wanted_status: str) -> Verdict:
    status = str(condition.get("status", ""))
    observed = condition.get("observedGeneration", _observed_generation(obj))
    generation = obj["metadata"].get("generation")
    if None not in (observed, generation) and observed < generation:
        return Verdict(met=False, text=f"{condition['type']} is of an older generation")
    if status.lower() == wanted_status.lower():
        return Verdict(met=True)
    why = ": ".join(filter(None, (condition.get("reason"), condition.get("message"))))
    return Verdict(
        met=False, text=f"{condition['type']} is {status}" + (f" ({why})" if why else "")
    )


def _observed_generation(obj: JsonObject) -> Any:
    return (obj.get("status") or {}).get("observedGeneration")


def _by_path(text: str) -> Callable[[JsonObject], Verdict]:
    path, value = _split(text)
    find = finder(path.strip("'\""))

    def judge(obj: JsonObject) -> Verdict:
        return _compared(find, obj, value)

    return judge


def _split(text: str) -> tuple[str, str | None]:
    """Split at the one ``=`` that stands alone: ``==`` belongs to a filter of the path."""
    alone = _SINGLE_EQUALS.search(text)
    if alone is None:
        return text, None
    path, value = text[: alone.start()], text[alone.end() :].strip("'\"")
    if not value:
        raise ValueError("jsonpath needs a value after the equal sign")
    return path, value


def _compared(find: Finder, obj: JsonObject, wanted: str | None) -> Verdict:
    found: Sequence[Any] = find(obj)
    if not found:
        return Verdict(met=False, text="the path leads to nothing")
    if len(found) > 1:
        return Verdict(met=False, text="the path leads to more than one value", hopeless=True)
    if wanted is None:
        return Verdict(met=True)
    if isinstance(found[0], dict | list):
        return Verdict(met=False, text="the path leads to an object or a list", hopeless=True)
    value = sprint(found[0])
    return Verdict(value.strip() == wanted.strip(), f'is "{value}"')


def progress_of(wanted: Awaited, verdicts: Iterable[Verdict]) -> str:
    """Say it in figures: ``Ready: 2 of 3``."""
    each = list(verdicts)
    if wanted.form == "delete":
        return f"delete: {len(each)} left"
    return f"{wanted.shown}: {sum(verdict.met for verdict in each)} of {len(each)}"


def condition_met(names: Iterable[str]) -> str:
    """Print kubectl wait's lines."""
    return "\n".join(f"{name} condition met" for name in names)


def unmet(wanted: Awaited, verdicts: Mapping[str, Verdict], seconds: int, shown: str) -> str:
    """Say of each object that is not as awaited what it lacks; first what never will be."""
    lacking = {name: each for name, each in verdicts.items() if not each.met}
    hopeless = any(each.hopeless for each in lacking.values())
    waited = f" after {seconds} s" if seconds and not hopeless else ""
    what = f"{wanted.shown} {'cannot be met' if hopeless else 'not met'}{waited}"
    if not verdicts:
        return f"{what}: {shown} is not there."
    if len(verdicts) > 1:
        what += f" ({len(verdicts) - len(lacking)} of {len(verdicts)} met)"
    first = sorted(lacking.items(), key=lambda item: not item[1].hopeless)[:MOST_SHOWN]
    lines = [f"{name}: {each.text}" for name, each in first]
    if (more := len(lacking) - MOST_SHOWN) > 0:
        lines.append(f"… and {more} more")
    return "\n".join([f"{what}:", *lines])
