"""Access tokens of ours, read back."""

from dataclasses import dataclass, field
from datetime import timedelta

from idp.oidc.domain.issuer import Issuer
from idp.oidc.errors import TokenRefused
from idp.oidc.flows.denying import DeniedTokens
from idp.oidc.flows.opaque import OpaqueAccess
from kernel.clock import Clock
from kernel.proof.jose import (
    ACCESS_TOKEN,
    JoseRefused,
    SeenTokens,
    VerifiedClaims,
    intended_for,
    issued_by,
    issued_in_past,
    not_before,
    not_expired,
)
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Verifies what the token endpoint issued, signed or opaque."""

    issuer: Issuer
    signer: Signer
    clock: Clock
    opaque: OpaqueAccess
    denied: DeniedTokens
    seen: SeenTokens = field(default_factory=lambda: SeenTokens(ACCESS_TOKEN))

    def verified(self, token: str, audience: str) -> VerifiedClaims:
        """Return the claims of a token of ours for ``audience``.

        Raises:
            TokenRefused: another type, signature, issuer, audience, or time; or revoked.

        Source: RFC 9068 §4.
        """
        claims = self.in_force(token)
        try:
            intended_for(claims, audience)
        except JoseRefused as cause:
            raise TokenRefused(cause.code) from cause
        return claims

    def in_force(self, token: str) -> VerifiedClaims:
        """Return the claims of a token of ours, for whomever it is.

        We set its end by our own clock, so it is over to the second (RFC 7519 §4.1.4).

        Raises:
            TokenRefused: as ``verified``, but for the audience.
        """
        claims, now = self.authentic(token), self.clock()
        try:
            issued_in_past(claims, now)
            not_before(claims, now)
            not_expired(claims, now, timedelta(0))
        except JoseRefused as cause:
            raise TokenRefused(cause.code) from cause
        self.denied.must_not_name(claims)
        return claims

    def authentic(self, token: str) -> VerifiedClaims:
        """Return the claims of a token that we issued, whatever has come since.

        Raises:
            TokenRefused: another type, signature or issuer.
        """
        try:
            keys = self.signer.published(Purpose.TOKENS)
            claims = self.seen.verify(self.opaque.shown(token), keys)
            issued_by(claims, self.issuer.url)
        except JoseRefused as cause:
            raise TokenRefused(cause.code) from cause
        return claims
