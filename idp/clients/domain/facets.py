"""What a relying party is to OpenID Connect and OAuth 2.0."""

from dataclasses import dataclass
from enum import StrEnum

from idp.clients.domain.uris import RedirectUri
from kernel.proof.jose import KeySet


class AuthMethod(StrEnum):
    """How a client proves itself at the token endpoint (RFC 7591 §2)."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    PRIVATE_KEY = "private_key_jwt"
    NONE = "none"


class GrantType(StrEnum):
    """What a client may exchange for tokens (RFC 6749 §1.3; no password, no implicit)."""

    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105  a name of RFC 6749, no secret
    CLIENT_CREDENTIALS = "client_credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcFacet:
    """What a relying party is to OpenID Connect and OAuth 2.0.

    Attributes:
        auth_method: how it proves itself; ``none`` is a public client.
        redirect_uris: where answers may go, exactly.
        scopes: what it may ask for; for client_credentials also what it gets by default.
        sector: whom it shares pairwise subjects with (OIDC Core §8.1).
        backchannel_logout_uri: where logout tokens go; None: it cannot be told.
        keys: what it signs request objects and assertions with; None: it signs nothing.
        request_object_alg, assertion_alg: the one algorithm of each, if it named one.
        signs_requests: a request that is no signed object is refused (RFC 9101 §10.5).
    """

    auth_method: AuthMethod = AuthMethod.BASIC
    grant_types: frozenset[GrantType] = frozenset({GrantType.AUTHORIZATION_CODE})
    redirect_uris: tuple[RedirectUri, ...] = ()
    post_logout_redirect_uris: tuple[RedirectUri, ...] = ()
    backchannel_logout_uri: str | None = None
    scopes: frozenset[str] = frozenset({"openid"})
    sector: str = ""
    keys: KeySet | None = None
    request_object_alg: str | None = None
    assertion_alg: str | None = None
    signs_requests: bool = False

    @property
    def is_public(self) -> bool:
        """Whether it can keep no secret (RFC 6749 §2.1)."""
        return self.auth_method is AuthMethod.NONE

    @property
    def holds_secret(self) -> bool:
        """Whether it proves itself by a secret that it shares with us."""
        return self.auth_method in (AuthMethod.BASIC, AuthMethod.POST)
