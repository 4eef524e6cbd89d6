"""Machine endpoints of the record: the public log, and the search for auditors."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from audit.trail.errors import EventUnknown, NothingTraced
from audit.trail.flows.read import Record
from audit.trail.flows.tracing import Tracing
from audit.trail.messages import (
    EventsView,
    EventView,
    ProofView,
    TraceView,
    parse_query,
)
from audit.trail.ports import LogKey
from kernel.events import Stream
from kernel.ids import EventId, Reference
from kernel.proof.tlog import Tile
from kernel.web import (
    Access,
    Page,
    Problem,
    ProblemTable,
    Reply,
    Request,
    Role,
    Route,
    Shape,
    write_body,
)

_NOTE: Final = "text/plain; charset=utf-8"
_BYTES: Final = "application/octet-stream"
_FOR_EVER: Final = (("Cache-Control", "public, max-age=31536000, immutable"),)
_SECONDS: Final = (("Cache-Control", "public, max-age=1"),)
_AUDITOR: Final = Access(scope="audit:read", role=Role.AUDITOR)
PREFIXES: Final = {Stream.MAIN: "/log", Stream.OVERSIGHT: "/oversight-log"}


@dataclass(frozen=True, slots=True)
class LogEndpoints:
    """One log as C2SP tlog-tiles serves it."""

    record: Record
    stream: Stream

    def checkpoint(self, _request: Request) -> Reply:
        """Serve the signed head (C2SP tlog-tiles, "Checkpoints")."""
        note = self.record.head(self.stream).note
        return Reply.content(note.encode(), _NOTE, _SECONDS)

    def tile(self, request: Request) -> Reply:
        """Serve a hash tile or an entry bundle (C2SP tlog-tiles, "Merkle Tree")."""
        path = f"tile/{request.parameters['path']}"
        tile = Tile.parse(path)
        if path.startswith("tile/entries/"):
            content = self.record.log.bundle(self.stream, tile)
        else:
            content = self.record.log.tile(self.stream, tile)
        return Reply.content(content, _BYTES, _FOR_EVER)

    def routes(self) -> tuple[Route, ...]:
        """Return this log's part of the table."""
        prefix = PREFIXES[self.stream]
        return (
            Route(method="GET", path=f"{prefix}/checkpoint", endpoint=self.checkpoint),
            Route(method="GET", path=f"{prefix}/tile/{{path*}}", endpoint=self.tile),
        )


@dataclass(frozen=True, slots=True)
class EventEndpoints:
    """The search and the proofs, for auditors."""

    record: Record
    key: LogKey
    origins: dict[Stream, str]

    def search(self, request: Request) -> Reply:
        """List events by reference, interaction, correlation, type, party or time."""
        query = parse_query(request.arguments)
        found = self.record.search(query)
        last = str(found[-1].index) if len(found) == query.limit else None
        views = tuple(EventView.of(logged) for logged in found)
        page = EventsView(events=views, next=Page(found, last).next_cursor)
        return Reply.json(write_body(page))

    def prove(self, request: Request) -> Reply:
        """Hand out everything that proves one event offline."""
        event = _event_id(request.parameters["event"])
        proven = self.record.prove(event)
        stream = self.record.find(event).stream
        vkey = self.key.verifier(self.origins[stream]).vkey
        return Reply.json(write_body(ProofView.of(proven, vkey)))

    def routes(self) -> tuple[Route, ...]:
        """Return the auditors' part of the table."""
        return (
            Route(
                method="GET",
                path="/api/v1/audit/events",
                endpoint=self.search,
                access=_AUDITOR,
                shape=Shape(
                    summary="Search the record", response=EventsView, arguments=_FILTERS
                ),
            ),
            Route(
                method="GET",
                path="/api/v1/audit/events/{event}/proof",
                endpoint=self.prove,
                access=_AUDITOR,
                shape=Shape(summary="Prove one event offline", response=ProofView),
            ),
        )


@dataclass(frozen=True, slots=True)
class TraceEndpoint:
    """What happened around a reference, for auditors."""

    tracing: Tracing

    def trace(self, request: Request) -> Reply:
        """Explain step by step, across rooms, what carries the reference."""
        reference = Reference(request.parameters["reference"])
        return Reply.json(write_body(TraceView.of(reference, self.tracing(reference))))

    def routes(self) -> tuple[Route, ...]:
        """Return its part of the table."""
        return (
            Route(
                method="GET",
                path="/api/v1/audit/trace/{reference}",
                endpoint=self.trace,
                access=_AUDITOR,
                errors=ProblemTable({NothingTraced: _NOT_IN_EVENTS}),
                shape=Shape(summary="Explain a reference", response=TraceView),
            ),
        )


# What is refused before any flow saw it (a form, a method, a token) makes no event.
_NOT_IN_EVENTS: Final = Problem(
    404, "No event carries this reference; the log of the hub may: search it there."
)
_FILTERS: Final = {
    "reference": "The reference id an error page or a reply showed.",
    "interaction": "Id of an interaction.",
    "correlation": "The value both sides of a login record it under.",
    "type": "Event type, for example oidc.code_redeemed; one that there is not is refused.",
    "relying_party": "Client id.",
    "provider": "Entity id of a member.",
    "subject": "Pseudonym of the epoch.",
    "since": "From this instant on (RFC 3339).",
    "until": "Before this instant (RFC 3339).",
    "stream": "main or oversight.",
    "limit": "1 to 200.",
    "after": "Cursor of the page before.",
}


def _event_id(text: str) -> EventId:
    try:
        return EventId(UUID(text))
    except ValueError as cause:
        raise EventUnknown from cause
