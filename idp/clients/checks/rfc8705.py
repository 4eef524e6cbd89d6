"""RFC 8705: clients that are known by a certificate."""

from idp.clients.domain import AuthMethod, Client
from idp.clients.errors import ClientMalformed

_NAME_LIMIT_CHARACTERS = 255


def certificate_has_a_name(client: Client) -> None:
    """§2.1.2: tls_client_auth says which one name its certificate bears; others none."""
    named = client.oidc.tls_subject
    if (named is not None) != (client.oidc.auth_method is AuthMethod.TLS):
        raise ClientMalformed("tls_client_auth")
    if named is not None and not 0 < len(named.value) <= _NAME_LIMIT_CHARACTERS:
        raise ClientMalformed("tls_client_auth")
