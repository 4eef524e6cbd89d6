"""May this provider be relied on, right now? Asked before each step, never remembered."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from federation.domain import PROVIDER, VerifiedChain
from federation.errors import ChainExpired, NoTrustChain
from idp.broker.domain import Provider, TrustedProvider, UpstreamMetadata
from idp.broker.errors import (
    NotRegistered,
    ProviderMetadataUnusable,
    ProviderNotTrusted,
    RegistrationTypeUnsupported,
)
from idp.broker.messages.upstream import upstream_metadata
from idp.broker.ports import Chains
from kernel.standing import Standing


@dataclass(frozen=True, slots=True)
class Trust:
    """Chain, standing and metadata of a provider.

    ``plain_http`` is true only of an installation that is itself on http (loopback).
    """

    chains: Chains
    standing: Standing
    plain_http: bool = False

    def require(self, provider: Provider) -> TrustedProvider:
        """Return a provider that may be relied on now.

        Raises:
            ProviderNotTrusted: no valid chain is known.
            NotInGoodStanding, StandingUnknown: somebody on its path may not act.
            ProviderMetadataUnusable: its resolved metadata does not do.
            NotRegistered: we have no name there at present.
        """
        trusted = self.believe(provider)
        if not provider.client_id:
            raise NotRegistered(provider.slug)
        return trusted

    def believe(self, provider: Provider) -> TrustedProvider:
        """Return a provider that may be relied on, whether we are registered or not.

        Raises:
            ProviderNotTrusted, NotInGoodStanding, StandingUnknown,
            ProviderMetadataUnusable: as ``require``.
        """
        chain = self._chain(provider)
        self.standing.require(*chain.parties)
        metadata = upstream_metadata(chain.metadata.get(PROVIDER, {}))
        issuer_is_the_entity(metadata, provider)
        may_register(metadata, provider)
        if not self.plain_http:
            endpoints_are_https(metadata)
        return TrustedProvider(provider=provider, chain=chain, metadata=metadata)

    def _chain(self, provider: Provider) -> VerifiedChain:
        try:
            return self.chains.chain(provider.entity_id)
        except (NoTrustChain, ChainExpired) as cause:
            raise ProviderNotTrusted(cause.code) from cause


def issuer_is_the_entity(metadata: UpstreamMetadata, provider: Provider) -> None:
    """OpenID Federation 1.0 §5.1.3: the issuer is the entity identifier itself."""
    if metadata.issuer != provider.entity_id:
        raise ProviderMetadataUnusable("issuer")


def may_register(metadata: UpstreamMetadata, provider: Provider) -> None:
    """OpenID Federation 1.0 §5.1.3: client_registration_types_supported is REQUIRED.

    It must name the way in which we are, or would be, its relying party. Where an operator
    or the member itself gave us a name, nothing is registered.
    """
    named = provider.registration.value
    if provider.registers_us and named not in metadata.registration_types:
        raise RegistrationTypeUnsupported(named)


def endpoints_are_https(metadata: UpstreamMetadata) -> None:
    """RFC 6749 §3.1.2.1, OIDC Discovery §3: every endpoint is reached over TLS."""
    for address in (
        metadata.authorization_endpoint,
        metadata.token_endpoint,
        metadata.userinfo_endpoint,
        metadata.end_session_endpoint,
        metadata.jwks_uri,
        metadata.pushed_endpoint,
        metadata.registration_endpoint,
    ):
        if address is not None and urlsplit(address).scheme != "https":
            raise ProviderMetadataUnusable("http")
