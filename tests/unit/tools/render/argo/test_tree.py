"""The plugin's header, tree and list, for what a real controller made.

Recorded by ``tests/support/argo_recording/record.py``: the plugin was shown each of these moments.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tools.argo.standing import standing_of
from tools.render.argo.header import header
from tools.render.argo.listing import rollout_table
from tools.render.argo.tree import Family, tree

MOMENTS = json.loads((Path(__file__).parent / "data" / "trees.json").read_text())
NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
each = pytest.mark.parametrize(
    "moment", [pytest.param(m, id=f"{n}-{m['name']}") for n, m in enumerate(MOMENTS)]
)


def family_of(moment: dict[str, Any]) -> Family:
    plurals = ("replicasets", "pods", "experiments", "analysisruns")
    return Family(moment["rollouts"][0], *(moment[plural] for plural in plurals))


def when_asked(moment: dict[str, Any]) -> datetime:
    """Work out when the plugin was asked, from the age that it printed of the rollout."""
    [root] = [line for line in moment["said"]["tree"].splitlines() if line.startswith("⟳")]
    parts = re.fullmatch(r"(?:(\d+)m)?(?:(\d+)s)?", root.split()[-1])
    assert parts, root
    minutes, seconds = (int(part or 0) for part in parts.groups())
    made = datetime.fromisoformat(moment["rollouts"][0]["metadata"]["creationTimestamp"])
    return made + timedelta(minutes=minutes, seconds=seconds)


@each
def test_header_and_tree_are_the_plugins(moment: dict[str, Any]) -> None:
    family, now = family_of(moment), when_asked(moment)
    standing = standing_of(family.rollout, now, family.replica_sets)
    ours = [*header(family, standing), "", *tree(family, standing, now)]
    assert ours == [line.rstrip() for line in moment["said"]["tree"].splitlines()]


@each
def test_the_row_of_a_list_is_the_plugins(moment: dict[str, Any]) -> None:
    [rollout] = moment["rollouts"]
    rows = rollout_table([(rollout, standing_of(rollout, NOW))], with_namespace=False)
    assert rows == [line.rstrip() for line in moment["said"]["list"].splitlines()]


def test_of_very_many_pods_the_first_hundred_are_drawn() -> None:
    [moment] = [m for m in MOMENTS if m["name"] == "plain"][:1]
    family = family_of(moment)
    [pod, *_] = family.pods
    many = [{**pod, "metadata": {**pod["metadata"], "name": f"pod-{n:03}"}} for n in range(130)]
    crowd = Family(family.rollout, family.replica_sets, many)
    lines = tree(crowd, standing_of(family.rollout, NOW), NOW)
    assert sum("□" in line for line in lines) == 100
    assert any("… 30 more pods" in line for line in lines)
