"""The pinned packages: complete, the same for running and testing, and without addresses."""

import re
import tomllib
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads(Path("pyproject.toml").read_text())["project"]
ASKED_FOR = {
    "run": PROJECT["dependencies"],
    "dev": [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]],
}


def blocks(kind: str) -> list[str]:
    """Return each pin of constraints/<kind>.txt with the lines of its hashes."""
    return re.split(r"\n(?=\S)", Path("constraints", f"{kind}.txt").read_text().strip())


def pins(kind: str) -> dict[str, Requirement]:
    """Return the pins by their names."""
    found = [Requirement(re.split(r" [\\;]", block)[0]) for block in blocks(kind)]
    return {canonicalize_name(each.name): each for each in found}


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_every_requirement_is_pinned_to_a_version_it_allows(kind: str) -> None:
    pinned = pins(kind)
    for requirement in map(Requirement, ASKED_FOR[kind]):
        (version,) = pinned[canonicalize_name(requirement.name)].specifier
        assert version.version in requirement.specifier


def test_what_is_asked_for_with_extras_is_pinned_with_them() -> None:
    """pip 23 takes the newest ``coverage[toml]`` where only ``coverage`` is pinned."""
    pinned = pins("dev")
    for pin in pinned.values():
        for asked in what_it_asks_for(pin):
            assert asked.extras <= pinned[canonicalize_name(asked.name)].extras, f"{pin}: {asked}"


def what_it_asks_for(pin: Requirement) -> list[Requirement]:
    """Return what an installed package requires here; nothing of those for other platforms."""
    with suppress(PackageNotFoundError):
        asked = [Requirement(each) for each in requires(pin.name) or []]
        return [each for each in asked if applies(each, pin.extras)]
    return []


def applies(asked: Requirement, extras: set[str]) -> bool:
    return not asked.marker or any(asked.marker.evaluate({"extra": each}) for each in {"", *extras})


def test_the_tests_run_on_the_packages_that_the_server_runs_on() -> None:
    assert set(blocks("run")) <= set(blocks("dev"))


@pytest.mark.parametrize("kind", ["run", "dev", "helm"])
def test_constraints_name_no_address(kind: str) -> None:
    assert "://" not in Path("constraints", f"{kind}.txt").read_text()


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_every_pin_has_hashes(kind: str) -> None:
    assert [block for block in blocks(kind) if "--hash=sha256:" not in block] == []
