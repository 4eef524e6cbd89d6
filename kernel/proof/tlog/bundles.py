"""Entry bundles: the entries behind one tile of level 0."""

from collections.abc import Sequence
from typing import Final

from kernel.proof.tlog.errors import EntryTooLarge, TileMalformed
from kernel.proof.tlog.tiles import TILE_WIDTH

ENTRY_LIMIT_BYTES: Final = 65_535
_LENGTH_BYTES: Final = 2


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Join 1 to 256 entries, each behind its big-endian uint16 length.

    Raises:
        EntryTooLarge: an entry has more than 65,535 bytes.
        TileMalformed: no entry, or more than 256.

    Source: C2SP tlog-tiles, "Log Entries".
    """
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise TileMalformed(detail="a bundle has 1 to 256 entries")
    return b"".join(_framed(entry) for entry in entries)


def _framed(entry: bytes) -> bytes:
    if len(entry) > ENTRY_LIMIT_BYTES:
        raise EntryTooLarge
    return len(entry).to_bytes(_LENGTH_BYTES, "big") + entry


def decode_bundle(content: bytes, width: int = TILE_WIDTH) -> tuple[bytes, ...]:
    """Return the ``width`` entries of a bundle.

    Raises:
        TileMalformed: bytes are missing or left over.
    """
    entries: list[bytes] = []
    at = 0
    for _ in range(width):
        begin = at + _LENGTH_BYTES
        end = begin + int.from_bytes(content[at:begin], "big")
        if end > len(content) or begin > len(content):
            raise TileMalformed(detail="bundle too short")
        entries.append(content[begin:end])
        at = end
    if at != len(content):
        raise TileMalformed(detail="bundle too long")
    return tuple(entries)
