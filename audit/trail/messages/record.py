"""Wire and file forms of the record."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Final, Self

from audit.trail.domain import EventProof, EventQuery, ExportMalformed, Logged
from kernel.events import JsonValue, Stream, type_registry
from kernel.ids import Reference
from kernel.proof.tlog import TlogProof
from kernel.web import (
    AFTER_TAKES,
    FilterUnknown,
    Form,
    PageAsked,
    PagingMalformed,
    filter_of,
    parse_json,
)

_TEXT_FILTERS: Final = (
    "interaction",
    "correlation",
    "relying_party",
    "provider",
    "subject",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One logged event as the API shows it."""

    index: int
    event: Mapping[str, JsonValue]

    @classmethod
    def of(cls, logged: Logged) -> Self:
        """Lay one event out."""
        return cls(index=logged.index, event=json.loads(logged.body))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsView:
    """A page of events, newest first; ``next`` is the ``after`` of the following page."""

    events: tuple[EventView, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofView:
    """An offline proof: event, nonce (base64), a tlog-proof file, and the log's key.

    The key is for convenience: whoever verifies gets it another way.
    """

    index: int
    event: Mapping[str, JsonValue]
    nonce: str
    proof: str
    vkey: str

    @classmethod
    def of(cls, proven: EventProof, vkey: str) -> Self:
        """Lay a proof out."""
        return cls(
            index=proven.proof.index,
            event=proven.event,
            nonce=base64.b64encode(proven.nonce).decode(),
            proof=proven.proof.format(),
            vkey=vkey,
        )


def parse_proof(text: bytes) -> EventProof:
    """Read a `ProofView` that was kept in a file; nothing is verified.

    Raises:
        ExportMalformed: not of that form.
    """
    try:
        held = parse_json(text)
        if not isinstance(held, dict):
            raise ExportMalformed("not an object")
        return EventProof(
            event=held["event"],
            nonce=base64.b64decode(held["nonce"], validate=True),
            proof=TlogProof.parse(held["proof"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as cause:
        raise ExportMalformed(type(cause).__name__) from cause


def export_line(logged: Logged) -> str:
    """Return one line of ``events.jsonl``: index, nonce and event."""
    line = {
        "index": logged.index,
        "nonce": base64.b64encode(logged.nonce).decode(),
        "event": json.loads(logged.body),
    }
    return json.dumps(line, ensure_ascii=False, sort_keys=True)


def parse_export_line(line: bytes) -> tuple[int, bytes, Mapping[str, JsonValue]]:
    """Read one line of ``events.jsonl``.

    Raises:
        ExportMalformed: not of that form.
    """
    try:
        held = parse_json(line)
        if (
            not isinstance(held, dict)
            or type(held["index"]) is not int
            or held["index"] < 0
        ):
            raise ExportMalformed("index")
        return held["index"], base64.b64decode(held["nonce"], validate=True), held["event"]
    except (KeyError, TypeError, ValueError) as cause:
        raise ExportMalformed(type(cause).__name__) from cause


_ALIKE: Final = 0.5
_ANY_TYPE: Final = ("room.past_tense, as oidc.code_redeemed",)
_INSTANT: Final = "a date and time with its zone (RFC 3339), as 2026-11-27T00:00:00Z"


def parse_query(arguments: Form) -> EventQuery:
    """Read the filters of the event search.

    Raises:
        FilterUnknown, PagingMalformed: a filter or paging is not of its form; it is named.
    """
    page = PageAsked.parse(arguments)
    reference = arguments.optional("reference")
    return EventQuery(
        stream=filter_of(arguments, "stream", Stream) or Stream.MAIN,
        reference=None if reference is None else Reference(reference),
        since=_instant(arguments, "since"),
        until=_instant(arguments, "until"),
        before=_index(page.after),
        limit=page.limit,
        type=_type(arguments),
        **{name: arguments.optional(name) for name in _TEXT_FILTERS},
    )


def _type(arguments: Form) -> str | None:
    """A type that there is not finds nothing for ever: a slip of the pen is told."""
    said = arguments.optional("type")
    if said is None or said in type_registry:
        return said
    alike = get_close_matches(said, type_registry, cutoff=_ALIKE) or _ANY_TYPE
    raise FilterUnknown(f"type: {', '.join(alike)}; all stand in docs/events.md")


def _instant(arguments: Form, name: str) -> datetime | None:
    text = arguments.optional(name)
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as cause:
        raise FilterUnknown(f"{name}: {_INSTANT}") from cause
    if instant.tzinfo is None:
        raise FilterUnknown(f"{name}: {_INSTANT}")
    return instant


def _index(after: str | None) -> int | None:
    if after is None:
        return None
    if not (after.isascii() and after.isdigit()):
        raise PagingMalformed(AFTER_TAKES)
    return int(after[:18])
