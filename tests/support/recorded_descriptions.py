"""Descriptions by kubectl, recorded with ``record_described.py``, and ours of the same objects."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tools.render.describe import Related, describe

DATA = Path(__file__).parents[1] / "unit/tools/render/describe/data"


@dataclass(frozen=True)
class Recording:
    """An object as it was read, what was read beside it, and what kubectl said about it then."""

    name: str
    obj: dict[str, Any]
    related: Related
    now: datetime
    kubectl: str

    def described(self) -> str:
        """Describe the same object with the same knowledge at the same time."""
        return describe(self.obj, self.related, self.now)

    def __str__(self) -> str:
        return self.name


def recording(name: str) -> Recording:
    """Read one recording: ``recording("services/web")``."""
    seen = json.loads((DATA / f"{name}.json").read_text())
    related = Related(**seen["related"])
    text = (DATA / f"{name}.txt").read_text()
    return Recording(name, seen["object"], related, datetime.fromisoformat(seen["now"]), text)


def recordings(folder: str, *, but: str = "") -> list[Any]:
    """Give every recording of a folder as a test parameter, but those whose names begin so."""
    names = sorted(path.stem for path in (DATA / folder).glob("*.json"))
    wanted = [name for name in names if not (but and name.startswith(but))]
    assert wanted, f"nothing was recorded in {folder}"
    return [pytest.param(recording(f"{folder}/{name}"), id=name) for name in wanted]


def with_lines(text: str, *, before: str, added: str) -> str:
    """Give a text with lines added before the one that begins so."""
    head, found, tail = text.partition(f"\n{before}")
    assert found, f"no line begins with {before!r}"
    return f"{head}\n{added}{before}{tail}"
