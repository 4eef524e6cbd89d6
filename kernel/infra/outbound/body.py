"""Reading the body of a reply without believing what it says about itself."""

import zlib
from typing import Final

from urllib3.response import HTTPResponse

from kernel.infra.outbound.failures import OutboundGarbled, OutboundTooLarge

_CHUNK: Final = 65536
_GZIP: Final = 16 + zlib.MAX_WBITS


def read_body(response: HTTPResponse, limit_bytes: int) -> bytes:
    """Read and unpack a body of at most ``limit_bytes``, packed and unpacked.

    Raises:
        OutboundTooLarge: it says it is larger, or is.
        OutboundGarbled: it is packed otherwise than by gzip, or does not unpack.
    """
    _says_it_fits(response, limit_bytes)
    packed = bytearray()
    while chunk := response.read(_CHUNK, decode_content=False):
        packed += chunk
        if len(packed) > limit_bytes:
            raise OutboundTooLarge("the answer is larger than it may be")
    return _unpacked(response, bytes(packed), limit_bytes)


def _says_it_fits(response: HTTPResponse, limit_bytes: int) -> None:
    """RFC 9110 §8.6: refuse by Content-Length already, where one was understood."""
    if (response.length_remaining or 0) > limit_bytes:
        raise OutboundTooLarge("the answer says that it is larger than it may be")


def _unpacked(response: HTTPResponse, packed: bytes, limit_bytes: int) -> bytes:
    """RFC 9110 §8.4: we accept gzip and identity, so nothing else is understood."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding == "identity" or not packed:
        return packed
    if coding not in ("gzip", "x-gzip"):
        raise OutboundGarbled("packed in a way we did not accept")
    return _gunzipped(packed, limit_bytes)


def _gunzipped(packed: bytes, limit_bytes: int) -> bytes:
    """Unpack one gzip member, never making more than the limit and one byte of it."""
    gzip = zlib.decompressobj(_GZIP)
    try:
        body = gzip.decompress(packed, limit_bytes + 1)
    except zlib.error:
        raise OutboundGarbled("not gzip, though it says so") from None
    if len(body) > limit_bytes:
        raise OutboundTooLarge("the answer unpacks to more than it may be")
    if not gzip.eof or gzip.unused_data:
        raise OutboundGarbled("gzip that ends early or late")
    return body
