"""What a chart says in a real run, vouched for by a rendering that got no secrets.

There a chart has the true values, of Secrets by ``lookup`` and of the last release, and may say
them in its notes or in the reason why it fails, in forms that no masking knows. So where it had
any, it is rendered again as in a preview, as of before the run; what it says then is shown instead.
What it has put into its objects in one rendering only is taken out of what helm, the API server and
the pods say of them.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import orjson

from clients import errors
from clients.helm.executable import Access, Before, HelmExecutable, Outcome, Target, arguments
from clients.helm.executable.arguments import Words
from clients.helm.executable.version import Version
from clients.helm.operations.decoding import decoded
from clients.helm.operations.following import Trouble
from clients.helm.operations.reasons import rendered
from clients.helm.release import Release
from clients.helm.releases import Releases
from clients.helm.secrecy import Secrecy

SECONDS = 8.0
WITHHELD = "the chart's message is withheld, as it may carry what it read from Secrets."
WITHHELD_WORDS = "(withheld, as its command may carry what the chart read from Secrets)"
_NOTES = "NOTES:\n"
_SHORTEST = 4
_APART = r"\s\"'`,:;=(){}\[\]<>"
_WORD = re.compile(rf"[^{_APART}]{{4,}}")
_PIECE = re.compile(rf"(?<![^{_APART}\\])[^{_APART}\\]{{1,3}}(?![^{_APART}\\])")


@dataclass(frozen=True, slots=True)
class Vouching:
    """One run: how helm was called, and whether it used values that the release has kept."""

    releases: Releases
    executable: HelmExecutable
    target: Target
    words: Callable[[Version], Words]
    given: bytes | None
    before: int
    reuses: bool = False

    async def __call__(self, outcome: Outcome) -> "Vouched":
        """Say what of a run may be told."""
        speaks = outcome.reason or _NOTES in outcome.output
        if not speaks or not (outcome.read_secrets or await self._kept_secrets()):
            return Vouched(outcome)
        again = await self._again()
        if not outcome.reason:
            return Vouched(_with_notes(outcome, _notes(again, self.target)))
        made = await self._made() if outcome.changes else None
        if made is None:
            return Vouched(_with_reason(outcome, again))
        return _telling(outcome, made, again, self.target)

    async def _kept_secrets(self) -> bool:
        """Whether the last release's values were used, and hold secrets."""
        if not self.before or (self.given is not None and not self.reuses):
            return False
        try:
            last = await self.releases.revision(
                self.target.namespace, self.target.name, self.before
            )
            return await self.releases.shown(last, lambda secrecy: bool(secrecy.known.all()))
        except errors.ClientError:
            return True

    async def _again(self) -> Outcome | None:
        """Render as a preview does, with the records as they were before."""
        try:
            async with asyncio.timeout(SECONDS):
                outcome = await self.executable.run(
                    lambda version: arguments.tried(self.words(version)),
                    self.target,
                    Access.READING,
                    given=self.given,
                    before=Before(self.target.name, self.before),
                )
        except (errors.ClientError, TimeoutError):
            return None
        return None if outcome.stopped else outcome

    async def _made(self) -> Release | None:
        """Return the revision that the run has made, if it is still there."""
        where = self.target.namespace, self.target.name
        try:
            return await self.releases.revision(*where, self.before + 1)
        except errors.ClientError:
            return None


@dataclass(frozen=True, slots=True)
class Vouched:
    """What may be told; ``telling`` is what a chart has made with secrets only, None: unknown."""

    outcome: Outcome
    telling: frozenset[str] | None = frozenset()

    async def troubles(
        self, found: Sequence[Trouble], releases: Releases, known_to: Sequence[Release | None]
    ) -> Sequence[Trouble]:
        """Return what holds objects up without what is known, or may be, of secrets."""
        told: Sequence[Trouble] = [self._trouble(each) for each in found]
        for release in filter(None, known_to):
            told = await releases.shown(release, partial(_masked, told))
        return told

    def _trouble(self, trouble: Trouble) -> Trouble:
        held = trouble.held_up
        about = orjson.dumps([trouble.obj, [*held.pods]]).decode()
        if self.telling is None or any(each in about for each in self.telling):
            evidence = dict.fromkeys(held.evidence, WITHHELD_WORDS)
            trouble = replace(trouble, held_up=replace(held, evidence=evidence))
        return _mapped(trouble, partial(_without, self.telling or frozenset()))


def _telling(outcome: Outcome, made: Release, again: Outcome | None, target: Target) -> Vouched:
    """Compare what was made with what is made without secrets."""
    try:
        plain = rendered(again, target) if again else None
        pieces = _pieces(made) - _pieces(plain) if plain else set()
        found = _words_of(made) - _words_of(plain) if plain else set()
    except errors.ClientError:
        plain = None
    if plain is None or _pieces_of(outcome) & pieces:
        return Vouched(replace(outcome, reason=WITHHELD, refusals=()), None)
    masked = outcome.fit("\n".join(found)).split("\n")
    telling = frozenset(each for each in (*found, *masked) if len(each) >= _SHORTEST)
    reason, *refusals = (_without(telling, each) for each in (outcome.reason, *outcome.refusals))
    return Vouched(replace(outcome, reason=reason, refusals=refusals), telling)


def _pieces_of(outcome: Outcome) -> set[str]:
    """Return what is said that is too short to be taken out: a secret may come in pieces."""
    return {each for said in (outcome.reason, *outcome.refusals) for each in _PIECE.findall(said)}


def _pieces(release: Release) -> set[str]:
    return {each for text in _manifests(release) for each in _PIECE.findall(text)}


def _manifests(release: Release) -> Sequence[str]:
    """Return manifests as written and as read, for the API server quotes what escapes stand for."""
    hooks = (str(hook.get("manifest") or "") for hook in release.hooks)
    return [form for text in (release.manifest, *hooks) for form in (text, decoded(text))]


def _words_of(release: Release) -> set[str]:
    """Return everything that may be quoted of a release's objects: words, and whole values."""
    found: set[str] = set()
    for text in _manifests(release):
        found.update(_WORD.findall(text))
        values = (line.partition(": ")[2].strip("\"' ") for line in text.splitlines())
        found.update(value for value in values if len(value) >= _SHORTEST)
    return found


def _with_reason(outcome: Outcome, again: Outcome | None) -> Outcome:
    """Nothing was made: the chart has failed, or helm has found out before."""
    if again is None or not again.reason:
        return replace(outcome, reason=WITHHELD, refusals=())
    return replace(outcome, reason=again.reason, refusals=again.refusals)


def _with_notes(outcome: Outcome, notes: str) -> Outcome:
    printed = outcome.output.partition(_NOTES)[0]
    return replace(outcome, output=f"{printed}{_NOTES}{notes}")


def _notes(again: Outcome | None, target: Target) -> str:
    try:
        if again is not None and (notes := rendered(again, target).notes):
            return again.placeholders.shown(notes) if again.placeholders else notes
    except errors.ClientError:
        pass
    return WITHHELD


def _without(telling: frozenset[str], text: str) -> str:
    """Take out what tells; not what is left of it where something was masked already."""
    telling -= {"<redacted>"}
    for each in sorted((each for each in telling if each in text), key=len, reverse=True):
        text = text.replace(each, "<redacted>")
    return text


def _masked(troubles: Sequence[Trouble], secrecy: Secrecy) -> Sequence[Trouble]:
    return [_mapped(each, secrecy.anything) for each in troubles]


def _each_text(node: Any, change: Callable[[str], str]) -> Any:
    match node:
        case str():
            return change(node)
        case list():
            return [_each_text(each, change) for each in node]
        case dict():
            return {key: _each_text(each, change) for key, each in node.items()}
    return node


def _mapped(trouble: Trouble, change: Callable[[str], str]) -> Trouble:
    """Change what pods and programs say."""
    held = trouble.held_up
    changed = replace(
        held,
        pods=[_each_text(pod, change) for pod in held.pods],
        evidence={name: change(text) for name, text in held.evidence.items()},
        warnings=[change(text) for text in held.warnings],
    )
    return replace(trouble, held_up=changed)
