"""What a signed object may be used for, one profile per purpose.

A verifier is always asked for one purpose, so that a token of another purpose under the
same key is refused (RFC 8725 §3.11, §3.12).
"""

from dataclasses import dataclass
from typing import Final

ASYMMETRIC: Final = frozenset({"ES256", "RS256", "PS256", "EdDSA", "Ed25519", "ES384"})
"""Every signature algorithm we check; ``none`` and the HMAC family are on no list."""
SYMMETRIC: Final = frozenset({"HS256"})
"""What ``verify_mac`` takes, and nothing else does (OIDC Core §9)."""

_KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class JwsProfile:
    """One purpose of a compact JWS.

    ``typ`` is the media type without ``application/``; ``typ_may_be_absent`` and
    ``kid_may_be_absent`` are for objects older than the habit of setting them, where the
    absence is allowed by name. ``depth`` bounds the nesting of the claims.
    """

    typ: str
    algorithms: frozenset[str] = ASYMMETRIC
    limit_bytes: int = 16 * _KIB
    typ_may_be_absent: bool = False
    kid_may_be_absent: bool = False
    depth: int = 16


# OpenID Federation 1.0 §3.1, §7, §8: statements and what is said about them.
ENTITY_STATEMENT: Final = JwsProfile("entity-statement+jwt", limit_bytes=256 * _KIB)
TRUST_MARK: Final = JwsProfile("trust-mark+jwt")
TRUST_MARK_DELEGATION: Final = JwsProfile("trust-mark-delegation+jwt")
TRUST_MARK_STATUS: Final = JwsProfile(
    "trust-mark-status-response+jwt", limit_bytes=64 * _KIB
)
RESOLVE_RESPONSE: Final = JwsProfile("resolve-response+jwt", limit_bytes=1024 * _KIB)
EXPLICIT_REGISTRATION: Final = JwsProfile(
    "explicit-registration-response+jwt", limit_bytes=256 * _KIB
)
HISTORICAL_KEYS: Final = JwsProfile("jwk-set+jwt", limit_bytes=1024 * _KIB)

# OAuth and OpenID Connect.
ACCESS_TOKEN: Final = JwsProfile("at+jwt")  # RFC 9068 §2.1
REQUEST_OBJECT: Final = JwsProfile(  # RFC 9101 §10.8
    "oauth-authz-req+jwt",
    limit_bytes=64 * _KIB,
    typ_may_be_absent=True,
    kid_may_be_absent=True,
)
ID_TOKEN: Final = JwsProfile("JWT", typ_may_be_absent=True, kid_may_be_absent=True)
LOGOUT_TOKEN: Final = JwsProfile("logout+jwt")  # OIDC Back-Channel Logout §2.4
CLIENT_ASSERTION: Final = JwsProfile(  # OIDC Core §9
    "JWT", typ_may_be_absent=True, kid_may_be_absent=True
)
DPOP_PROOF: Final = JwsProfile(  # RFC 9449 §4.2: the key is in the header, with no name
    "dpop+jwt", limit_bytes=8 * _KIB, kid_may_be_absent=True
)
INTROSPECTION: Final = JwsProfile("token-introspection+jwt")  # RFC 9701 §5
SECURITY_EVENT: Final = JwsProfile("secevent+jwt")  # RFC 8417 §2.3

# Our own objects.
CA_LIST: Final = JwsProfile("trusthub-ca-list+jwt", limit_bytes=1024 * _KIB)
LOG_BATCH: Final = JwsProfile("trusthub-log-batch+jwt", limit_bytes=64 * _KIB)
FEDERATION_EVENTS: Final = JwsProfile("trusthub-events+jwt", limit_bytes=1024 * _KIB)
CERTIFICATE_LOGIN: Final = JwsProfile("trusthub-certificate-login+jwt")
