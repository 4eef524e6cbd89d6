"""What the record is made of: rows not yet sequenced, logged events, heads, proofs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.errors import Malformed
from kernel.events import JsonValue, Recorded, Stream
from kernel.ids import EventId, Reference
from kernel.proof.tlog import Checkpoint, TlogProof

BATCH_LIMIT: Final = 1024
"""How many rows one step of the sequencer takes: bounds the time it holds the database."""
ENTRIES: Final = -1
"""The level under which entry bundles are stored beside the hash tiles."""


class ExportMalformed(Malformed):
    """An export or proof file is not of the form we write."""

    code = "export_malformed"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A recorded event and the position under which it waits to be sequenced."""

    position: int
    recorded: Recorded


@dataclass(frozen=True, slots=True)
class Logged:
    """An event and its place in the log."""

    stream: Stream
    index: int
    id: EventId
    nonce: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The last checkpoint of one log: what it says, and the signed note as published."""

    checkpoint: Checkpoint
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """What to look for; every member that is set must match.

    Events are found newest first; ``before`` continues after the last index seen.
    """

    stream: Stream = Stream.MAIN
    type: str | None = None
    reference: Reference | None = None
    interaction: str | None = None
    correlation: str | None = None
    relying_party: str | None = None
    provider: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class EventProof:
    """What proves one event offline: it, its nonce, and the way to a signed head."""

    event: Mapping[str, JsonValue]
    nonce: bytes
    proof: TlogProof


@dataclass(frozen=True, slots=True, kw_only=True)
class LogExport:
    """A log as it lies in a folder: its head, its entries, and the events still kept.

    Attributes:
        note: the signed checkpoint.
        entries: every entry from 0 on (commitments, 32 bytes each).
        events: (index, nonce, event) of those not erased.
    """

    note: str
    entries: tuple[bytes, ...]
    events: tuple[tuple[int, bytes, Mapping[str, JsonValue]], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One step of an offline verification, in the order it was checked."""

    step: str
    detail: str


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class FailedStep:
    """A row of a table of checks, or another rule, that ended as it did or can.

    Attributes:
        table: the table, by the flow it stands in.
        number, of: which row, counted from 1, and how many there are; 0 for a rule that
            stands in no table.
        clause: what it obeys, as the rule says it.
    """

    table: str
    number: int
    of: int
    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why something was refused: the code, what it means, and the step that refused.

    Attributes:
        about: the parameter or the party it is about, "" where the event does not say.
        is_certain: the event says which step it was; else these are all that refuse so.
    """

    code: str
    says: Words
    steps: tuple[FailedStep, ...] = ()
    about: str = ""
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class Traced:
    """One event of a trace, explained."""

    logged: Logged
    event: Mapping[str, JsonValue]
    says: Words
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that happened around one reference, oldest first.

    Attributes:
        references, interactions, grants: what ties the events together, by our own ids.
    """

    events: tuple[Traced, ...]
    references: frozenset[str]
    interactions: frozenset[str]
    grants: frozenset[str]
