"""What a release's values hold is not shown in a preview or a comparison either.

A chart may render any value anywhere, into a ConfigMap or into the reason why it fails, and a
caller may bring a chart that does so on purpose.
"""

from collections.abc import Sequence
from dataclasses import replace

from clients.helm.executable import Outcome
from clients.helm.release import Release
from clients.helm.releases import Releases
from clients.kubernetes import KubernetesWriter


async def hide(
    releases: Releases, writing: KubernetesWriter, known_to: Sequence[Release | None]
) -> None:
    """Mask in the journal what the releases know to be secret."""
    journal = writing.journal
    for each in filter(None, (release.placeholders for release in known_to if release)):
        journal.notes[:] = [each.shown(note) for note in journal.notes]
    for release in filter(None, known_to):
        journal.changes[:], journal.notes[:] = await releases.shown(
            release,
            lambda secrecy: (
                [
                    replace(
                        each,
                        before=secrecy.anything(each.before),
                        after=secrecy.anything(each.after),
                    )
                    for each in journal.changes
                ],
                [secrecy.anything(note) for note in journal.notes],
            ),
        )


async def discreet(releases: Releases, outcome: Outcome, last: Release | None) -> Outcome:
    """Return the outcome of a rendering, its reason without the release's secrets."""
    if last is None or not outcome.reason:
        return outcome
    reason = await releases.shown(last, lambda secrecy: secrecy.text(outcome.reason))
    refusals = await releases.shown(last, lambda s: [s.text(each) for each in outcome.refusals])
    return replace(outcome, reason=reason, refusals=refusals)
