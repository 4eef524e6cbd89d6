"""Software statements: what an approved issuer says of a piece of software."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from idp.oidc.errors import StatementNotApproved, StatementRefused
from idp.oidc.messages.members import Members
from kernel.clock import Clock
from kernel.proof.jose import (
    ClaimRefused,
    JoseRefused,
    JwsProfile,
    KeySet,
    issued_in_past,
    not_expired,
    read,
    verify,
)

_STATEMENT: Final = JwsProfile("JWT", typ_may_be_absent=True, kid_may_be_absent=True)
_ABOUT_ITSELF: Final = frozenset({"iss", "iat", "exp", "nbf", "jti", "aud", "sub"})


@dataclass(frozen=True, slots=True)
class SoftwareStatements:
    """Believes statements by the keys of the issuers an operator approved."""

    issuers: Mapping[str, KeySet]
    clock: Clock

    def applied(self, members: Members) -> Members:
        """Return the metadata with what a statement in it says in place of its own.

        What it says in one language stands for all: another would be nobody's word.

        Raises:
            StatementRefused: it does not hold.
            StatementNotApproved: nobody approved its issuer.

        Source: RFC 7591 §2.3, §3.1.1.
        """
        token = members.held.get("software_statement")
        if token is None:
            return members
        if not isinstance(token, str):
            raise StatementRefused("software_statement")
        claims = self._believed(token)
        said = {n: value for n, value in claims.items() if n not in _ABOUT_ITSELF}
        own = {n: v for n, v in members.held.items() if _plain(n) not in map(_plain, said)}
        return Members({**own, **said, "software_statement": token})

    def _believed(self, token: str) -> Mapping[str, object]:
        """RFC 7591 §2.3: a statement is signed by an issuer that we trust, and in force."""
        try:
            named = read(token, _STATEMENT).claims.get("iss")
            keys = self.issuers.get(named) if isinstance(named, str) else None
            if keys is None:
                raise StatementNotApproved("iss")
            claims, now = verify(token, keys, _STATEMENT), self.clock()
            issued_in_past(claims, now)
            not_expired(claims, now)
        except (JoseRefused, ClaimRefused) as cause:
            raise StatementRefused(cause.code) from cause
        return claims


def _plain(name: str) -> str:
    """RFC 7591 §2.2: return the name of a member without its language."""
    return name.partition("#")[0]
