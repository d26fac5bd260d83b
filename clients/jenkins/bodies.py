"""Bodies of answers, taken in pieces of a bounded size whatever the far side says or packs."""

import zlib
from collections.abc import AsyncIterator, Iterator

import httpx

from clients.errors import UnavailableError

PIECE_BYTES = 2**15


async def pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the decoded body; a small compressed piece never becomes a large one at once."""
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "", "gzip"):
        raise UnavailableError("Jenkins answered in an encoding that was not asked for.")
    unpacker = zlib.decompressobj(wbits=31) if packing == "gzip" else None
    async for raw in response.aiter_raw(PIECE_BYTES):
        if unpacker is None:
            yield raw
            continue
        for piece in _unpacked(unpacker, raw):
            yield piece


def _unpacked(unpacker: "zlib._Decompress", raw: bytes) -> Iterator[bytes]:
    """Unpack one raw piece, only as far as it is asked for."""
    while True:
        try:
            piece = unpacker.decompress(raw, PIECE_BYTES)
        except zlib.error as garbled:
            raise UnavailableError(
                "Jenkins answered with something that cannot be unpacked."
            ) from garbled
        yield piece
        raw = unpacker.unconsumed_tail
        if not raw and len(piece) < PIECE_BYTES:
            return


async def first_bytes(response: httpx.Response, most: int) -> bytes:
    """Return at most ``most`` bytes of the decoded body; the rest is not read."""
    kept: list[bytes] = []
    left = most
    async for piece in pieces(response):
        kept.append(piece[:left])
        left -= len(kept[-1])
        if left <= 0:
            break
    return b"".join(kept)
