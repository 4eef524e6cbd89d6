"""Pictures of relying parties: the head of a file says what it is, and how large.

Only the head is read, nothing is unpacked: a small file that unpacks to millions of pixels
is refused by what its head says, and browsers believe the same head.
Sources: PNG §5.2, §11.2.2; JPEG ITU T.81 §B.1.1, §B.2.2; WebP RFC 9649 §2.
"""

from collections.abc import Callable
from typing import Final

from idp.clients.domain import Picture, PictureKind
from idp.clients.errors import PictureRefused

LIMIT_BYTES: Final = 128 * 1024
MOST_PIXELS: Final = 1024
"""On each side."""

_PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_JPEG: Final = b"\xff\xd8\xff"
_MARK: Final = 0xFF
# Start of frame of every coding; C4, C8 and CC are tables and reserved.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LARGE_FIELDS: Final = 14
_LOSSY_START: Final = b"\x9d\x01\x2a"
_LOSSLESS_START: Final = 0x2F

Size = tuple[int, int]


def picture_is_one(body: bytes) -> Picture:
    """OIDC Registration §2: ``logo_uri`` references an image; ours: of pixels, and small.

    By its first bytes: what the other side calls it counts for nothing.

    Raises:
        PictureRefused: too many bytes or pixels, another format, or a broken head.
    """
    if len(body) > LIMIT_BYTES:
        raise PictureRefused("bytes")
    kind, size = _kind(body)
    try:
        width, height = size(body)
    except IndexError as cause:
        raise PictureRefused("head") from cause
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise PictureRefused("pixels")
    return Picture(kind=kind, width=width, height=height, body=body)


def _kind(body: bytes) -> tuple[PictureKind, Callable[[bytes], Size]]:
    if body.startswith(_PNG):
        return PictureKind.PNG, _png
    if body.startswith(_JPEG):
        return PictureKind.JPEG, _jpeg
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return PictureKind.WEBP, _webp
    raise PictureRefused("format")


def _png(body: bytes) -> Size:
    return _big(body, 16, 4), _big(body, 20, 4)


def _jpeg(body: bytes) -> Size:
    """ITU T.81 §B.2.2: the frame header has height, then width; segments lead to it."""
    at = 2
    while True:
        if body[at] != _MARK:
            raise PictureRefused("head")
        marker = body[at + 1]
        if marker == _MARK:  # fill, ITU T.81 §B.1.1.2
            at += 1
        elif marker in _FRAMES:
            return _big(body, at + 7, 2), _big(body, at + 5, 2)
        else:
            at += 2 + _big(body, at + 2, 2)


def _webp(body: bytes) -> Size:
    """RFC 9649 §2.5 to §2.7: the first chunk is one of three."""
    chunk = body[12:16]
    if chunk == b"VP8X":
        return _little(body, 24, 3) + 1, _little(body, 27, 3) + 1
    if chunk == b"VP8L" and body[20] == _LOSSLESS_START:
        fields = _little(body, 21, 4)
        mask = (1 << _LARGE_FIELDS) - 1
        return (fields & mask) + 1, (fields >> _LARGE_FIELDS & mask) + 1
    if chunk == b"VP8 " and body[23:26] == _LOSSY_START:
        mask = (1 << _LARGE_FIELDS) - 1
        return _little(body, 26, 2) & mask, _little(body, 28, 2) & mask
    raise PictureRefused("head")


def _big(body: bytes, at: int, size: int) -> int:
    return int.from_bytes(_part(body, at, size), "big")


def _little(body: bytes, at: int, size: int) -> int:
    return int.from_bytes(_part(body, at, size), "little")


def _part(body: bytes, at: int, size: int) -> bytes:
    if len(body) < at + size:
        raise PictureRefused("head")
    return body[at : at + size]
