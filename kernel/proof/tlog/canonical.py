"""The canonical form of events, and the commitment to one.

A subset of RFC 8785: text, whole numbers below 2^53, booleans, null, lists and objects
whose names lie in the Basic Multilingual Plane. In that subset the order of UTF-16 code
units (RFC 8785 §3.2.3) is the order of code points, and no number has a fraction.
"""

import hashlib
from typing import Final

import orjson

from kernel.events import JsonValue
from kernel.proof.tlog.errors import NotCanonical

NONCE_BYTES: Final = 32
_LARGEST: Final = 2**53 - 1
_LAST_BMP: Final = "\uffff"
_EVENT_OPTIONS: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_SCALARS: Final = frozenset({str, bool, type(None)})


def jcs(value: object) -> bytes:
    """Return the one canonical UTF-8 text of a JSON value.

    Args:
        value: built of ``str int bool None list dict`` only, and of no subclass of them.

    Raises:
        NotCanonical: another type, a float, a number beyond 2^53 - 1, a lone surrogate, a
            name outside the Basic Multilingual Plane, or nesting beyond what fits.

    Source: RFC 8785 §3.2.
    """
    try:
        _is_in_subset(value)
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, RecursionError) as cause:
        raise NotCanonical from cause


def jcs_of_event(said: dict[str, JsonValue]) -> bytes:
    """Return the canonical text of what `kernel.events.envelope` laid out.

    The envelope holds plain values only, by construction, so they are not walked again;
    a number beyond 2^53 - 1 is refused all the same.

    Raises:
        NotCanonical: the value is none of an envelope.
    """
    try:
        return orjson.dumps(said, option=_EVENT_OPTIONS)
    except TypeError as cause:
        raise NotCanonical from cause


def commitment(nonce: bytes, event: object) -> bytes:
    """Return SHA-256(nonce ‖ JCS(event)), 32 bytes: the entry of the log.

    Args:
        nonce: 32 random bytes, kept beside the event and erased with it; without them the
            commitment says nothing about the event.
        event: see ``jcs``.

    Raises:
        NotCanonical: as ``jcs``, or the nonce has another length.
    """
    return commitment_of_bytes(nonce, jcs(event))


def commitment_of_bytes(nonce: bytes, canonical: bytes) -> bytes:
    """Return the commitment to an event whose canonical form is already known."""
    if len(nonce) != NONCE_BYTES:
        raise NotCanonical(detail="the nonce has 32 bytes")
    return hashlib.sha256(nonce + canonical).digest()


def _is_in_subset(value: object) -> None:
    kind = type(value)
    if kind in _SCALARS:
        return
    if isinstance(value, int) and kind is int:
        _is_exact(value)
    elif isinstance(value, dict) and kind is dict:
        _members_are_in_subset(value)
    elif isinstance(value, list) and kind is list:
        for item in value:
            _is_in_subset(item)
    else:
        raise NotCanonical(kind.__name__)


def _members_are_in_subset(value: dict[object, object]) -> None:
    for name, item in value.items():
        if type(name) is not str or (not name.isascii() and max(name) > _LAST_BMP):
            raise NotCanonical(detail="member name")
        _is_in_subset(item)


def _is_exact(number: int) -> None:
    """RFC 7493 §2.2: beyond 2^53 - 1 readers disagree about a number."""
    if not -_LARGEST <= number <= _LARGEST:
        raise NotCanonical(detail="number beyond 2^53 - 1")
