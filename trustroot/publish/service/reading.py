"""Signed answers as they lie ready: historical keys, events, hosted configurations."""

from dataclasses import dataclass

from kernel.clock import Clock
from kernel.ids import EntityId
from kernel.proof.statement import read
from trustroot.publish.domain import Answer, AnswerKind, page_start
from trustroot.publish.errors import NothingPublished, NothingRepresented, SubjectUnknown
from trustroot.publish.ports import AnswerStore, EventStore
from trustroot.publish.service.listing import Listing


@dataclass(frozen=True, slots=True)
class Answers:
    """Hands out what the worker has signed; signs nothing itself."""

    answers: AnswerStore
    events: EventStore
    listing: Listing
    clock: Clock

    def historical_keys(self) -> str:
        """Return the anchor's keys of the past (OpenID Federation 1.0 §8.7.2).

        Raises:
            NothingPublished: the worker has signed nothing yet.
        """
        return self._fresh(AnswerKind.HISTORICAL_KEYS, "")

    def events_about(self, subject: EntityId) -> str:
        """Return what happened to a subordinate, suspended and former ones too.

        Raises:
            SubjectUnknown: nothing ever happened to it here.

        Source: Subordinate Events 1.0 §2.3.
        """
        held = self.answers.find(AnswerKind.EVENTS_ABOUT, subject)
        if held is None:
            raise SubjectUnknown(subject[:200])
        return held.token

    def events_since(self, number: int) -> str:
        """Return a page that has what follows a number: ours.

        A page may begin before; whoever reads it passes over what it knows.

        Raises:
            NothingPublished: the worker has not signed it yet.
        """
        start = page_start(number, self.events.last())
        return self._fresh(AnswerKind.EVENTS_SINCE, str(start))

    def represented(self, slug: str) -> str:
        """Return the configuration that we host (OpenID Federation 1.0 §9).

        Raises:
            NothingRepresented: nobody of that name is represented and may act.
            NothingPublished: what was signed has run out.
        """
        held = self.answers.find(AnswerKind.REPRESENTED, slug)
        if held is None or not self.listing.may_act(read(held.token).subject):
            raise NothingRepresented(slug[:64])
        return self._valid(held).token

    def _fresh(self, kind: AnswerKind, name: str) -> str:
        held = self.answers.find(kind, name)
        if held is None:
            raise NothingPublished(kind)
        return self._valid(held).token

    def _valid(self, held: Answer) -> Answer:
        if held.expires_at is not None and held.expires_at <= self.clock():
            raise NothingPublished(held.kind)
        return held
