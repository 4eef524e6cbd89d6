"""Members of the API's JSON; those it grows later are passed over."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from portals.console.errors import ApiUnavailable

Object = Mapping[str, object]
T = TypeVar("T")


def listed(body: Object, name: str, read: Callable[[Object], T]) -> tuple[T, ...]:
    """Read a member that is a list of objects, each by ``read``."""
    held = body.get(name)
    rows = held if isinstance(held, list) else []
    return tuple(read(row) for row in rows if isinstance(row, dict))


def text(body: Object, name: str) -> str:
    """Return a member as text; "" where there is none."""
    value = body.get(name)
    return value if isinstance(value, str) else ""


def texts(body: Object, name: str) -> tuple[str, ...]:
    """Return a member that is a list of texts."""
    value = body.get(name)
    rows = value if isinstance(value, list) else []
    return tuple(row for row in rows if isinstance(row, str))


def thing(body: Object, name: str) -> Object:
    """Return a member that is an object; empty where there is none."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def number(body: Object, name: str) -> int:
    """Return a whole number, or raise `ApiUnavailable`."""
    value = body.get(name)
    if not isinstance(value, int):
        raise ApiUnavailable(name)
    return value


def moment(body: Object, name: str) -> datetime:
    """Return an instant, or raise `ApiUnavailable`."""
    at = maybe_moment(body, name)
    if at is None:
        raise ApiUnavailable(name)
    return at


def maybe_moment(body: Object, name: str) -> datetime | None:
    """Return an instant if there is one; RFC 3339 with an offset, or it is refused."""
    said = text(body, name)
    if not said:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError as cause:
        raise ApiUnavailable(name) from cause
    if at.tzinfo is None:
        raise ApiUnavailable(name)
    return at
