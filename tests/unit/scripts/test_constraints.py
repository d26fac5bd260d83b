"""The pinned packages: complete, the same for running and testing, and without addresses."""

import re
import tomllib
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


def versions(kind: str) -> dict[str, str]:
    pins = (block.split()[0].partition("==") for block in blocks(kind))
    return {canonicalize_name(name): version for name, _, version in pins}


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_every_requirement_is_pinned_to_a_version_it_allows(kind: str) -> None:
    pinned = versions(kind)
    for requirement in map(Requirement, ASKED_FOR[kind]):
        assert pinned[canonicalize_name(requirement.name)] in requirement.specifier


def test_the_tests_run_on_the_packages_that_the_server_runs_on() -> None:
    assert set(blocks("run")) <= set(blocks("dev"))


@pytest.mark.parametrize("kind", ["run", "dev", "helm"])
def test_constraints_name_no_address(kind: str) -> None:
    assert "://" not in Path("constraints", f"{kind}.txt").read_text()


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_every_pin_has_hashes(kind: str) -> None:
    assert [block for block in blocks(kind) if "--hash=sha256:" not in block] == []
