"""base64url without padding, in exactly one spelling per value."""

import base64
import re
from typing import Final

from kernel.proof.jose.errors import Malformed

_ALPHABET: Final = re.compile(r"[A-Za-z0-9_-]*\Z")
_IMPOSSIBLE_REMAINDER: Final = 1


def to_base64url(raw: bytes) -> str:
    """Return the unpadded base64url text of ``raw`` (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Return the bytes behind an unpadded base64url text.

    Raises:
        Malformed: padding, white space, a foreign character, an impossible length, or
            unused bits that are not zero (RFC 4648 §3.5), which would let one signature
            be spelt in several ways.

    Source: RFC 7515 §2.
    """
    if len(text) % 4 == _IMPOSSIBLE_REMAINDER or not _ALPHABET.match(text):
        raise Malformed(detail="not base64url")
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if to_base64url(raw) != text:
        raise Malformed(detail="base64url with stray bits")
    return raw
