"""A family of refresh tokens: each is used up by the next."""

from dataclasses import dataclass
from datetime import datetime

from idp.oidc.domain.grants import Grant, RefreshToken
from idp.oidc.domain.issuer import Lifetimes
from idp.oidc.domain.senders import UNPROVEN, Sender
from idp.oidc.errors import RefreshTokenReused
from idp.oidc.events import RefreshTokenReused as ReuseSeen
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.ports import GrantStore, RefreshStore
from idp.people.service import People
from kernel.events import AuditTrail, Outcome
from kernel.secret import Digest, Secret


@dataclass(frozen=True, slots=True)
class RefreshFamily:
    """Begins and continues families; ends one at the first sign of a second user."""

    tokens: RefreshStore
    grants: GrantStore
    issuing: TokenIssuer
    people: People
    trail: AuditTrail

    def next(self, grant: Grant, now: datetime, holder: Sender = UNPROVEN) -> Secret:
        """Return the family's next token; it outlives neither its idle time nor family.

        ``holder`` is who alone may use it.
        """
        fresh = self.issuing.opaque()
        self.tokens.add(
            RefreshToken(
                digest=fresh.digest(),
                grant=grant.id,
                issued_at=now,
                expires_at=_expiry(grant, now, self.issuing.lifetimes),
                sender=holder,
            )
        )
        return fresh

    def prolong(self, held: RefreshToken, grant: Grant, now: datetime) -> None:
        """FAPI 2.0 §5.3.2.1: the token stays; it was used, so its idle time begins anew."""
        until = _expiry(grant, now, self.issuing.lifetimes)
        self.tokens.prolong(held.digest, until)

    def came_first(self, held: RefreshToken, grant: Grant, now: datetime) -> None:
        """RFC 9700 §4.14.2: whatever else it asks, a used token that comes again ends all.

        Raises:
            RefreshTokenReused: as for ``use_once``.
        """
        if held.used_at is not None:
            self._reused(grant, now)

    def use_once(self, token: Digest, grant: Grant, now: datetime) -> None:
        """RFC 9700 §4.14.2: a used token that comes again has two holders: end them all.

        Raises:
            RefreshTokenReused: it was used before; the family is revoked and that stays.
        """
        if not self.tokens.use(token, now):
            self._reused(grant, now)

    def _reused(self, grant: Grant, now: datetime) -> None:
        """RFC 9700 §4.14.2: a token that comes again ends its whole family."""
        self.grants.end(grant.id, now, RefreshTokenReused.code)
        self.trail.record(
            ReuseSeen(
                grant=grant.id,
                relying_party=grant.client,
                subject=self.people.pseudonym(grant.person),
                outcome=Outcome.REFUSED,
                reason=RefreshTokenReused.code,
            )
        )
        raise RefreshTokenReused(str(grant.id))


def end_of(held: RefreshToken, grant: Grant, lifetimes: Lifetimes) -> datetime:
    """RFC 9700 §4.14.2: no token outlives its family, as long as one may live by now.

    It may have been issued when families lived longer: what is shortened holds at once.
    """
    return min(held.expires_at, _family_ends(grant, lifetimes))


def _expiry(grant: Grant, now: datetime, lifetimes: Lifetimes) -> datetime:
    return min(now + lifetimes.refresh_idle, _family_ends(grant, lifetimes))


def _family_ends(grant: Grant, lifetimes: Lifetimes) -> datetime:
    return grant.issued_at + lifetimes.refresh_family
