"""Who we are at a provider: our name there, and how we show that it is us."""

from dataclasses import dataclass

from idp.broker.domain import Credentials, Shown, TrustedProvider
from idp.broker.errors import ProviderMetadataUnusable
from idp.broker.ports import ProviderStore
from kernel.ids import ClientId


@dataclass(frozen=True, slots=True)
class Ourselves:
    """Shows providers who we are, in the way that each takes."""

    providers: ProviderStore

    def credentials(self, trusted: TrustedProvider, client_id: ClientId) -> Credentials:
        """Return what goes to its token endpoint (OIDC Core §9).

        Raises:
            ProviderMetadataUnusable: it takes no method that we have something for.
        """
        secret = self.providers.secret(trusted.provider.slug)
        shown = Shown.NOTHING if secret is None else secret_shown(trusted)
        return Credentials(client_id=client_id, secret=secret, shown=shown)


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
