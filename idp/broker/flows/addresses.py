"""Our own addresses at which upstreams send browsers and tokens back."""

from dataclasses import dataclass

from idp.broker.domain import Slug
from idp.broker.ports import ProviderStore


@dataclass(frozen=True, slots=True)
class Addresses:
    """One callback for each provider, so that answers cannot be mixed up by path.

    Source: RFC 9700 §4.4.2.2.
    """

    issuer: str

    def callback(self, provider: Slug) -> str:
        """Return the redirect URI."""
        return f"{self.issuer}/broker/{provider}/callback"

    def signed_out(self, provider: Slug) -> str:
        """Return the post logout redirect URI."""
        return f"{self.issuer}/broker/{provider}/signed_out"

    def backchannel_logout(self, provider: Slug) -> str:
        """Return the back-channel logout URI."""
        return f"{self.issuer}/broker/{provider}/backchannel_logout"


@dataclass(frozen=True, slots=True)
class CallbackUris:
    """The redirect URIs of this installation as a relying party, for its statement."""

    store: ProviderStore
    addresses: Addresses

    def uris(self) -> tuple[str, ...]:
        """Return one for each provider on record; represented members read no statement."""
        listed = (one for one in self.store.all() if not one.represented)
        return tuple(self.addresses.callback(one.slug) for one in listed)
