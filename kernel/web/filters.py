"""What a list is asked by: values of the query from a closed set."""

from enum import StrEnum
from typing import TypeVar

from kernel.errors import Malformed
from kernel.web.forms import Form

E = TypeVar("E", bound=StrEnum)


class FilterUnknown(Malformed):
    """A list was asked for by a filter value that does not exist."""

    code = "filter_unknown"


def one_of(kind: type[E], name: str, said: str) -> E:
    """Read a filter, or raise `FilterUnknown`, which names it and all that it takes."""
    try:
        return kind(said)
    except ValueError as cause:
        reason = f"{name}: one of {', '.join(kind)}"
        raise FilterUnknown(reason) from cause


def filter_of(arguments: Form, name: str, kind: type[E]) -> E | None:
    """Read a filter that may be there, or raise `FilterUnknown`."""
    said = arguments.optional(name)
    return None if said is None else one_of(kind, name, said)
