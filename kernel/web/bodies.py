"""JSON bodies read into dataclasses and described as JSON Schema: one source for both."""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Final, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from kernel.events import rfc3339
from kernel.web.reply import BodyMalformed

_DEPTH_LIMIT: Final = 32
_INTEGER_LIMIT: Final = (1 << 63) - 1
_UNWRITABLE: Final = re.compile("[\0\ud800-\udfff]")
T = TypeVar("T")
_SCALARS: Final[Mapping[object, str]] = {str: "string", int: "integer", bool: "boolean"}


def read_body(shape: type[T], body: bytes) -> T:
    """Read a JSON object into the dataclass ``shape``; unknown and missing members refused.

    Raises:
        BodyMalformed: it names the member that is wrong, never its value.
    """
    return _read(shape, parse_json(body), "body")  # type: ignore[return-value]  # by shape


def parse_json(body: bytes) -> object:
    """Parse JSON, refusing what two readers could take in two ways (RFC 7493 §2).

    That is duplicate members, NaN, integers beyond 64 bits, text with lone surrogates or
    NUL, which no database keeps, and more than 32 levels of nesting.

    Raises:
        BodyMalformed: as it says.
    """
    try:
        value: object = json.loads(
            body, object_pairs_hook=_no_duplicates, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as cause:
        reason = "not JSON"
        raise BodyMalformed(reason) from cause
    _bounded(value, _DEPTH_LIMIT)
    return value


def write_body(value: object) -> object:
    """Return ``value`` (a dataclass, or a container of them) as plain JSON values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: write_body(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): write_body(member) for key, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [write_body(member) for member in value]
    return _plain(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value


def schema_of(shape: object) -> dict[str, object]:
    """Return the JSON Schema (2020-12) of a dataclass or member type."""
    if is_dataclass(shape) and isinstance(shape, type):
        return _object_schema(shape)
    origin, arguments = get_origin(shape), get_args(shape)
    if origin in (Union, UnionType):
        return {"anyOf": [schema_of(argument) for argument in arguments]}
    if origin in (list, tuple, frozenset):
        return {"type": "array", "items": schema_of(arguments[0])}
    if origin in (dict, Mapping):
        return {"type": "object"}
    return _scalar_schema(shape)


def _scalar_schema(shape: object) -> dict[str, object]:
    if shape is NoneType:
        return {"type": "null"}
    if isinstance(shape, type) and issubclass(shape, Enum):
        return {"enum": [member.value for member in shape]}
    if shape is datetime:
        return {"type": "string", "format": "date-time"}
    if shape is UUID:
        return {"type": "string", "format": "uuid"}
    plain = getattr(shape, "__supertype__", shape)
    if plain is UUID:
        return {"type": "string", "format": "uuid"}
    return {"type": _SCALARS[plain]} if plain in _SCALARS else {}


def _object_schema(shape: type) -> dict[str, object]:
    hints = _hints(shape)
    described = {f.name: schema_of(hints[f.name]) for f in fields(shape)}
    return {
        "type": "object",
        "title": shape.__name__,
        "properties": described,
        "required": [f.name for f in fields(shape) if not _has_default(f)],
        "additionalProperties": False,
    }


@cache
def _hints(shape: type) -> dict[str, object]:
    return dict(get_type_hints(shape))


def _has_default(field: "Field[object]") -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _read(shape: object, value: object, at: str) -> object:
    if is_dataclass(shape) and isinstance(shape, type):
        return _read_object(shape, value, at)
    origin, arguments = get_origin(shape), get_args(shape)
    if origin in (Union, UnionType):
        return _read_union(arguments, value, at)
    if origin in (list, tuple, frozenset):
        members = [_read(arguments[0], m, f"{at}[]") for m in _instance(list, value, at)]
        return origin(members)
    if origin in (dict, Mapping):
        return _instance(dict, value, at)
    return _read_scalar(shape, value, at)


def _read_union(shapes: tuple[object, ...], value: object, at: str) -> object:
    if value is None and NoneType in shapes:
        return None
    (shape,) = (candidate for candidate in shapes if candidate is not NoneType)
    return _read(shape, value, at)


def _read_object(shape: type, value: object, at: str) -> object:
    given = _instance(dict, value, at)
    known = {f.name: f for f in fields(shape)}
    for name in given:
        if name not in known:
            raise BodyMalformed(f"{at}.{name[:64]}: unknown member")
    for name, field in known.items():
        if name not in given and not _has_default(field):
            raise BodyMalformed(f"{at}.{name}: missing")
    hints = _hints(shape)
    return shape(**{n: _read(hints[n], member, f"{at}.{n}") for n, member in given.items()})


def _read_scalar(shape: object, value: object, at: str) -> object:
    plain = getattr(shape, "__supertype__", shape)
    if plain in (datetime, UUID) or (isinstance(plain, type) and issubclass(plain, Enum)):
        return _converted(plain, value, at)
    if plain is int and isinstance(value, bool):
        raise BodyMalformed(f"{at}: not an integer")
    if isinstance(plain, type) and plain in _SCALARS:
        return _instance(plain, value, at)
    return value


def _converted(shape: object, value: object, at: str) -> object:
    try:
        if shape is datetime:
            return _instant(_instance(str, value, at))
        if shape is UUID:
            return UUID(_instance(str, value, at))
        return shape(value)  # type: ignore[operator]  # an Enum looks its member up
    except ValueError as cause:
        raise BodyMalformed(f"{at}: {_lacks(shape)}") from cause


def _lacks(shape: object) -> str:
    """Say what would do: the words of an Enum are the program's own, and no secret."""
    if isinstance(shape, type) and issubclass(shape, Enum):
        return f"not one of {', '.join(str(member.value) for member in shape)}"
    return "not a UUID" if shape is UUID else "not a date and time with its zone (RFC 3339)"


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant.astimezone(UTC)


def _instance(kind: type[T], value: object, at: str) -> T:
    if not isinstance(value, kind):
        raise BodyMalformed(f"{at}: not a {kind.__name__}")
    return value


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        msg = "a member is repeated"
        raise ValueError(msg)
    return members


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _bounded(value: object, depth: int) -> None:
    if depth == 0:
        reason = "nested too deeply"
        raise BodyMalformed(reason)
    if isinstance(value, dict):
        for name, member in value.items():
            _plain_text(name)
            _bounded(member, depth - 1)
    elif isinstance(value, list):
        for member in value:
            _bounded(member, depth - 1)
    elif isinstance(value, str):
        _plain_text(value)
    elif isinstance(value, int) and abs(value) > _INTEGER_LIMIT:
        reason = "an integer is too large"
        raise BodyMalformed(reason)


def _plain_text(text: str) -> None:
    """RFC 7493 §2.1: no lone surrogates; and no NUL."""
    if _UNWRITABLE.search(text):
        reason = "a text holds NUL or a lone surrogate"
        raise BodyMalformed(reason)
