"""The audit event contract v1: one envelope for every room.

A room's ``events.py`` subclasses `Event`, names its ``TYPE`` (``room.past_tense``) and adds
typed fields. Whoever hands an event to `AuditTrail.record` states what happened; id, time
and reference are put on by the trail. No plain identifiers, names or addresses: people are
pseudonyms of the epoch.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from enum import Enum, StrEnum
from operator import attrgetter
from types import NoneType
from typing import Any, ClassVar, Final, Protocol
from uuid import UUID

from kernel.assurance import Level
from kernel.ids import ClientId, EntityId, EventId, InteractionId, Pseudonym, Reference

type_registry: Final[dict[str, type["Event"]]] = {}

JsonValue = str | int | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


class Stream(StrEnum):
    """Which log an event goes to; the second records operators and auditors."""

    MAIN = "main"
    OVERSIGHT = "oversight"


class Outcome(StrEnum):
    """How the recorded act ended."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The level asked for, claimed by an upstream, capped to, and delivered."""

    asked: Level | None = None
    claimed: Level | None = None
    capped: Level | None = None
    delivered: Level | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Which rule refused, and what of the request or whose standing it is about.

    Attributes:
        rule: the function that refused, as ``module.name``.
        about: a parameter's name or a kind of party, from closed lists, never a value.
    """

    rule: str
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event may say, whatever its type."""

    TYPE: ClassVar[str] = ""
    STREAM: ClassVar[Stream] = Stream.MAIN

    actor: Pseudonym | None = None
    provider: EntityId | None = None
    relying_party: ClientId | None = None
    subject: Pseudonym | None = None
    levels: Levels | None = None
    correlation: str | None = None
    interaction: InteractionId | None = None
    outcome: Outcome = Outcome.DONE
    reason: str | None = None
    fault: Fault | None = None
    reference: Reference | None = None

    def __init_subclass__(cls) -> None:
        """Enter the type in the catalogue that ``docs/events.md`` is generated from.

        A dataclass with slots is made twice: the second, complete one stays.
        """
        if cls.TYPE:
            type_registry[cls.TYPE] = cls


ENVELOPE_FIELDS: Final = tuple(field.name for field in fields(Event))


def own_fields(event_type: type[Event]) -> tuple[str, ...]:
    """Return the names of the fields that a type adds to the envelope."""
    return tuple(f.name for f in fields(event_type) if f.name not in ENVELOPE_FIELDS)


def optional(event_type: type[Event], name: str) -> bool:
    """Tell whether a field of the type has a default."""
    (field,) = (f for f in fields(event_type) if f.name == name)
    return field.default is not MISSING or field.default_factory is not MISSING


def envelope(
    event: Event, *, identifier: EventId, at: datetime, reference: Reference | None
) -> dict[str, JsonValue]:
    """Lay an event out as the JSON object that is committed to (audit event v1).

    Members that are absent stay absent: null and missing would hash differently. The
    values are plain text, whole numbers, booleans, lists and objects, and no subclass of
    them, so canonical JSON needs no second look at them.
    """
    said: dict[str, JsonValue] = {
        "v": 1,
        "id": str(identifier),
        "time": rfc3339(at),
        "type": event.TYPE,
        "stream": str(event.STREAM),
    }
    names, values_of = _members_of(type(event))
    for name, value in zip(names, values_of(event), strict=True):
        if value is not None:
            said[name] = value if type(value) is str else _plain(value)
    if reference is not None and "reference" not in said:
        said["reference"] = reference
    return said


_RFC3339: Final = "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ"


def rfc3339(at: datetime) -> str:
    """Return an instant as RFC 3339 in UTC with microseconds and ``Z``."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    day, time = (utc.year, utc.month, utc.day), (utc.hour, utc.minute, utc.second)
    return _RFC3339 % (*day, *time, utc.microsecond)


def _members_of(event_type: type[Event]) -> "_Members":
    known = _MEMBERS_OF.get(event_type)
    if known is None:
        names = tuple(field.name for field in fields(event_type))
        known = _MEMBERS_OF[event_type] = (names, attrgetter(*names))
    return known


_Members = tuple[tuple[str, ...], "attrgetter[tuple[object, ...]]"]
_MEMBERS_OF: Final[dict[type[Event], _Members]] = {}


def _plain(value: object) -> JsonValue:
    write = _WRITER_OF.get(type(value))
    if write is None:
        write = _WRITER_OF[type(value)] = _writer(value)
    return write(value)


def _writer(value: object) -> "_Writer":
    """Find the writer of a type once; the first row that fits counts."""
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write
    msg = f"an event field cannot hold {type(value).__name__}"
    raise TypeError(msg)


def _plain_levels(levels: Levels) -> JsonValue:
    known = ((name, getattr(levels, name)) for name in _LEVEL_NAMES)
    return {name: level.value for name, level in known if level is not None}


def _plain_fault(fault: Fault) -> JsonValue:
    about: dict[str, JsonValue] = {} if fault.about is None else {"about": fault.about}
    return {"rule": fault.rule, **about}


_Writer = Callable[[Any], JsonValue]
_LEVEL_NAMES: Final = tuple(field.name for field in fields(Levels))
# An enum stands before what it also is.
_WRITERS: Final[tuple[tuple[type | tuple[type, ...], _Writer], ...]] = (
    (StrEnum, str),
    (Enum, lambda value: _plain(value.value)),
    ((bool, NoneType), lambda value: value),
    (str, str),
    (int, int),
    (UUID, str),
    (datetime, rfc3339),
    (Levels, _plain_levels),
    (Fault, _plain_fault),
    (Mapping, lambda value: {str(key): _plain(member) for key, member in value.items()}),
    ((list, tuple), lambda value: [_plain(member) for member in value]),
    ((set, frozenset), lambda value: [*sorted(str(member) for member in value)]),
)
_WRITER_OF: Final[dict[type, _Writer]] = {}


class AuditTrail(Protocol):
    """Where events go.

    ``record`` inside a unit of work commits with it and is rolled back with it. Outside
    one it returns only when the event is durable. Where the event cannot be made durable it
    raises `kernel.errors.Unavailable`, and the operation is refused.
    """

    def record(self, event: Event) -> None:
        """Make one event part of the record."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as it is kept, before it has a place in the log.

    Attributes:
        nonce: 32 random bytes; erased with the event, so that the commitment that stays
            in the log says nothing any more.
        body: JCS of the event.
    """

    stream: Stream
    id: EventId
    nonce: bytes
    body: bytes


class BatchTrail(AuditTrail, Protocol):
    """A record that takes the events of many requests with what they tell of."""

    def laid_out(self, event: Event) -> Recorded:
        """Return the event as it will be kept: now, with the reference of this request."""
        ...

    def keep(self, rows: Sequence[Recorded]) -> None:
        """Keep events in one statement with the open unit of work: all, or none.

        Raises:
            Unavailable: they cannot be kept.
        """
        ...
