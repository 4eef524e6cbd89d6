"""What a plain OpenID provider must publish to be spoken with: one function per clause."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import SplitResult, urlsplit

from federation.errors import PlatformUnfit
from kernel.proof.jose import KeySet

WELL_KNOWN: Final = "/.well-known/openid-configuration"
SIGNATURES: Final = ("ES256", "RS256", "PS256", "EdDSA")
ENDPOINTS: Final = (
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "end_session_endpoint",
)
_REQUIRED: Final = (
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
)
_SECRET_METHODS: Final = frozenset({"client_secret_basic", "client_secret_post"})
_TEXT_LIMIT: Final = 200
_LIST_LIMIT: Final = 64
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
Discovered = Mapping[str, object]


def issuer_of(discovery: str) -> str:
    """§4: the configuration lies under the issuer.

    Raises:
        PlatformUnfit: the address is no such place.
    """
    if not discovery.endswith(WELL_KNOWN):
        raise PlatformUnfit(f"the address does not end with {WELL_KNOWN}")
    return discovery.removesuffix(WELL_KNOWN)


def issuer_fits_the_address(said: Discovered, discovery: str) -> None:
    """§4.3: ``issuer`` is exactly what the address was made of."""
    if said.get("issuer") != issuer_of(discovery):
        raise PlatformUnfit(f"issuer is {str(said.get('issuer'))[:120]!r}")


def required_members_are_there(said: Discovered) -> None:
    """§3: what every provider publishes, each of its type."""
    missing = [name for name in _REQUIRED if not said.get(name)]
    if missing:
        raise PlatformUnfit(", ".join(missing))
    for name in _REQUIRED:
        wanted = list if name.endswith("_supported") else str
        if not isinstance(said[name], wanted):
            raise PlatformUnfit(name)


def endpoints_are_https(said: Discovered, *, http_on_loopback: bool) -> None:
    """§3, RFC 6749 §3.1.2.1: every endpoint is reached over TLS, and has no fragment."""
    for name, url in endpoints(said).items():
        parts = _split(name, url)
        plain = http_on_loopback and parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not (parts.scheme == "https" or plain) or not parts.hostname or parts.fragment:
            raise PlatformUnfit(name)


def endpoints_are_its_own(said: Discovered) -> None:
    """RFC 9700 §4.4: endpoints lie at the issuer's host or below it, at no stranger's."""
    home = _split("issuer", str(said.get("issuer"))).hostname or ""
    for name, url in endpoints(said).items():
        host = _split(name, url).hostname or ""
        if host != home and not host.endswith(f".{home}"):
            raise PlatformUnfit(f"{name} is at {host[:120]}")


def code_flow_is_offered(said: Discovered) -> None:
    """OIDC Core §3.1: we sign people in by code, and by nothing else."""
    grants = texts(said, "grant_types_supported", ("authorization_code", "implicit"))
    if "code" not in texts(said, "response_types_supported"):
        raise PlatformUnfit("response_types_supported has no code")
    if "authorization_code" not in grants:
        raise PlatformUnfit("grant_types_supported has no authorization_code")


def pkce_is_offered(said: Discovered) -> None:
    """RFC 7636 §4.2, RFC 9700 §2.1.1: the code is bound to who asked for it, by S256."""
    if "S256" not in texts(said, "code_challenge_methods_supported"):
        raise PlatformUnfit("code_challenge_methods_supported has no S256")


def signatures_can_be_checked(said: Discovered) -> None:
    """OIDC Core §15.1: one of the algorithms of its ID tokens is one that we check."""
    if not algorithms(said):
        raise PlatformUnfit(f"none of {', '.join(SIGNATURES)}")


def secrets_are_taken(said: Discovered) -> None:
    """RFC 6749 §2.3.1: the token endpoint takes the client secret that you give us."""
    methods = texts(said, "token_endpoint_auth_methods_supported", ("client_secret_basic",))
    if not _SECRET_METHODS & set(methods):
        raise PlatformUnfit(f"only {', '.join(methods)[:120]}")


def scopes_have_openid(said: Discovered) -> None:
    """§3: where scopes are named, ``openid`` is among them."""
    if "openid" not in texts(said, "scopes_supported", ("openid",)):
        raise PlatformUnfit("scopes_supported has no openid")


def key_set(said: Discovered) -> KeySet:
    """RFC 7517 §5, RFC 7518 §3.3: public keys, strong enough, named apart.

    Raises:
        JoseRefused: they are not.
        PlatformUnfit: there is none to check a signature with.
    """
    keys = KeySet.parse(said)
    if not any(key.algorithms for key in keys.by_kid.values()):
        raise PlatformUnfit("no signing key")
    return keys


def keys_fit_the_algorithms(keys: KeySet, said: Discovered) -> None:
    """RFC 7517 §4.4: one of the keys is for one of the algorithms that are offered."""
    usable = {name for key in keys.by_kid.values() for name in key.algorithms}
    if not usable & set(algorithms(said)):
        raise PlatformUnfit(f"keys for {', '.join(sorted(usable))[:120]}")


def _split(name: str, url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as cause:
        raise PlatformUnfit(name) from cause


def endpoints(said: Discovered) -> dict[str, str]:
    """Return the endpoints that are named, by name."""
    named = {name: said.get(name) for name in ENDPOINTS}
    return {name: url for name, url in named.items() if isinstance(url, str)}


def algorithms(said: Discovered) -> tuple[str, ...]:
    """Return the algorithms of its ID tokens that we check, ours first."""
    offered = texts(said, "id_token_signing_alg_values_supported")
    return tuple(name for name in SIGNATURES if name in offered)


def texts(said: Discovered, name: str, default: Sequence[str] = ()) -> tuple[str, ...]:
    """Return a list of short texts, at most 64; the default where it is not there."""
    value = said.get(name, list(default))
    listed = value if isinstance(value, list) else []
    short = (one for one in listed if isinstance(one, str) and len(one) <= _TEXT_LIMIT)
    return tuple(short)[:_LIST_LIMIT]
