"""docs/errors.md: every way to fail, and what a caller over HTTP sees of it."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from kernel.errors import DomainError
from kernel.web import BASE_PROBLEMS, ProblemTable
from kernel.web.reshown import Reshown
from server.docs.rooms import first_sentence, is_ours, modules, room_of

Statuses = Mapping[type[DomainError], int]


def page() -> str:
    """Write the page."""
    known = errors()
    lines = [
        "# Errors",
        "",
        "Generated from code by `make docs`. `code` is stable: it stands in problem",
        "details (RFC 9457), in events and in the log. The status is what the room itself",
        "answers; where another room answers otherwise, it stands behind. A page that",
        "shows its form again for an error answers 422 (RFC 9110 §15.5.21), or 409 for",
        "what is taken: that stands behind as `(form)` where it is another status.",
        "",
        f"{len(known)} codes.",
    ]
    for room in sorted({room_of(error.__module__) for error in known}):
        lines += ["", f"## {room}", "", "| code | meaning | HTTP status |", "|---|---|---|"]
        own = (error for error in known if room_of(error.__module__) == room)
        lines += [_row(error) for error in sorted(own, key=lambda error: error.code)]
    return "\n".join(lines) + "\n"


def errors() -> list[type[DomainError]]:
    """Return every error class of the program that has a code of its own."""
    modules()
    # A dataclass with slots is made twice: the second, complete one stays.
    by_name = {(e.__module__, e.__qualname__): e for e in _family(DomainError)}
    return [error for error in by_name.values() if "code" in vars(error)]


def _family(error: type[DomainError]) -> Iterator[type[DomainError]]:
    if is_ours(error):
        yield error
    for child in error.__subclasses__():
        yield from _family(child)


def _row(error: type[DomainError]) -> str:
    return f"| `{error.code}` | {first_sentence(error.__doc__)} | {_status(error)} |"


def _status(error: type[DomainError]) -> str:
    """Say what the error's own room answers, and any other room that names the error."""
    home = room_of(error.__module__)
    own = {_nearest(error, rows) for room, rows in tables() if room == home}
    general = {_nearest(error, _BASE)} if own <= {None} else own - {None}
    special = {
        f"{rows[error]} ({room})"
        for room, rows in tables()
        if room != home and error in rows and rows[error] not in general
    }
    as_form = {
        f"{rows[error]} (form)"
        for rows in forms()
        if error in rows and rows[error] not in general
    }
    own_first = [*map(str, sorted(filter(None, general))), *sorted(as_form)]
    return ", ".join([*own_first, *sorted(special)])


def _nearest(error: type[DomainError], statuses: Statuses) -> int | None:
    """Return the status of the nearest ancestor that a table names.

    A row for a word that all rooms share is a table's way to answer what it does not know.
    """
    shared = "" if statuses is _BASE else DomainError.__module__
    known = (a for a in error.__mro__ if a in statuses and a.__module__ != shared)
    return next((statuses[ancestor] for ancestor in known), None)


_BASE: Final = {error: row.status for error, row in BASE_PROBLEMS.items()}


@cache
def tables() -> tuple[tuple[str, Statuses], ...]:
    """Find the tables in which rooms turn errors into answers: room, error → status."""
    return tuple(
        (room_of(module.__name__), statuses)
        for module in modules()
        for value in list(vars(module).values())
        if (statuses := _statuses(value)) and value is not BASE_PROBLEMS
    )


@cache
def forms() -> tuple[Statuses, ...]:
    """Find the tables of errors that rooms show a form again for."""
    values = (value for module in modules() for value in list(vars(module).values()))
    return tuple(rows for value in values if (rows := _statuses(value, of_forms=True)))


def _statuses(value: object, *, of_forms: bool = False) -> Statuses:
    rows = value.rows if isinstance(value, ProblemTable) else value
    if not isinstance(rows, Mapping):
        return {}
    return {
        error: row.status
        for error, row in rows.items()
        if isinstance(error, type)
        and issubclass(error, DomainError)
        and isinstance(getattr(row, "status", None), int)
        and isinstance(row, Reshown) is of_forms
    }
