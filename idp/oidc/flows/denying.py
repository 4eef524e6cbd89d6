"""Access tokens that were taken back before their end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from idp.oidc.errors import TokenRefused
from idp.oidc.ports import AccessStore
from kernel.proof.jose import required_date
from kernel.secret import Digest, Secret


@dataclass(frozen=True, slots=True)
class DeniedTokens:
    """Remembers a revoked access token by its ``jti`` until it would have ended."""

    store: AccessStore

    MARGIN: ClassVar[timedelta] = timedelta(minutes=2)
    """More than the clock skew with which an end is read."""

    def deny(self, claims: Mapping[str, object]) -> bool:
        """RFC 7009 §2.2: take a token back at once; True for whoever did it first."""
        ends = required_date(claims, "exp") + self.MARGIN
        return self.store.deny(_name(claims), ends)

    def must_not_name(self, claims: Mapping[str, object]) -> None:
        """Return if the token was not taken back.

        Raises:
            TokenRefused: it was.
        """
        if self.store.is_denied(_name(claims)):
            raise TokenRefused("revoked")


def _name(claims: Mapping[str, object]) -> Digest:
    return Secret(f"access token\n{claims.get('jti')}").digest()
