"""How clients prove themselves and what they may exchange for tokens."""

from enum import StrEnum
from typing import Final


class AuthMethod(StrEnum):
    """How a client proves itself at the token endpoint (RFC 7591 §2, RFC 8705 §2)."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    SECRET_JWT = "client_secret_jwt"  # noqa: S105  a name of OIDC Core §9, no secret
    PRIVATE_KEY = "private_key_jwt"
    TLS = "tls_client_auth"
    SELF_SIGNED_TLS = "self_signed_tls_client_auth"
    NONE = "none"


SECRET_METHODS: Final = frozenset(
    {AuthMethod.BASIC, AuthMethod.POST, AuthMethod.SECRET_JWT}
)
"""Methods that show or use a secret shared with us."""


class GrantType(StrEnum):
    """What a client may exchange for tokens (RFC 6749 §1.3; no password, no implicit)."""

    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105  a name of RFC 6749, no secret
    CLIENT_CREDENTIALS = "client_credentials"
    DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
    TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105  a name
    JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Profile(StrEnum):
    """Which rules a client is held to; what each means is the table of `profiles`."""

    OIDC = "oidc"
    FAPI2 = "fapi2-security"
    NATIVE = "native"
    KIOSK = "kiosk"
