"""Acting in somebody's name: an access token that is good now, renewed when it is not."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar

from kernel.clock import Clock
from kernel.secret import Secret
from portals.rp.domain import Access, Tokens, Visitor
from portals.rp.errors import AccessEnded, CodeNotRedeemed, SignedOut
from portals.rp.flows.sessions import Sessions
from portals.rp.ports import Hub


def access_of(tokens: Tokens, now: datetime) -> Access:
    """Return what tokens let a portal do, and until when (RFC 6749 §5.1)."""
    lifetime = timedelta(seconds=tokens.expires_in_s)
    return Access(tokens.access_token, tokens.refresh_token, now + lifetime)


@dataclass(frozen=True, slots=True)
class PersonAccess:
    """Hands out the access token of whoever is signed in.

    Renewing uses a refresh token up, and one that comes twice ends the whole grant (RFC
    9700 §4.14.2): so it is done by one thread at a time, on what the session holds then.
    """

    hub: Hub
    sessions: Sessions
    clock: Clock
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    AHEAD: ClassVar[timedelta] = timedelta(seconds=20)

    def token(self, cookie: Secret | None) -> Secret:
        """Return a token that lives on for at least 20 s, in a session that is there.

        Raises:
            SignedOut: nobody is signed in.
            AccessEnded: somebody is, but the hub gives no more tokens for that.
            HubUnavailable: it was needed, and did not answer.
        """
        access = _access(self.sessions.current(cookie))
        if cookie is None or self._lives(access):
            return access.token
        with self._turn:
            return self._renewed(cookie)

    def _renewed(self, cookie: Secret) -> Secret:
        visitor = self.sessions.current(cookie)
        access = _access(visitor)
        if visitor is None or self._lives(access):
            return access.token
        if access.refresh is None:
            raise AccessEnded
        fresh = access_of(self._exchanged(access.refresh), self.clock())
        self.sessions.store.change(cookie.digest(), replace(visitor, access=fresh))
        return fresh.token

    def _exchanged(self, refresh: Secret) -> Tokens:
        try:
            return self.hub.renew(refresh)
        except CodeNotRedeemed as cause:
            raise AccessEnded(cause.detail) from cause

    def _lives(self, access: Access) -> bool:
        return self.clock() + self.AHEAD < access.expires_at


def _access(visitor: Visitor | None) -> Access:
    if visitor is None:
        raise SignedOut
    if visitor.access is None:
        raise AccessEnded
    return visitor.access
