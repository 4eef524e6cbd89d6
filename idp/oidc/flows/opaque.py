"""Access tokens that say nothing to who holds them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from idp.oidc.errors import TokenRefused
from idp.oidc.ports import AccessStore
from kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class OpaqueAccess:
    """Hands out the signature of a token and keeps what was signed.

    The signature names the token and proves it at once: nobody can make one up (RFC 7518
    §3.4), a part of one is none, and what lies here is no token without it.
    """

    store: AccessStore

    LIMIT_CHARACTERS: ClassVar[int] = 1024

    def hidden(self, token: str, until: datetime) -> str:
        """Return what stands for a signed token until then."""
        said, _, signature = token.rpartition(".")
        self.store.keep(Secret(signature).digest(), said, until)
        return signature

    def shown(self, presented: str) -> str:
        """Return the signed token behind what was presented; a signed one as it is.

        Raises:
            TokenRefused: nothing is kept under it.
        """
        if "." in presented:
            return presented
        if len(presented) > self.LIMIT_CHARACTERS:
            raise TokenRefused("long")
        said = self.store.said(Secret(presented).digest())
        if said is None:
            raise TokenRefused("unknown")
        return f"{said}.{presented}"
