"""Carry an operation out: helm runs, its objects are followed, a failure is explained."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from clients import errors
from clients.helm.executable import Access, HelmExecutable, Manner, Outcome, Target
from clients.helm.executable.arguments import Words
from clients.helm.executable.version import Version
from clients.helm.operations.following import Following, Tell, Trouble
from clients.helm.operations.hiding import masked
from clients.helm.operations.locks import GOOD
from clients.helm.operations.reasons import is_denied, reason_of, unrecorded
from clients.helm.operations.vouching import Vouched, Vouching
from clients.helm.release import Release
from clients.helm.releases import Releases
from clients.kubernetes import KubernetesReader

# Beyond helm's own --timeout: to start, to render, to write the record.
MARGIN_SECONDS = 8.0
# Since the call began; helm's end, its grace and the reason of it fit into what a tool has left.
LONGEST_SECONDS = 276.0
LEAST_SECONDS = 5.0
EXPLAINING_SECONDS = 8.0
NOTES = "NOTES:"


@dataclass(frozen=True, slots=True)
class Tools:
    """What every operation uses; ``began`` is when the call came, on the event loop's clock."""

    releases: Releases
    executable: HelmExecutable
    reader: KubernetesReader
    began: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    def seconds_for(self, manner: Manner) -> float:
        """Give helm its own time-out, twice when it may have to roll back, as far as time is."""
        waits = 2 if manner.rollback_on_failure else 1
        spent = asyncio.get_running_loop().time() - self.began
        wanted = manner.timeout * waits + MARGIN_SECONDS
        return max(LEAST_SECONDS, min(LONGEST_SECONDS - spent, wanted))


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an operation; ``status`` is the release's after it, empty without a release.

    ``text`` is what helm printed, ``reason`` why it failed (empty when it did not), both masked.
    ``good_revision`` is the last that had succeeded before; ``waited`` helm's time-out in seconds;
    ``denied``: a permission is missing. ``unread``: why the status is not known.
    """

    verb: str
    target: Target
    text: str
    reason: str
    status: str = ""
    revision: int = 0
    changes: int = 0
    good_revision: int = 0
    waited: int = 0
    denied: bool = False
    troubles: Sequence[Trouble] = field(default=())
    unread: str = ""


async def carry_out(
    tools: Tools,
    verb: str,
    target: Target,
    words: Callable[[Version], Words],
    manner: Manner,
    before: int,
    tell: Tell,
    known_to: Sequence[Release | None],
    given: bytes | None = None,
) -> Done:
    """Run helm; ``before`` is the revision that the release has now, 0 without one.

    What the releases of ``known_to`` know to be secret is masked, with what the new one knows.
    """
    following = Following(
        tools.releases, tools.reader, target, verb, remembers=manner.rollback_on_failure
    )
    looking = asyncio.create_task(following.follow(before, tell))
    try:
        outcome = await tools.executable.run(
            words, target, Access.CHANGING, given=given, seconds=tools.seconds_for(manner)
        )
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    vouched = Vouched(outcome)
    if verb in ("install", "upgrade"):  # no chart is rendered for the others
        vouching = Vouching(
            tools.releases, tools.executable, target, words, given, before, manner.reuse_values
        )
        vouched = await vouching(outcome)
    done = await _done(tools, verb, target, vouched, following, before, known_to)
    return replace(done, waited=manner.timeout)


async def _done(
    tools: Tools,
    verb: str,
    target: Target,
    vouched: Vouched,
    following: Following,
    before: int,
    known_to: Sequence[Release | None],
) -> Done:
    outcome = vouched.outcome
    state = await _state(tools, target, before)
    last = state.last
    troubles: Sequence[Trouble] = ()
    if outcome.reason and outcome.changes:
        troubles = await _troubles(following, last, before)
        troubles = await vouched.troubles(troubles, tools.releases, [*known_to, last])
    why, denied, note = _refused(outcome, target, state)
    text, reason = await masked(tools.releases, [outcome.printed, why], [*known_to, last])
    shown = _without_notes(text, target, state.unread) if state.unread else text
    return Done(
        verb,
        target,
        f"{shown}\nNote: {note}" if note else shown,
        reason,
        _status(verb, outcome, state),
        last.version if last else 0,
        outcome.changes,
        state.good,
        denied=denied,
        troubles=troubles,
        unread=state.unread,
    )


def _refused(outcome: Outcome, target: Target, state: "_State") -> tuple[str, bool, str]:
    """Say why it failed, and whether for want of a permission; else what was refused beside it."""
    reason, refusal = reason_of(outcome, target), unrecorded(outcome)
    if reason or not refusal:
        return reason, is_denied(outcome), ""
    if state.last is not None and state.last.pending:
        return refusal, True, ""
    return "", False, refusal


@dataclass(frozen=True, slots=True)
class _State:
    """The release as it is now, and the last revision that was good; or why it is not known."""

    last: Release | None = None
    good: int = 0
    unread: str = ""


async def _state(tools: Tools, target: Target, before: int) -> _State:
    """Read what there is after helm's end; good are revisions up to ``before`` only."""
    try:
        async with asyncio.timeout(EXPLAINING_SECONDS):
            last = await tools.releases.last(target.namespace, target.name)
            states = await tools.releases.states(target.namespace, target.name)
    except errors.ClientError as refusal:
        return _State(unread=str(refusal))
    except TimeoutError:
        return _State(unread=f"no answer within {EXPLAINING_SECONDS:g} s.")
    good = [each.version for each in states if each.status in GOOD and each.version <= before]
    return _State(last, good[-1] if good else 0)


def _status(verb: str, outcome: Outcome, state: _State) -> str:
    """Return the release's status; one whose records went with it is uninstalled."""
    if state.last is not None:
        return state.last.status
    done = verb == "uninstall" and not outcome.reason and not state.unread
    return "uninstalled" if done else ""


def _without_notes(text: str, target: Target, why: str) -> str:
    """Leave out what a chart may have put secrets into that only the record would tell."""
    printed, notes, _ = text.partition(f"\n{NOTES}")
    if not notes:
        return text
    return (
        f"{printed}\n{NOTES} left out, for the release's record, by which the secrets in them are "
        f'known, cannot be read: {why} helm_status(release_name="{target.name}", '
        f'namespace="{target.namespace}", notes=true) shows them once it can.'
    )


async def _troubles(following: Following, last: Release | None, before: int) -> Sequence[Trouble]:
    if last is None or last.version <= before or following.seen:
        return following.seen
    try:
        async with asyncio.timeout(EXPLAINING_SECONDS):
            return await following.troubles(last)
    except (errors.ClientError, TimeoutError):
        return ()
