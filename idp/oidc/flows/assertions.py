"""Client authentication by private_key_jwt."""

from dataclasses import dataclass
from typing import Final

from idp.clients.domain import Client
from idp.clients.ports import ClientKeys
from idp.oidc.domain.issuer import Issuer
from idp.oidc.domain.signed import Signed
from idp.oidc.errors import AssertionReplayed
from idp.oidc.flows.once import Once
from idp.oidc.flows.signed_steps import ASSERTION_STEPS, walk_signed
from idp.oidc.messages.signed import verified_assertion
from kernel.clock import Clock

KIND: Final = "client assertion"


@dataclass(frozen=True, slots=True)
class Assertions:
    """Believes an assertion once."""

    issuer: Issuer
    once: Once
    clock: Clock
    keys: ClientKeys

    def believe(self, client: Client, assertion: str) -> None:
        """Return if ``client`` signed it for us, now, and it was not used before.

        Raises:
            AssertionRefused: anything else.

        Source: RFC 7523 §3, OIDC Core §9.
        """
        keys = self.keys.for_token(client, assertion)
        signed = Signed(
            claims=verified_assertion(assertion, keys),
            client=client,
            beside={},
            issuer=self.issuer,
            now=self.clock(),
        )
        walk_signed(signed, ASSERTION_STEPS)
        if not self.once.is_first_use(KIND, signed):
            raise AssertionReplayed("jti")
