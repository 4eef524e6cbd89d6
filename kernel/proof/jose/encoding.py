"""base64url without padding, in exactly one spelling per value."""

import binascii
import string
from typing import Final

from kernel.proof.jose.errors import Malformed

_GROUP: Final = 4
_TO_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_FROM_STANDARD: Final = bytes.maketrans(b"+/", b"-_")
_PADDING: Final = (b"", b"===", b"==", b"=")
_DIGITS: Final = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
# Which last characters leave no bit unused, by the length modulo 4; "" is the empty text.
_LAST: Final = (
    frozenset(("", *_DIGITS)),
    frozenset[str](),
    frozenset(_DIGITS[::16]),
    frozenset(_DIGITS[::4]),
)


def to_base64url(raw: bytes) -> str:
    """Return the unpadded base64url text of ``raw`` (RFC 7515 §2)."""
    padded = binascii.b2a_base64(raw, newline=False)
    return padded.rstrip(b"=").translate(_FROM_STANDARD).decode("ascii")


def from_base64url(text: str) -> bytes:
    """Return the bytes behind an unpadded base64url text.

    Raises:
        Malformed: padding, white space, a foreign character, an impossible length, or
            unused bits that are not zero (RFC 4648 §3.5), which would let one signature
            be spelt in several ways.

    Source: RFC 7515 §2.
    """
    loose = len(text) % _GROUP
    if text[-1:] not in _LAST[loose] or "+" in text or "/" in text or "=" in text:
        raise Malformed(detail="not base64url")
    try:
        padded = text.encode("ascii").translate(_TO_STANDARD) + _PADDING[loose]
        return binascii.a2b_base64(padded, strict_mode=True)
    except ValueError as cause:
        raise Malformed(detail="not base64url") from cause
