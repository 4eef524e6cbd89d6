"""Who is signed in here: begun by a sign-in, ended by time, by choice, or by the hub."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.secret import Secret
from portals.rp.domain import Visitor
from portals.rp.ports import SessionStore


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of one portal."""

    store: SessionStore
    clock: Clock
    entropy: Entropy

    LIFETIME: ClassVar[timedelta] = timedelta(hours=2)

    def begin(self, visitor: Visitor, before: Secret | None) -> Secret:
        """Sign somebody in under a fresh cookie; the cookie from before ends.

        Source: OWASP ASVS 5.0 §7.2.4: a new session identifier at each sign-in.
        """
        cookie = Secret(token(self.entropy))
        self.store.add(cookie.digest(), visitor, before.digest() if before else None)
        return cookie

    def current(self, cookie: Secret | None) -> Visitor | None:
        """Return who is signed in by this cookie now, or None."""
        visitor = None if cookie is None else self.store.find(cookie.digest())
        if visitor is None or self.clock() >= visitor.expires_at:
            return None
        return visitor

    def end(self, cookie: Secret) -> None:
        """End one session."""
        self.store.remove(cookie.digest())
