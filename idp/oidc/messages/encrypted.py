"""Encrypted request objects on the wire: the envelope, and what is written on it."""

from collections.abc import Mapping
from typing import Final

from idp.oidc.errors import RequestObjectNotDecrypted
from kernel.proof.jose import JoseRefused, decode_object, from_base64url

_DOTS: Final = 4
_HEADER_BYTES: Final = 2048
_DEPTH: Final = 4


def is_encrypted(request: str) -> bool:
    """Tell whether an object has the five parts of a JWE (RFC 7516 §9)."""
    return request.count(".") == _DOTS


def encrypted_header(request: str) -> Mapping[str, object]:
    """Return the header of an encrypted object; nobody has answered for it.

    Raises:
        RequestObjectNotDecrypted: it is none.
    """
    protected = request.partition(".")[0]
    try:
        if len(protected) > _HEADER_BYTES:
            raise RequestObjectNotDecrypted("header too large")
        raw = from_base64url(protected)
        return decode_object(raw, limit_bytes=_HEADER_BYTES, depth=_DEPTH)
    except JoseRefused as cause:
        raise RequestObjectNotDecrypted(cause.code) from cause


def token_inside(content: bytes) -> str:
    """Return the text of what was encrypted: a compact JWS is ASCII (RFC 7515 §7.1).

    Raises:
        RequestObjectNotDecrypted: it is no such text.
    """
    try:
        return content.decode("ascii")
    except UnicodeDecodeError as cause:
        raise RequestObjectNotDecrypted("not ASCII") from cause
