"""What others encrypt to us, on the wire."""

from typing import Final

from kernel.proof.jose import JoseRefused, decode_object, from_base64url
from trustroot.keys.domain import Encrypted
from trustroot.keys.errors import EncryptedRefused

_PARTS: Final = 5
_HEADER_BYTES: Final = 2048
_DEPTH: Final = 4
_AROUND: Final = 4096
"""How many characters the parts around the content may have together."""


def read_encrypted(token: str, limit_bytes: int) -> Encrypted:
    """Take a compact JWE apart; it is measured before anything of it is decoded.

    Raises:
        EncryptedRefused: it is too long, has not five parts, or one is not base64url in
            its only spelling.

    Source: RFC 7516 §5.2 steps 1 to 3, §7.1.
    """
    if len(token) > limit_bytes * 4 // 3 + _AROUND:
        raise EncryptedRefused("too large")
    if token.count(".") != _PARTS - 1:
        raise EncryptedRefused("not five parts")
    try:
        return _read(token)
    except JoseRefused as cause:
        raise EncryptedRefused(cause.code) from cause


def _read(token: str) -> Encrypted:
    protected, *others = token.split(".")
    if len(protected) > _HEADER_BYTES:
        raise EncryptedRefused("header too large")
    raw = from_base64url(protected)
    header = decode_object(raw, limit_bytes=_HEADER_BYTES, depth=_DEPTH)
    encrypted_key, iv, content, tag = (from_base64url(part) for part in others)
    return Encrypted(
        token=token,
        header=header,
        encrypted_key=encrypted_key,
        iv=iv,
        content_bytes=len(content),
        tag=tag,
    )
