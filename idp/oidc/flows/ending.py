"""Follows the numbers of standing: who was without it has lost their grants for good."""

from dataclasses import dataclass

from idp.oidc.events import GrantsEnded
from idp.oidc.ports import GrantStore
from idp.session.ports import FollowedNumber
from kernel.events import AuditTrail
from kernel.standing import Standing, StandingChange
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class EndGrants:
    """Ends the grants of clients, people, organisations and members that lost theirs.

    While it is lost nothing of theirs is used anyway; this is so that what was granted
    before does not come back with it, nor what a process granted meanwhile that did not
    know yet. A crash repeats a change and loses nothing. Until it ran, and for tokens
    without a grant, `came_after` and `came_after_lapses` hold.
    """

    standing: Standing
    followed: FollowedNumber
    grants: GrantStore
    trail: AuditTrail
    work: UnitOfWork

    def __call__(self) -> None:
        """Act on every change since the last run."""
        while changes := self.standing.changes_since(self.followed.read()):
            for change in changes:
                with self.work():
                    self._follow(change)
                    self.followed.advance(change.number)

    def _follow(self, change: StandingChange) -> None:
        ended = self.grants.end_all_of(change.party, change.at)
        if ended:
            kind = change.party.kind.value
            self.trail.record(GrantsEnded(kind=kind, count=ended, reason=change.reason))
