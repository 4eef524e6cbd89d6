"""One use of what stands for a grant: of any number at the same time one wins."""

from dataclasses import dataclass
from datetime import datetime

from idp.oidc.domain.grants import Grant
from idp.oidc.errors import CodeReplayed
from idp.oidc.events import CodeReplayed as ReplaySeen
from idp.oidc.ports import GrantStore
from idp.people.service import People
from kernel.events import AuditTrail, Outcome
from kernel.secret import Digest


@dataclass(frozen=True, slots=True)
class RedeemOnce:
    """Uses a code up; at a second use ends all that descends from it."""

    grants: GrantStore
    people: People
    trail: AuditTrail

    def came_first(self, grant: Grant, now: datetime) -> None:
        """RFC 6749 §4.1.2: a code that was used before is refused, however old it is.

        Raises:
            CodeReplayed: it was; the grant has ended, and that stays.
        """
        if grant.redeemed_at is not None:
            self._revoke(grant, now)

    def once(self, code: Digest, grant: Grant, now: datetime) -> None:
        """RFC 6749 §10.5: of any number at the same time one wins, and the rest revoke.

        Raises:
            CodeReplayed: as for ``came_first``.
        """
        if not self.grants.redeem(code, now):
            self._revoke(grant, now)

    def _revoke(self, grant: Grant, now: datetime) -> None:
        """RFC 6749 §4.1.2: revoke all tokens that descend from the code; that stays."""
        self.grants.end(grant.id, now, CodeReplayed.code)
        self.trail.record(
            ReplaySeen(
                grant=grant.id,
                relying_party=grant.client,
                subject=self.people.pseudonym(grant.person),
                outcome=Outcome.REFUSED,
                reason=CodeReplayed.code,
            )
        )
        raise CodeReplayed(str(grant.id))
