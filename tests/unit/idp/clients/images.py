"""Images to try with: a whole PNG, and heads of every kind that say any size."""

import struct
import zlib


def png(width: int = 64, height: int = 64, colour: bytes = b"\x1a\x5f\xb4") -> bytes:
    """Return a whole image of one colour (PNG §5, §11.2)."""
    row = b"\x00" + colour * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(row * height)
    chunks = ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def png_head(width: int, height: int) -> bytes:
    """Return the head of an image that unpacks to any size."""
    return png(1, 1)[:16] + struct.pack(">II", width, height) + b"\x08\x02\x00\x00\x00"


def jpeg(width: int = 64, height: int = 48, frame: int = 0xC0) -> bytes:
    """Return the head of an image: APP0, a table, then the frame (ITU T.81 §B.2)."""
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\x00" + b"\x00" * 9
    table = b"\xff\xff\xc4" + struct.pack(">H", 4) + b"\x00\x00"
    said = struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\x00" * 9
    return b"\xff\xd8" + app + table + bytes((0xFF, frame)) + said


def webp_lossy(width: int = 64, height: int = 48) -> bytes:
    """RFC 9649 §2.5."""
    return _riff(b"VP8 ", b"\x00" * 3 + b"\x9d\x01\x2a" + struct.pack("<HH", width, height))


def webp_lossless(width: int = 64, height: int = 48) -> bytes:
    """RFC 9649 §2.6, §3.4."""
    return _riff(b"VP8L", b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14))


def webp_extended(width: int = 64, height: int = 48) -> bytes:
    """RFC 9649 §2.7."""
    sides = b"".join((side - 1).to_bytes(3, "little") for side in (width, height))
    return _riff(b"VP8X", b"\x00" * 4 + sides)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def _chunk(kind: bytes, said: bytes) -> bytes:
    sum_of = zlib.crc32(kind + said)
    return struct.pack(">I", len(said)) + kind + said + struct.pack(">I", sum_of)


def _riff(kind: bytes, said: bytes) -> bytes:
    chunk = kind + struct.pack("<I", len(said)) + said
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk
