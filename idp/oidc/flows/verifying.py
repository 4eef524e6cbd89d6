"""Access tokens of ours, read back."""

from dataclasses import dataclass

from idp.oidc.domain.issuer import Issuer
from idp.oidc.errors import TokenRefused
from kernel.clock import Clock
from kernel.proof.jose import (
    ACCESS_TOKEN,
    JoseRefused,
    VerifiedClaims,
    intended_for,
    issued_by,
    verify,
    within,
)
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Verifies what the token endpoint issued."""

    issuer: Issuer
    signer: Signer
    clock: Clock

    def verified(self, token: str, audience: str) -> VerifiedClaims:
        """Return the claims of a token of ours for ``audience``.

        Raises:
            TokenRefused: another type, signature, issuer, audience, or time.

        Source: RFC 9068 §4.
        """
        try:
            keys = self.signer.published(Purpose.TOKENS)
            claims = verify(token, keys, ACCESS_TOKEN)
            issued_by(claims, self.issuer.url)
            intended_for(claims, audience)
            within(claims, self.clock())
        except JoseRefused as cause:
            raise TokenRefused(cause.code) from cause
        return claims
