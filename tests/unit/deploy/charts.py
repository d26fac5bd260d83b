"""The chart rendered by helm, as objects."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

CHART = Path(__file__).parents[3] / "deploy" / "chart"
HELM = shutil.which("helm")

needs_helm = pytest.mark.skipif(not HELM, reason="no helm for this platform")


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(HELM), *arguments], check=False, capture_output=True, text=True, timeout=60
    )


def rendered(*values: str) -> list[dict[str, Any]]:
    """Return the objects that an installation with these values makes."""
    sets = [word for each in values for word in ("--set-json", each)]
    done = helm("template", "skyflo", str(CHART), "--namespace", "shop", *sets)
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def refused(*values: str) -> str:
    """Return why these values are not accepted."""
    sets = [word for each in values for word in ("--set-json", each)]
    done = helm("template", "skyflo", str(CHART), *sets)
    assert done.returncode != 0, "the values were accepted"
    return done.stderr


def of_kind(objects: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each for each in objects if each["kind"] == kind]


def one(objects: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    [found] = of_kind(objects, kind)
    return found
