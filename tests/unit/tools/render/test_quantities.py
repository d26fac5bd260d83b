"""Quantities are read, added and printed as resource.Quantity does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.render.quantities import (
    Format,
    Quantity,
    mebibytes,
    millicores,
    parse,
    percentage,
    whole,
)


# The expected texts are those of Quantity.String.
@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("0", "0"),
        ("0Gi", "0"),
        ("1", "1"),
        ("0.1", "100m"),
        (".5", "500m"),
        ("1.5", "1500m"),
        ("1.500", "1.500"),
        ("1000m", "1"),
        ("1000", "1k"),
        ("1500000", "1500k"),
        ("5M", "5M"),
        ("1E", "1E"),
        ("0.0000000001", "1n"),
        ("123456789n", "123456789n"),
        ("-5m", "-5m"),
        ("1024Ki", "1Mi"),
        ("1025Ki", "1025Ki"),
        ("1.5Gi", "1536Mi"),
        ("1023Mi", "1023Mi"),
        ("0.5Ki", "512"),
        ("0.1Ki", "102400m"),
        ("16Ei", "9223372036854775807"),
        ("1e3", "1e3"),
        ("12e4", "120e3"),
        ("1e-3", "1e-3"),
        ("1E3", "1E3"),
    ],
)
def test_a_quantity_is_printed_in_the_notation_it_was_written_in(written: str, printed: str):
    assert str(parse(written)) == printed


@pytest.mark.parametrize("text", ["", "m", "1.2.3", "1mi", "1 Gi", "Gi", "0x10", "1e", "one", "+"])
def test_what_is_no_quantity_is_refused(text: str):
    with pytest.raises(ValueError, match="is not a quantity"):
        parse(text)


@pytest.mark.parametrize(
    ("addends", "total"),
    [
        (["100m", "1"], "1100m"),
        (["500m", "500m"], "1"),
        (["1Gi", "2Gi"], "3Gi"),
        (["512Mi", "1Gi"], "1536Mi"),
        (["1Gi", "1G"], "2073741824"),
        (["0", "64Mi"], "64Mi"),
        (["1.500", "0"], "1500m"),
    ],
)
def test_a_sum_is_exact_and_takes_the_first_notation(addends: list[str], total: str):
    added = parse(addends[0])
    for addend in addends[1:]:
        added += parse(addend)
    assert str(added) == total


@pytest.mark.parametrize(
    ("quantity", "thousandths"),
    [("10123456n", 11), ("1", 1000), ("1500m", 1500), (2, 2000), (0.25, 250), ("-1500u", -2)],
)
def test_millicores_are_rounded_up(quantity: str | float, thousandths: int):
    assert millicores(quantity) == thousandths


def test_cpu_of_containers_is_added_before_it_is_rounded():
    assert millicores(parse("10123456n") + parse("5m")) == 16


@pytest.mark.parametrize(
    ("quantity", "amount"), [("5632Ki", 5), ("1Gi", 1024), ("1048575", 0), ("128974848", 123)]
)
def test_mebibytes_are_cut_off(quantity: str, amount: int):
    assert mebibytes(quantity) == amount


def test_whole_units_are_rounded_up():
    assert [whole("110"), whole("1500m"), whole("2Ki")] == [110, 2, 2048]


@pytest.mark.parametrize(
    ("part", "of", "percent"), [(1500, 4000, 37), (29, 100, 28), (3, 2, 150), (1, 0, 0)]
)
def test_percent_are_cut_off(part: int, of: int, percent: int):
    assert percentage(part, of) == percent


@settings(deadline=None)  # a busy machine is no failure
@given(st.integers(-(10**15), 10**15), st.sampled_from(Format))
def test_a_printed_quantity_reads_back_the_same(nanos: int, notation: Format):
    assert parse(str(Quantity(nanos, notation))).nanos == nanos
