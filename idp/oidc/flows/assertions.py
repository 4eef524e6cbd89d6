"""Client authentication by private_key_jwt and client_secret_jwt."""

from dataclasses import dataclass
from typing import Final, NoReturn

from idp.clients.domain import AuthMethod, Client
from idp.clients.errors import ClientHasNoSecret
from idp.clients.ports import ClientKeys, SharedSecrets
from idp.oidc.domain.issuer import Issuer
from idp.oidc.domain.one_time import Unspent
from idp.oidc.domain.signed import Signed
from idp.oidc.errors import AssertionRefused, AssertionReplayed
from idp.oidc.flows.once import Once, name_of
from idp.oidc.flows.signed_steps import ASSERTION_STEPS, walk_signed
from idp.oidc.messages.signed import assertion_by_secret, verified_assertion
from kernel.clock import Clock
from kernel.proof.jose import UnverifiedJws, VerifiedClaims
from kernel.secret import Secret

KIND: Final = "client assertion"


@dataclass(frozen=True, slots=True)
class Assertions:
    """Believes an assertion, and names it for its one use."""

    issuer: Issuer
    once: Once
    clock: Clock
    keys: ClientKeys
    secrets: SharedSecrets

    def believe(self, client: Client, assertion: UnverifiedJws, unspent: Unspent) -> None:
        """Return if ``client`` signed it for us, now; whether it is used up comes later.

        Raises:
            AssertionRefused: anything else.

        Source: RFC 7523 §3, OIDC Core §9.
        """
        signed = Signed(
            claims=self._verified(client, assertion),
            client=client,
            beside={},
            issuer=self.issuer,
            now=self.clock(),
        )
        walk_signed(signed, ASSERTION_STEPS)
        named = name_of(KIND, signed)
        if named is not None:
            unspent.add(self.once.one_time(*named, was_used_before))

    def _verified(self, client: Client, assertion: UnverifiedJws) -> VerifiedClaims:
        """RFC 8725 §2.1: the registration tells key from secret, never the header."""
        if client.oidc.auth_method is AuthMethod.SECRET_JWT:
            return assertion_by_secret(assertion, self._secret(client))
        keys = self.keys.for_token(client, assertion.token)
        return verified_assertion(assertion, keys)

    def _secret(self, client: Client) -> Secret:
        """OIDC Core §9: client_secret_jwt is signed with the registered secret."""
        try:
            return self.secrets.of(client)
        except ClientHasNoSecret as cause:
            raise AssertionRefused("no secret") from cause


def was_used_before() -> NoReturn:
    """RFC 7523 §3, OIDC Core §9: the ``jti`` of an assertion prevents its reuse."""
    raise AssertionReplayed("jti")
