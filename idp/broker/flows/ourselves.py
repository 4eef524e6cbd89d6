"""Who we are at a provider: our name there, and how we show that it is us."""

from collections.abc import Mapping
from dataclasses import dataclass

from federation.domain import RELYING_PARTY, VerifiedChain
from federation.errors import ChainExpired, NoTrustChain
from idp.broker.domain import Credentials, Registration, Shown, Slug, TrustedProvider
from idp.broker.errors import ProviderMetadataUnusable
from idp.broker.flows.addresses import Addresses
from idp.broker.messages.signed import (
    ASSERTION,
    CONFIGURATION,
    REQUEST_OBJECT,
    Sent,
    assertion_claims,
    request_object_claims,
)
from idp.broker.ports import Chains, ProviderStore
from kernel.clock import Clock, epoch_seconds
from kernel.entropy import Entropy, token
from kernel.ids import ClientId, EntityId
from kernel.proof.jose import compact, signing_input
from kernel.secret import Secret
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer


@dataclass(frozen=True, slots=True)
class Chance:
    """Time and chance."""

    clock: Clock
    entropy: Entropy


@dataclass(frozen=True, slots=True)
class Ourselves:
    """Shows providers who we are, in the way that each takes.

    ``entity`` is our own entity identifier: that of ``{issuer}``, as a relying party.
    """

    entity: EntityId
    providers: ProviderStore
    addresses: Addresses
    chains: Chains
    signer: Signer
    chance: Chance

    def credentials(self, trusted: TrustedProvider, client_id: ClientId) -> Credentials:
        """Return what goes to its token endpoint (OIDC Core §9).

        Raises:
            ProviderMetadataUnusable: it takes no method that we have something for.
        """
        if trusted.provider.registers_us:
            return self._by_key(trusted, client_id)
        secret = self.providers.secret(trusted.provider.slug)
        shown = Shown.NOTHING if secret is None else secret_shown(trusted)
        return Credentials(client_id=client_id, secret=secret, shown=shown)

    def request_object(
        self,
        trusted: TrustedProvider,
        members: Mapping[str, str],
        *,
        with_chain: bool = True,
    ) -> str:
        """Sign an authentication request (OpenID Federation 1.0 §12.1.1.1).

        Our chain goes along in the header where it ends at the provider's own anchor.
        """
        sent = self._sent(trusted, ClientId(members["client_id"]))
        claims = request_object_claims(sent, members)
        chain = self._chain_for(trusted) if with_chain else ()
        return self._signed(claims, chain)

    def configuration_for(self, audience: EntityId, ours: VerifiedChain) -> str:
        """Sign what we publish about ourselves anew, for one provider alone.

        Source: OpenID Federation 1.0 §12.2.1.
        """
        published = ours.statements[0]
        now = self.chance.clock()
        claims = {
            **published.claims,
            "aud": audience,
            "iat": epoch_seconds(now),
            "exp": epoch_seconds(published.expires_at),
        }
        return self.signer.sign(Purpose.ENTITY, CONFIGURATION, claims)

    def chain(self, slug: Slug) -> VerifiedChain | None:
        """Return our own chain, None while none names our address for a provider."""
        try:
            ours = self.chains.chain(self.entity)
        except (NoTrustChain, ChainExpired):
            return None
        return ours if self.addresses.callback(slug) in listed(ours) else None

    def _by_key(self, trusted: TrustedProvider, client_id: ClientId) -> Credentials:
        """OpenID Federation 1.0 §12.1.1.2: an assertion for the provider and no other."""
        if Shown.KEY not in trusted.metadata.secret_methods:
            raise ProviderMetadataUnusable("token_endpoint_auth_methods_supported")
        claims = assertion_claims(self._sent(trusted, client_id))
        assertion = self.signer.sign(Purpose.CLIENT, ASSERTION, claims)
        return Credentials(client_id=client_id, secret=Secret(assertion), shown=Shown.KEY)

    def _chain_for(self, trusted: TrustedProvider) -> tuple[str, ...]:
        """OpenID Federation 1.0 §4.3: ``trust_chain`` ends where the provider's does.

        One that is older than this provider's record names no address of it: without a
        chain the provider resolves us itself.
        """
        ours = self.chain(trusted.provider.slug)
        if trusted.provider.registration is not Registration.AUTOMATIC or ours is None:
            return ()
        return ours.tokens if ours.anchor == trusted.chain.anchor else ()

    def _sent(self, trusted: TrustedProvider, client_id: ClientId) -> Sent:
        return Sent(
            client_id=client_id,
            audience=trusted.provider.entity_id,
            jti=token(self.chance.entropy),
            now=self.chance.clock(),
        )

    def _signed(self, claims: Mapping[str, object], chain: tuple[str, ...]) -> str:
        """RFC 7515 §7.1, with our chain in the header."""
        typ = REQUEST_OBJECT
        if not chain:
            return self.signer.sign(Purpose.CLIENT, typ, claims)
        kid = self.signer.active_kid(Purpose.CLIENT)
        header = {"alg": "ES256", "typ": typ, "kid": kid, "trust_chain": list(chain)}
        signed = signing_input(header, claims)
        made = self.signer.sign_raw(Purpose.CLIENT, signed)
        if made.kid != kid:  # A rotation came between: without the chain it still holds.
            return self.signer.sign(Purpose.CLIENT, typ, claims)
        return compact(signed, made.signature)


def listed(ours: VerifiedChain) -> frozenset[str]:
    """OIDC Registration §2 redirect_uris: the addresses at which we can be answered."""
    named = ours.metadata.get(RELYING_PARTY, {}).get("redirect_uris")
    return frozenset(named) if isinstance(named, list) else frozenset()


def secret_shown(trusted: TrustedProvider) -> Shown:
    """RFC 6749 §2.3.1: by header where that is taken, in the body where only that is.

    Members whose client record we made by hand take the header, as they always did.
    """
    taken = trusted.metadata.secret_methods
    if not trusted.provider.represented or Shown.BASIC in taken:
        return Shown.BASIC
    if Shown.POST in taken:
        return Shown.POST
    raise ProviderMetadataUnusable("token_endpoint_auth_methods_supported")
