"""JSON from strangers: one meaning or none.

The standard parser keeps the last of two equal members, takes ``NaN`` and lone surrogates
and follows any depth; two programs can then read one signed object differently.
"""

import json
import math
from collections.abc import Iterable
from typing import Final, Never

import orjson

from kernel.proof.jose.errors import DuplicateMember, Malformed, TooLarge

DEFAULT_LIMIT_BYTES: Final = 65_536
DEFAULT_DEPTH: Final = 16
_LEAST: Final = -(2**63)
_MOST: Final = 2**64 - 1


def decode_json(
    raw: bytes, *, limit_bytes: int = DEFAULT_LIMIT_BYTES, depth: int = DEFAULT_DEPTH
) -> object:
    """Return the JSON value of ``raw``, which is UTF-8 without a byte order mark.

    Args:
        raw: the text; insignificant white space is allowed.
        limit_bytes: longest ``raw`` taken.
        depth: how many arrays and objects may lie in one another.

    Raises:
        TooLarge: longer or deeper than allowed.
        DuplicateMember: some object, at any depth, names a member twice.
        Malformed: not JSON as RFC 8259 and I-JSON (RFC 7493 §2) define it.
    """
    if len(raw) > limit_bytes:
        raise TooLarge(detail="JSON too long")
    _depth_is_bounded(raw, depth)
    value = _parse(raw)
    if b"\\u" in raw:
        _escapes_are_characters(raw)
    return value


def decode_object(
    raw: bytes, *, limit_bytes: int = DEFAULT_LIMIT_BYTES, depth: int = DEFAULT_DEPTH
) -> dict[str, object]:
    """Return the JSON object of ``raw``; as ``decode_json``, and anything else refused."""
    value = decode_json(raw, limit_bytes=limit_bytes, depth=depth)
    if not isinstance(value, dict):
        raise Malformed(detail="not a JSON object")
    return value


def _depth_is_bounded(raw: bytes, depth: int) -> None:
    """Look at the brackets only, before anything recursive does.

    Most texts have fewer brackets than the limit and need no closer look; brackets inside
    strings only make the quick count larger.
    """
    if raw.count(b"[") + raw.count(b"{") > depth and _deepest(raw) > depth:
        raise TooLarge(detail="JSON too deep")


def _deepest(raw: bytes) -> int:
    """Return the depth of nesting, strings left out."""
    deepest = level = 0
    in_string = escaped = False
    for byte in raw:
        if in_string:
            in_string = escaped or byte != _QUOTE
            escaped = byte == _BACKSLASH and not escaped
        elif byte == _QUOTE:
            in_string = True
        elif byte in _OPENING:
            level += 1
            deepest = max(deepest, level)
        elif byte in _CLOSING:
            level -= 1
    return deepest


_QUOTE: Final = ord('"')
_BACKSLASH: Final = ord("\\")
_OPENING: Final = b"[{"
_CLOSING: Final = b"]}"


def _unique(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Build an object whose member names are all different (RFC 7515 §4, RFC 7519 §4)."""
    members = list(pairs)
    unique = dict(members)
    if len(unique) != len(members):
        raise DuplicateMember
    return unique


def _finite(text: str) -> float:
    """Read a number that a double can hold."""
    number = float(text)
    if not math.isfinite(number):
        raise Malformed(detail="JSON number out of range")
    return number


def _whole(text: str) -> int:
    """Read a whole number of 64 bits: a larger one could not be written down again.

    RFC 7493 §2.2 asks for less still.
    """
    number = int(text)
    if not _LEAST <= number <= _MOST:
        raise Malformed(detail="JSON number out of range")
    return number


def _no_constant(_name: str) -> Never:
    raise Malformed(detail="NaN and Infinity are not JSON")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_int=_whole,
    parse_float=_finite,
    parse_constant=_no_constant,
)


def _parse(raw: bytes) -> object:
    """Read it the fast way where that cannot differ from the strict one.

    What the fast parser writes back byte for byte it has read whole: a member named twice,
    an escape, a number in another spelling would not be there again. White space is left
    out of the comparison, in strings too: nothing reappears for its want.
    """
    try:
        value: object = orjson.loads(raw)
        written = orjson.dumps(value)
        if written == raw or _without_blanks(written) == _without_blanks(raw):
            return value
    except (orjson.JSONDecodeError, TypeError):
        pass
    return _parse_strictly(raw)


def _without_blanks(text: bytes) -> bytes:
    """Leave out RFC 8259 §2 ``ws``."""
    return text.translate(None, b" \t\n\r")


def _parse_strictly(raw: bytes) -> object:
    try:
        value: object = _DECODER.decode(raw.decode("utf-8"))
    except (ValueError, RecursionError) as cause:
        raise Malformed(detail="not JSON") from cause
    return value


def _escapes_are_characters(raw: bytes) -> None:
    """RFC 7493 §2.1: a string must not hold half of a surrogate pair."""
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError as cause:
        raise Malformed(detail="JSON string is not Unicode") from cause
