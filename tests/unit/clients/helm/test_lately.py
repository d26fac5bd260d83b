"""Records read lately: as many as there is room for, the oldest make room."""

from clients.helm.lately import MOST_CHARACTERS, Lately

HALF = {"release": "x" * (MOST_CHARACTERS // 2)}
ONE, TWO, THREE = (("uid", version) for version in "123")


def test_the_record_not_asked_for_longest_makes_room() -> None:
    lately = Lately()
    lately.keep(ONE, HALF)
    lately.keep(TWO, HALF)
    assert lately.get(ONE) == HALF
    lately.keep(THREE, HALF)
    assert [lately.get(key) for key in (ONE, TWO, THREE)] == [HALF, None, HALF]


def test_one_that_is_kept_again_takes_no_more_room() -> None:
    lately = Lately()
    for _ in range(3):
        lately.keep(ONE, HALF)
    lately.keep(TWO, HALF)
    assert lately.get(ONE) == lately.get(TWO) == HALF


def test_what_has_no_room_or_no_version_is_not_kept() -> None:
    lately = Lately()
    lately.keep(ONE, {"release": "x" * (MOST_CHARACTERS + 1)})
    lately.keep(("uid", ""), HALF)
    assert lately.get(ONE) is None
    assert lately.get(("uid", "")) is None
