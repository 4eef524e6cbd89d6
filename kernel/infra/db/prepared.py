"""Statements that are compiled once: for what runs on every request.

A statement of SQLAlchemy costs more to put together and to look up than SQLite takes to
run it. What stands at the top of a store's module, with named parameters, is compiled for
each engine once; values pass through the types of its columns as ever.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Dialect,
    Executable,
    Row,
    Select,
    UpdateBase,
)
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from kernel.infra.db.failures import Driver

Converter = Callable[[Any], object]
"""A type's way of one value to the driver, or back."""
AnyRow = Row[*tuple[Any, ...]]
Values = Sequence[object] | Mapping[str, object]
"""Values as a driver takes them: by place, or by name."""


class NotPreparable(TypeError):
    """The statement's text depends on its values: our mistake."""


class Prepared:
    """One statement with named parameters; `Database` runs it like any other."""

    __slots__ = ("_compiled", "_statement")

    def __init__(self, statement: Executable) -> None:
        """Take the statement; it is compiled when an engine first runs it."""
        self._statement = statement
        self._compiled: dict[str, Compiled] = {}

    def on(self, dialect: Dialect) -> "Compiled":
        """Return it as an engine takes it.

        Raises:
            NotPreparable: it holds a list of values, whose length is part of the text.
        """
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = _compiled(self._statement, dialect)
        return known


class Place(NamedTuple):
    """One place of a value: its name, what it is if nobody says, how its type sends it."""

    name: str
    default: object
    convert: Converter | None


@dataclass(frozen=True, slots=True)
class Compiled:
    """One statement for one engine.

    Attributes:
        places: where values go, in order.
        is_positional: whether the driver takes values by place, else by name.
        row: makes a row with named members.
        reading: how columns' types read what comes back, by place; all others take it as
            it is. A NULL is None for every type, and so is None a NULL.
    """

    sql: str
    places: tuple[Place, ...]
    is_positional: bool
    row: type[Any]
    reading: tuple[tuple[int, Converter], ...]

    def sent(self, given: Mapping[str, object] | None) -> Values:
        """Return the values as the driver takes them.

        Raises:
            KeyError: one that has no value of its own is not given.
        """
        said, values = given or {}, list[object]()
        for name, default, convert in self.places:
            value = said[name] if default is _REQUIRED or name in said else default
            if convert is not None and value is not None:
                value = convert(value)
            values.append(value)
        if self.is_positional:
            return values
        return {place.name: value for place, value in zip(self.places, values, strict=True)}

    def read(self, driver: Driver, sent: Values) -> list[AnyRow]:
        """Run it and return its rows."""
        return [self._row(row) for row in driver.execute(self.sql, sent).fetchall()]

    def read_one(self, driver: Driver, sent: Values) -> AnyRow | None:
        """Run it and return its first row, or None."""
        row = driver.execute(self.sql, sent).fetchone()
        return None if row is None else self._row(row)

    def write(self, driver: Driver, sent: Values) -> int:
        """Run it and return how many rows it touched."""
        return driver.execute(self.sql, sent).rowcount

    def _row(self, row: Sequence[object]) -> AnyRow:
        values = list(row)
        for at, convert in self.reading:
            value = values[at]
            if value is not None:
                values[at] = convert(value)
        # A tuple with the columns' names: all that a store asks of SQLAlchemy's own rows.
        return cast("AnyRow", self.row._make(values))


class _Required:
    """Stands where a value must be given."""


_REQUIRED: Final = _Required()


def _compiled(statement: Executable, dialect: Dialect) -> Compiled:
    made = cast("ClauseElement", statement).compile(dialect=dialect)
    if not isinstance(made, SQLCompiler) or made.post_compile_params:
        raise NotPreparable(str(statement)[:80])
    columns = list(_columns(statement))
    return Compiled(
        sql=str(made),
        places=tuple(_place(made, name, dialect) for name in _order(made)),
        is_positional=made.positional,
        row=namedtuple("Row", [str(column.key) for column in columns]),  # noqa: PYI024  the columns' names
        reading=tuple(_reading([column.type for column in columns], dialect)),
    )


def _columns(statement: Executable) -> Iterable[ColumnElement[Any]]:
    """Return what comes back: of a SELECT its columns, of all else those of RETURNING."""
    if isinstance(statement, Select):
        return statement.selected_columns
    if isinstance(statement, UpdateBase):
        return statement.exported_columns
    return ()


def _order(made: SQLCompiler) -> Sequence[str]:
    return made.positiontup or list(made.binds)


def _place(made: SQLCompiler, name: str, dialect: Dialect) -> Place:
    bind = made.binds[name]
    default = _REQUIRED if bind.required else bind.value
    kind: TypeEngine[Any] = bind.type.dialect_impl(dialect)
    return Place(name, default, kind.bind_processor(dialect))


def _reading(
    kinds: Sequence[TypeEngine[Any]], dialect: Dialect
) -> Iterator[tuple[int, Converter]]:
    for at, kind in enumerate(kinds):
        convert = kind.dialect_impl(dialect).result_processor(dialect, None)
        if convert is not None:
            yield at, convert
