"""A release's record taken apart within bounds: nothing that somebody wrote into it is believed."""

import base64
import gzip
import time
import tracemalloc
from typing import Any

import orjson
import pytest

from clients.helm import records
from clients.helm.records import UnreadableRecordError, decoded
from tests.support.helm_releases import a_release, packed

MIB = 2**20


def test_a_record_is_unpacked_from_both_layers_of_base64() -> None:
    record = a_release("web", 3)
    once = packed(record)
    assert decoded({"release": once}, layers=1) == record
    twice = base64.b64encode(once.encode()).decode()
    assert decoded({"release": twice}, layers=2) == record


def test_a_record_from_before_helm_packed_them_is_plain_json() -> None:
    record = a_release("web", 3)
    plain = base64.b64encode(orjson.dumps(record)).decode()
    assert decoded({"release": plain}, layers=1) == record


def refused(release: Any) -> str:
    with pytest.raises(UnreadableRecordError) as refusal:
        decoded({"release": release}, layers=1)
    return str(refusal.value)


def zipped(text: bytes) -> str:
    return base64.b64encode(gzip.compress(text)).decode()


@pytest.mark.parametrize(
    ("release", "why"),
    [
        (None, "it is empty"),
        ("", "it is empty"),
        (7, "it is empty"),
        ("%%%", "it is not base64"),
        (base64.b64encode(b"\x1f\x8b\x08 and then nothing of it").decode(), "it is not gzip"),
        (base64.b64encode(gzip.compress(b"{}" * 99)[:-12]).decode(), "it is cut off"),
        (zipped(b"hello"), "it is not JSON"),
        (zipped(b"[1]"), "it is no object"),
        (zipped(b'{"info": "text"}'), 'its field "info" is not an object'),
        (zipped(b'{"chart": {"metadata": []}}'), 'its field "metadata" is not an object'),
        (zipped(b'{"version": "1"}'), 'its field "version" is not a number'),
        (zipped(b'{"hooks": [1]}'), "its hooks are no objects"),
        (zipped(b'{"info": {"notes": {}}}'), 'its field "notes" is not text'),
        (zipped(b'{"config": ' + b'{"a":' * 150 + b"1" + b"}" * 151), "nested deeper than 100"),
        (zipped(b'{"config": ' + b"[" * 90_000), "it is not JSON"),
    ],
)
def test_what_helm_would_not_write_is_refused_in_words(release: Any, why: str) -> None:
    assert why in refused(release)


def test_a_text_may_have_as_many_commas_as_it_likes() -> None:
    """Dashboards are kept as JSON inside of manifests: commas in a text are no values."""
    record = a_release("web", manifest='{"a":[1,2],\\}' * 200_000)
    assert decoded({"release": packed(record)}, layers=1) == record


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b" " * (256 * MIB), "it unpacks to more than 16 MiB"),
        (b'{"config": {"a": [' + b"{}," * (5 * MIB), "more than 500,000 values"),
        (b'{"config": "' + b',\\"' * (5 * MIB) + b"\\", "it is not JSON"),
    ],
    ids=["256 MiB of nothing", "millions of small values", "a text that never ends"],
)
def test_a_bomb_is_refused_before_it_takes_memory_or_time(text: bytes, why: str) -> None:
    bomb = zipped(text)
    del text
    tracemalloc.start()
    begun = time.perf_counter()
    try:
        assert why in refused(bomb)
        assert tracemalloc.get_traced_memory()[1] < 13 * records.MOST_BYTES
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - begun < 10
