"""What a release's values hold is not shown in a preview or a comparison either.

A chart may render any value anywhere, into a ConfigMap or into the reason why it fails, and a
caller may bring a chart that does so on purpose.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from clients.errors import InvalidError
from clients.helm.charts import Chart
from clients.helm.executable import Outcome, Target
from clients.helm.operations.source import MOST_VALUES_BYTES, Source, parsed_values
from clients.helm.release import Release
from clients.helm.releases import Releases
from clients.helm.secrecy import Secrecy
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


async def discreet(
    releases: Releases, outcome: Outcome, known_to: Sequence[Release | None]
) -> Outcome:
    """Return the outcome of a rendering, its reason without the releases' secrets."""
    if not outcome.reason:
        return outcome
    reason, *refusals = await masked(releases, [outcome.reason, *outcome.refusals], known_to)
    return replace(outcome, reason=reason, refusals=refusals)


async def masked(
    releases: Releases, texts: Sequence[str], known_to: Sequence[Release | None]
) -> Sequence[str]:
    """Return texts without what the releases know to be secret."""
    for release in filter(None, known_to):
        texts = await releases.shown(release, partial(_masked, texts))
    return texts


def _masked(texts: Sequence[str], secrecy: Secrecy) -> Sequence[str]:
    return [secrecy.text(text) for text in texts]


async def of_call(target: Target, source: Source, chart: Chart) -> Release:
    """Return what a call itself gives away, as a release that nobody has written down yet."""
    defaults = await asyncio.to_thread(_defaults, chart)
    return Release(
        {
            "name": target.name,
            "namespace": target.namespace,
            "config": source.parsed,
            "chart": {"metadata": {"name": chart.name}, "values": defaults},
        }
    )


def _defaults(chart: Chart) -> dict[str, Any]:
    """Return a chart's own values; none where they are no mapping: helm will say so."""
    text = chart.values_text
    if not text.strip() or len(text) > MOST_VALUES_BYTES:
        return {}
    try:
        return parsed_values(text)
    except InvalidError:
        return {}
