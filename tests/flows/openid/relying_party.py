"""A relying party of the plans: what it is called, and how it proves itself."""

import base64
import itertools
from dataclasses import dataclass
from typing import Final

from kernel.clock import Clock, SystemClock, epoch_seconds
from tests.attacks.house import BACK
from tests.unit.kernel.proof.signers import Signer

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_count: Final = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """One client as the suite configures it.

    Attributes:
        method: how it proves itself at the token endpoint.
        key: what it signs assertions and request objects with.
        with_challenge: it sends a code challenge; else it relies on its nonce.
    """

    id: str
    secret: str = ""
    method: str = "client_secret_basic"
    redirect_uri: str = BACK
    scope: str = "openid"
    key: Signer | None = None
    with_challenge: bool = False
    clock: Clock = SystemClock()  # noqa: RUF009  it holds nothing

    def headers(self) -> dict[str, str]:
        """RFC 6749 §2.3.1: the header that proves it, if its method is a header."""
        if self.method != "client_secret_basic":
            return {}
        pair = base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}

    def fields(self, audience: str) -> dict[str, str]:
        """Return the form fields that prove it, if its method is in the form."""
        if self.method == "client_secret_post":
            return {"client_id": self.id, "client_secret": self.secret}
        if self.method == "private_key_jwt":
            return {
                "client_assertion_type": ASSERTION,
                "client_assertion": self.assertion(audience),
            }
        return {}

    def assertion(self, audience: str) -> str:
        """OIDC Core §9: an assertion for ``audience``, never the same twice."""
        now = epoch_seconds(self.clock())
        claims = {
            "iss": self.id,
            "sub": self.id,
            "aud": audience,
            "jti": f"assertion-{next(_count)}-{now}",
            "iat": now,
            "exp": now + 60,
        }
        return self.signed("JWT", claims)

    def signed(self, typ: str, claims: dict[str, object]) -> str:
        """Return claims signed by its own key."""
        assert self.key is not None
        return self.key.token(self.key.header(typ), claims)
