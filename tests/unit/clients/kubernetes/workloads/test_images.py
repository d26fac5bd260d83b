"""Pairs of container and image, as people and models write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.errors import InvalidError
from clients.kubernetes.workloads.images import image_pairs

NAMES = st.from_regex(r"\A[a-z0-9]([-a-z0-9]{0,8}[a-z0-9])?\Z")
IMAGES = st.from_regex(
    r"\A[a-z0-9][a-z0-9._/-]{0,20}(:[A-Za-z0-9_.-]{1,9})?(@sha256:[0-9a-f]{4})?\Z"
)


@given(pairs=st.dictionaries(NAMES, IMAGES, min_size=1, max_size=4), mark=st.sampled_from(", ;"))
def test_pairs_are_read_back_from_either_mark(pairs: dict[str, str], mark: str) -> None:
    written = mark.join(f"{name}={image}" for name, image in pairs.items())
    if mark == ";" and len(pairs) > 1:
        with pytest.raises(InvalidError):
            image_pairs(written)
    else:
        assert image_pairs(written) == pairs


@given(text=st.text(max_size=60))
def test_whatever_is_written_is_pairs_or_refused(text: str) -> None:
    try:
        pairs = image_pairs(text)
    except InvalidError:
        return
    for name, image in pairs.items():
        assert f"{name}={image}" in text
        assert image[0].isalnum()
        assert not {" ", ",", "\n", "="} & {*image}


def test_a_registry_with_a_port_and_a_digest_are_part_of_the_image() -> None:
    image = "registry.example.com:5000/shop/web:1.2@sha256:abcd"
    assert image_pairs(f"web={image}") == {"web": image}


@pytest.mark.parametrize("image", ["web\x1b[31m", "web`id`", "web:ª", "web$(id)", 'web"'])
def test_what_no_reference_to_an_image_holds_is_refused(image: str) -> None:
    with pytest.raises(InvalidError, match="no name=image"):
        image_pairs(f"web={image}")
