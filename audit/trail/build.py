"""Assembles the record."""

from dataclasses import dataclass

from audit.trail.adapters.group_committer import GroupCommitter
from audit.trail.adapters.log_key import SignerLogKey
from audit.trail.adapters.plain_words import PlainWords
from audit.trail.api import PREFIXES, EventEndpoints, LogEndpoints, TraceEndpoint
from audit.trail.flows.read import Record
from audit.trail.flows.record import Trail
from audit.trail.flows.sequence import Books, Sequencer
from audit.trail.flows.tracing import Tracing
from audit.trail.ports import Explaining
from audit.trail.store import SqlEvents, SqlLog, SqlOutbox
from audit.trail.tasks import tasks
from config.schema import Audit
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import Stream
from kernel.infra.db import Database
from kernel.web import Route
from kernel.work import PeriodicTask
from trustroot.keys.ports import Signer


@dataclass(frozen=True)
class TrailRoom:
    """The record: where to write, where to read, what the worker does."""

    record: Record
    routes: tuple[Route, ...]
    tasks: tuple[PeriodicTask, ...]
    origins: dict[Stream, str]


def build_trail(*, db: Database, clock: Clock, entropy: Entropy) -> Trail:
    """Return the trail alone: every other room is built with it, so it comes first."""
    outbox = SqlOutbox(db)
    return Trail(outbox, GroupCommitter(outbox), clock, entropy)


def build(  # noqa: PLR0913  the drivers, each by name
    *,
    settings: Audit,
    issuer: str,
    db: Database,
    clock: Clock,
    signer: Signer,
    explaining: Explaining | None = None,
) -> TrailRoom:
    """Return the reading side and the sequencer; ``explaining`` puts traces into words."""
    log, events, key = SqlLog(db), SqlEvents(db), SignerLogKey(signer)
    record, books = Record(log, events), Books(SqlOutbox(db), log, events)
    origins = {stream: _origin(settings, issuer, stream) for stream in Stream}
    sequencers = {
        stream: Sequencer(books, key, origin, db.unit_of_work(), clock)
        for stream, origin in origins.items()
    }
    logs = [route for stream in Stream for route in LogEndpoints(record, stream).routes()]
    return TrailRoom(
        record=record,
        routes=(
            *logs,
            *EventEndpoints(record, key, origins).routes(),
            *TraceEndpoint(Tracing(events, explaining or PlainWords())).routes(),
        ),
        tasks=tasks(sequencers, settings.checkpoint_interval),
        origins=origins,
    )


def _origin(settings: Audit, issuer: str, stream: Stream) -> str:
    host = issuer.partition("://")[2].rstrip("/")
    if stream is Stream.MAIN and settings.log_origin is not None:
        return settings.log_origin
    return host + PREFIXES[stream]
