"""May this provider be relied on, right now? Asked before each step, never remembered."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from federation.domain import PROVIDER, VerifiedChain
from federation.errors import ChainExpired, NoTrustChain
from idp.broker.domain import Provider, TrustedProvider, UpstreamMetadata
from idp.broker.errors import ProviderMetadataUnusable, ProviderNotTrusted
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
        """
        chain = self._chain(provider)
        self.standing.require(*chain.parties)
        metadata = upstream_metadata(chain.metadata.get(PROVIDER, {}))
        issuer_is_the_entity(metadata, provider)
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


def endpoints_are_https(metadata: UpstreamMetadata) -> None:
    """RFC 6749 §3.1.2.1, OIDC Discovery §3: every endpoint is reached over TLS."""
    for address in (
        metadata.authorization_endpoint,
        metadata.token_endpoint,
        metadata.userinfo_endpoint,
        metadata.end_session_endpoint,
        metadata.jwks_uri,
    ):
        if address is not None and urlsplit(address).scheme != "https":
            raise ProviderMetadataUnusable("http")
