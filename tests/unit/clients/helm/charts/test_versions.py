"""Constraints as helm reads them; the end-to-end tests compare more of them with helm itself."""

import pytest

from clients.errors import InvalidError
from clients.helm.charts.versions import Constraint, newest_first, parsed

THERE = [
    *[
        "0.0.1",
        "0.2.3",
        "0.2.9",
        "0.3.0",
        "1.0.0-a",
        "1.0.0",
        "1.2.3",
        "1.3.0",
        "2.0.0-rc.1",
        "2.0.0",
        "11.1.0",
    ],
]


@pytest.mark.parametrize(
    ("constraint", "allowed"),
    [
        ("1.2.3", "1.2.3"),
        ("=1.2", "1.2.3"),
        ("1", "1.0.0 1.2.3 1.3.0"),
        ("1.x", "1.0.0 1.2.3 1.3.0"),
        ("^0.2.3", "0.2.3 0.2.9"),
        ("^0", "0.0.1 0.2.3 0.2.9 0.3.0"),
        ("^1.2", "1.2.3 1.3.0"),
        ("~1.2", "1.2.3"),
        ("~0.0.0", "0.0.1 0.2.3 0.2.9 0.3.0 1.0.0 1.2.3 1.3.0 2.0.0 11.1.0"),
        (">1", "2.0.0 11.1.0"),
        (">1.2", "1.3.0 2.0.0 11.1.0"),
        ("<=1", "0.0.1 0.2.3 0.2.9 0.3.0 1.0.0 1.2.3 1.3.0"),
        ("!=1.2.3, <2, >=1", "1.0.0 1.3.0"),
        (">=1.2 <2 || 11.x", "1.2.3 1.3.0 11.1.0"),
        ("1.2 - 1.3", "1.2.3 1.3.0"),
        (">=2.0.0-0", "2.0.0-rc.1 2.0.0 11.1.0"),
        ("2.0.0-rc.1", "2.0.0-rc.1"),
        ("^*", ""),
    ],
)
def test_a_constraint_allows_what_helm_allows(constraint: str, allowed: str) -> None:
    checked = Constraint(constraint)
    assert [each for each in THERE if checked.allows(parsed(each))] == allowed.split()


@pytest.mark.parametrize(
    "text", ["", "foo", ">>1", "1..2", "1.2.3.4", "1 ||", "--devel", ">=1.0.0-01", "x" * 300]
)
def test_what_is_no_constraint_is_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="neither a version nor a constraint such as"):
        Constraint(text)


def test_versions_are_sorted_as_semantic_ones() -> None:
    there = ["1.9.0", "odd", "v1.10", "1.10.0-rc.2", "1.10.0-rc.10"]
    assert newest_first(there) == ["v1.10", "1.10.0-rc.10", "1.10.0-rc.2", "1.9.0", "odd"]
