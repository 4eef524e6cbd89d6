"""What this installation offers, read off its tables, under the names of metadata."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from idp.clients.domain import AuthMethod

ENDPOINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "authorization_endpoint": "/oauth2/authorize",  # RFC 8414 §2
        "token_endpoint": "/oauth2/token",
        "registration_endpoint": "/oauth2/register",
        "revocation_endpoint": "/oauth2/revoke",
        "introspection_endpoint": "/oauth2/introspect",
        "jwks_uri": "/oidc/jwks",
        "userinfo_endpoint": "/oidc/userinfo",  # OIDC Discovery §3
        "end_session_endpoint": "/logout",  # OIDC RP-Initiated Logout §2.1
        "device_authorization_endpoint": "/oauth2/device_authorization",  # RFC 8628 §4
        "pushed_authorization_request_endpoint": "/oauth2/par",  # RFC 9126 §5
        # OpenID Federation 1.0 §5.1.3, §5.2.1
        "federation_registration_endpoint": "/oidc/federation_registration",
        "signed_jwks_uri": "/oidc/signed_jwks",
    }
)
"""The address of each endpoint below the issuer; it is told where it is served."""

PAGES: Final = frozenset({"/logout", "/oidc/jwks", "/oidc/signed_jwks"})
"""What is served besides the routes that the documents tell of."""
_WITH_CERTIFICATE: Final = (
    "token_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "device_authorization_endpoint",
    "pushed_authorization_request_endpoint",
    "userinfo_endpoint",
)
"""Where a client comes with its certificate (RFC 8705 §5)."""
_TLS: Final = frozenset({AuthMethod.TLS, AuthMethod.SELF_SIGNED_TLS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What is served here.

    Attributes:
        paths: of every route and page.
        grants: the grant types of the token endpoint's table.
        methods: in which clients may prove themselves, by the profiles' table.
        certificate_url: below which clients come with certificates; None: nowhere.
    """

    paths: frozenset[str]
    grants: tuple[str, ...]
    methods: frozenset[AuthMethod]
    certificate_url: str | None = None

    def endpoints(self, url: str) -> dict[str, object]:
        """Return the address of every endpoint that is served."""
        return {name: url + path for name, path in self._served()}

    def aliases(self) -> dict[str, object]:
        """RFC 8705 §5: the same endpoints, where a certificate is asked for."""
        if self.certificate_url is None:
            return {}
        found = {
            name: self.certificate_url + path
            for name, path in self._served()
            if name in _WITH_CERTIFICATE
        }
        return {
            "mtls_endpoint_aliases": found,
            "tls_client_certificate_bound_access_tokens": True,
        }

    def auth_methods(self) -> list[str]:
        """Return the methods, those by certificate only where there is one to show."""
        held = self.methods if self.certificate_url else self.methods - _TLS
        return [method.value for method in AuthMethod if method in held]

    def _served(self) -> list[tuple[str, str]]:
        return [(name, path) for name, path in ENDPOINTS.items() if path in self.paths]
