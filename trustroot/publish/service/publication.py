"""What lies ready, for everybody: configuration, statements, list."""

from dataclasses import dataclass

from kernel.clock import Clock
from kernel.ids import EntityId
from kernel.standing import NotInGoodStanding, Party, PartyKind, Standing
from trustroot.publish.domain import Installation, Statement, StatementKind
from trustroot.publish.errors import NothingPublished, SubjectIsIssuer, SubjectUnknown
from trustroot.publish.ports import StatementStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is asked for; everything named must hold."""

    entity_types: frozenset[str] = frozenset()
    intermediate: bool | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """Hands out what the worker has signed; signs nothing itself."""

    ours: Installation
    statements: StatementStore
    standing: Standing
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
        if lying is None or not self._may_act(lying):
            raise SubjectUnknown(subject[:200])
        return self._fresh(lying).token

    def subjects(self, asked: Filter) -> tuple[EntityId, ...]:
        """Return our subordinates that fit a filter (OpenID Federation 1.0 §8.2)."""
        lying = (s for s in self.statements.all() if _fits(s, asked))
        return tuple(s.subject for s in lying if self._may_act(s))

    def _fresh(self, lying: Statement) -> Statement:
        if lying.expires_at <= self.clock():
            raise NothingPublished(lying.subject)
        return lying

    def _may_act(self, lying: Statement) -> bool:
        """Standing is quicker than the worker: who is suspended is gone at once."""
        try:
            self.standing.require(Party(PartyKind.MEMBER, lying.subject))
        except NotInGoodStanding:
            return False
        return True


def _fits(lying: Statement, asked: Filter) -> bool:
    if lying.kind is StatementKind.CONFIGURATION:
        return False
    if asked.intermediate is not None and lying.is_intermediate is not asked.intermediate:
        return False
    return asked.entity_types <= lying.entity_types
