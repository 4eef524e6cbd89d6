"""What lies ready, for everybody: configuration, statements, list."""

from dataclasses import dataclass

from kernel.clock import Clock
from kernel.ids import EntityId
from trustroot.publish.domain import Filter, Installation, Statement
from trustroot.publish.errors import NothingPublished, SubjectIsIssuer, SubjectUnknown
from trustroot.publish.ports import StatementStore
from trustroot.publish.service.listing import Listing
from trustroot.publish.service.marks import MarkBook


@dataclass(frozen=True, slots=True)
class Publication:
    """Hands out what the worker has signed; signs nothing itself."""

    ours: Installation
    statements: StatementStore
    listing: Listing
    marks: MarkBook
    clock: Clock

    def configuration(self) -> str:
        """Return our entity configuration, a compact JWS (OpenID Federation 1.0 §9).

        Raises:
            NothingPublished: the worker has not signed one that is still valid.
        """
        lying = self.statements.find(self.ours.trust)
        if lying is None:
            raise NothingPublished(self.ours.trust)
        return self._fresh(lying).token

    def statement(self, subject: EntityId) -> str:
        """Return what we say about a subordinate (OpenID Federation 1.0 §8.1).

        Raises:
            SubjectIsIssuer: it is ourselves.
            SubjectUnknown: it is none, or not in good standing.
            NothingPublished: what was signed has run out.
            StandingUnknown: nobody can tell at the moment.
        """
        if subject == self.ours.trust:
            raise SubjectIsIssuer
        lying = self.statements.find(subject)
        if lying is None or not self.listing.may_act(subject):
            raise SubjectUnknown(subject[:200])
        return self._fresh(lying).token

    def subjects(self, asked: Filter) -> tuple[EntityId, ...]:
        """Return our subordinates that fit a filter (OpenID Federation 1.0 §8.2)."""
        return self.listing.subjects(asked)

    def marks_of(self, entity: EntityId) -> tuple[dict[str, str], ...]:
        """Return the valid marks we have given an entity, for its configuration.

        Each is ``{trust_mark_type, trust_mark}`` (OpenID Federation 1.0 §3.1.2).
        """
        return self.marks.of(entity)

    def _fresh(self, lying: Statement) -> Statement:
        if lying.expires_at <= self.clock():
            raise NothingPublished(lying.subject)
        return lying
