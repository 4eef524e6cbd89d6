"""The one registry of tables, and column types that read the same on both engines."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson
from sqlalchemy import BigInteger, Dialect, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import DateTime, TypeDecorator, TypeEngine

from kernel.events import JsonValue
from kernel.secret import Digest

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every table of every room; constraints have fixed names, so migrations can drop them."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def _read_instant(stored: int | datetime | None) -> datetime | None:
    if isinstance(stored, int):
        return _EPOCH + timedelta(microseconds=stored)
    return None if stored is None else stored.astimezone(UTC)


def _sent_instant(value: datetime | None) -> int | None:
    if value is None:
        return None
    return (_aware(value) - _EPOCH) // _MICROSECOND


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        msg = "a naive datetime is no instant"
        raise ValueError(msg)
    return value


def _sent_digest(value: object) -> bytes | None:
    """Send the 32 bytes, or raise `TypeError` for anything else: perhaps the secret."""
    if value is None:
        return None
    if not isinstance(value, Digest):
        msg = "only a Digest is stored here"
        raise TypeError(msg)
    return bytes(value)


def _read_digest(stored: bytes | None) -> Digest | None:
    return None if stored is None else Digest(stored)


def _read_json(stored: str | None) -> JsonValue:
    if stored is None:
        return None
    read: JsonValue = orjson.loads(stored)
    return read


class UtcInstant(TypeDecorator[datetime]):
    """An instant in UTC to the microsecond; a naive one is refused before it is sent.

    Integer microseconds since 1970 on SQLite, ``timestamptz`` on PostgreSQL: both compare
    and sort as instants and give back exactly what was stored.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[int] | TypeEngine[datetime]:
        """Choose the engine's own representation."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> int | datetime | None:
        """Send an aware instant.

        Raises:
            ValueError: the instant is naive.
        """
        if dialect.name == "postgresql":
            return None if value is None else _aware(value)
        return _sent_instant(value)

    def bind_processor(
        self, dialect: Dialect
    ) -> Callable[[datetime | None], int | datetime | None] | None:
        """Return how instants are sent: one call for each on SQLite."""
        if dialect.name == "postgresql":
            return super().bind_processor(dialect)
        return _sent_instant

    def process_result_value(
        self, value: int | datetime | None, _dialect: Dialect
    ) -> datetime | None:
        """Read an aware instant in UTC."""
        return _read_instant(value)

    def result_processor(
        self, _dialect: Dialect, _coltype: object
    ) -> Callable[[int | datetime | None], datetime | None]:
        """Return how instants are read: one call for each, they are in every row."""
        return _read_instant

    @staticmethod
    def read(stored: int | datetime) -> datetime:
        """Return the instant that an engine stored."""
        if isinstance(stored, datetime):
            return stored.astimezone(UTC)
        return _EPOCH + timedelta(microseconds=stored)


class DigestColumn(TypeDecorator[Digest]):
    """SHA-256 of a secret, 32 bytes; anything but a `Digest` is refused."""

    impl = LargeBinary(32)
    cache_ok = True

    def bind_processor(self, _dialect: Dialect) -> Callable[[object], bytes | None]:
        """Return how digests are sent: drivers take bytes as they are."""
        return _sent_digest

    def result_processor(
        self, _dialect: Dialect, _coltype: object
    ) -> Callable[[bytes | None], Digest | None]:
        """Return how digests are read: drivers give bytes."""
        return _read_digest


class SealedBytes(TypeDecorator[bytes]):
    """What `kernel.proof.seal` made of personal data; a plain text is refused."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: object, _dialect: Dialect) -> bytes | None:
        """Send the sealed bytes.

        Raises:
            TypeError: the value is not bytes.
        """
        if value is None or isinstance(value, bytes):
            return value
        msg = "only sealed bytes are stored here"
        raise TypeError(msg)


class Json(TypeDecorator[JsonValue]):
    """A JSON value: text on SQLite, ``jsonb`` on PostgreSQL. None is NULL.

    Member order is not kept on PostgreSQL: what is signed or hashed is stored as bytes.
    """

    # Not JSON on SQLite: that type has numeric affinity, and gives "7" back as a number.
    impl = Text
    cache_ok = True

    def load_dialect_impl(
        self, dialect: Dialect
    ) -> TypeEngine[str] | TypeEngine[JsonValue]:
        """Choose the engine's own representation."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.JSONB(none_as_null=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: JsonValue, dialect: Dialect) -> JsonValue:
        """Send the value."""
        if value is None or dialect.name == "postgresql":
            return value
        return orjson.dumps(value).decode()

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], JsonValue] | None:
        """Return how values are read: one call for each on SQLite."""
        if dialect.name == "postgresql":
            return super().result_processor(dialect, coltype)
        return _read_json


def upsert(table: Table) -> postgresql.Insert:
    """Return an INSERT that takes ``on_conflict_do_nothing`` and ``on_conflict_do_update``.

    Give ``index_elements``, not ``constraint``: then it compiles the same on both engines
    (SQLite took the clause over from PostgreSQL; the contract tests hold that it does).
    """
    return postgresql.insert(table)
