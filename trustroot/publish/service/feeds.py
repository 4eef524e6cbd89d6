"""Signed answers that follow others: historical keys, events by subject and by number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from kernel.clock import epoch_seconds
from kernel.ids import EntityId
from kernel.proof.jose import FEDERATION_EVENTS, HISTORICAL_KEYS
from trustroot.keys.domain import HistoricalKey, Purpose
from trustroot.keys.ports import KeyHistory
from trustroot.publish.domain import (
    EVENTS_A_PAGE,
    AnswerKind,
    Happened,
    Numbered,
    page_start,
)
from trustroot.publish.ports import Bookmarks, EventStore
from trustroot.publish.service.answering import AnswerDesk

ABOUT_TYP: Final = "entity-events-statement+jwt"
"""Subordinate Events 1.0 §2.3.1."""
PULSE: Final = timedelta(seconds=30)
"""So often the last page is signed anew: a reader sees that nothing was held back."""
PULSE_ENDS: Final = timedelta(minutes=2)
_ABOUT_AT_ONCE: Final = 200
_OLD_PAGES_A_ROUND: Final = 4


@dataclass(frozen=True, slots=True)
class KeyFeed:
    """The keys that signed once (OpenID Federation 1.0 §8.7.2)."""

    desk: AnswerDesk
    history: KeyHistory

    def run(self) -> None:
        """Sign the answer if a key has joined, or if it was signed long ago."""
        keys = [_historical(key) for key in self.history.history(Purpose.ANCHOR)]
        lasting = self.desk.ours.lifetime - self.desk.ours.ahead
        self.desk.keep(
            AnswerKind.HISTORICAL_KEYS,
            "",
            HISTORICAL_KEYS.typ,
            {"iss": self.desk.ours.trust, "keys": keys},
            anew=lasting,
        )


@dataclass(slots=True)
class _Turn:
    """Which old page is looked at next."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class EventFeed:
    """Events by subject (Subordinate Events 1.0) and, ours, by number."""

    desk: AnswerDesk
    events: EventStore
    bookmarks: Bookmarks
    turn: _Turn = field(default_factory=_Turn)

    def run(self) -> None:
        """Sign what others follow: who had an event, and the pages."""
        self._about()
        self._pages()

    def _about(self) -> None:
        """Whoever had an event since the last round; with a new key, everybody."""
        # A name of at most 32 characters: another key begins another bookmark.
        name = f"about {self.desk.signer.active_kid(Purpose.ANCHOR)}"[:32]
        read = self.bookmarks.at(name)
        fresh = self.events.since(read, limit=_ABOUT_AT_ONCE)
        for subject in dict.fromkeys(row.event.subject for row in fresh):
            if subject is not None:
                self._about_one(subject)
        if fresh:
            self.bookmarks.move(name, fresh[-1].number)

    def _about_one(self, subject: EntityId) -> None:
        said = [_told(row.event) for row in self.events.about(subject)]
        claims = {
            "iss": self.desk.ours.trust,
            "sub": subject,
            "federation_registration_events": said,
        }
        self.desk.keep(AnswerKind.EVENTS_ABOUT, subject, ABOUT_TYP, claims)

    def _pages(self) -> None:
        last = self.events.last()
        newest = page_start(last, last)
        self._page(newest, last)
        if newest:
            self._page(newest - EVENTS_A_PAGE, last)
            self._old_pages(newest, last)

    def _old_pages(self, newest: int, last: int) -> None:
        """Full pages never change, but they end and keys change: look at some in turn."""
        for _ in range(_OLD_PAGES_A_ROUND):
            self._page(self.turn.page, last)
            following = self.turn.page + EVENTS_A_PAGE
            self.turn.page = following if following < newest else 0

    def _page(self, start: int, last: int) -> None:
        rows = self.events.since(start, limit=EVENTS_A_PAGE)
        ours, is_full = self.desk.ours, last >= start + EVENTS_A_PAGE
        claims = {
            "iss": ours.trust,
            "after": start,
            "number": rows[-1].number if rows else start,
            "events": [_numbered(row) for row in rows],
        }
        self.desk.keep(
            AnswerKind.EVENTS_SINCE,
            str(start),
            FEDERATION_EVENTS.typ,
            claims,
            anew=ours.lifetime - ours.ahead if is_full else PULSE,
            ends=ours.lifetime if is_full else PULSE_ENDS,
        )


def _historical(key: HistoricalKey) -> dict[str, object]:
    """OpenID Federation 1.0 §8.7.3: one key, when it ended, and why if it was revoked."""
    said: dict[str, object] = {
        **key.public,
        "kid": key.kid,
        "iat": epoch_seconds(key.activated_at or key.made_at),
        "exp": epoch_seconds(key.expires_at),
    }
    if key.revoked_at is not None:
        revoked: dict[str, object] = {"revoked_at": epoch_seconds(key.revoked_at)}
        if key.reason is not None:
            revoked["reason"] = key.reason.value
        said["revoked"] = revoked
    return said


def _told(event: Happened) -> dict[str, object]:
    """Subordinate Events 1.0 §2.3.2.1: one event about an entity."""
    said: dict[str, object] = {
        "iat": epoch_seconds(event.at),
        "event": event.happening.value,
    }
    if event.description or event.mark_type:
        said["event_description"] = event.description or event.mark_type
    return said


def _numbered(row: Numbered) -> Mapping[str, object]:
    event = row.event
    named = {"sub": event.subject, "kid": event.kid, "trust_mark_type": event.mark_type}
    return {
        "number": row.number,
        "time": epoch_seconds(event.at),
        "event": event.happening.value,
        **{name: value for name, value in named.items() if value is not None},
    }
