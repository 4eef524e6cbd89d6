"""Follows the numbers of standing: who loses it loses their sessions."""

from dataclasses import dataclass
from uuid import UUID

from idp.session.domain import Session
from idp.session.ports import FollowedNumber, SessionStore
from idp.session.service.sessions import Sessions
from idp.session.service.surroundings import Surroundings
from kernel.ids import EntityId, OrganisationId, PersonId
from kernel.standing import PartyKind, Standing, StandingChange, State


@dataclass(frozen=True, slots=True)
class StandingFollower:
    """Ends the sessions of members, people and organisations that lost their standing.

    Each change is acted on and its number put on record in one unit of work, so a crash
    repeats it and loses nothing. Good standing given back revives no session.
    """

    standing: Standing
    followed: FollowedNumber
    sessions: Sessions
    store: SessionStore
    around: Surroundings

    def __call__(self) -> None:
        """Act on every change since the last run."""
        while changes := self.standing.changes_since(self.followed.read()):
            for change in changes:
                self._follow(change)

    def _follow(self, change: StandingChange) -> None:
        with self.around.work():
            if change.state is not State.GOOD:
                for session in self._sessions_of(change):
                    self.sessions.end(session.id, f"{change.party.kind.value}_suspended")
            self.followed.advance(change.number)

    def _sessions_of(self, change: StandingChange) -> tuple[Session, ...]:
        kind, name, now = change.party.kind, change.party.name, self.around.clock()
        if kind is PartyKind.MEMBER:
            return self.store.live_through(EntityId(name), now)
        if kind is PartyKind.PERSON:
            return self.store.live_of(PersonId(UUID(name)), now)
        if kind is PartyKind.ORGANISATION:
            return self.store.live_for(OrganisationId(UUID(name)), now)
        return ()
