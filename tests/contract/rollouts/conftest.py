"""Leaves out what needs a real cluster unless it is asked for with ``-m e2e``."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests of this folder that are marked e2e."""
    if config.option.markexpr:
        return
    marked = [
        each for each in items if HERE in each.path.parents and each.get_closest_marker("e2e")
    ]
    if marked:
        config.hook.pytest_deselected(items=marked)
        items[:] = [each for each in items if each not in marked]
