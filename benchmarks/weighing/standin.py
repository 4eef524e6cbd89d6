"""A whole federation on one port: an anchor and any number of members below it.

Signs every statement as it is asked for, as members would. The keys are fixed, so that
whoever is weighed knows the anchor's; all members share one.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import parse_qs

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from kernel.proof import jose

PORT: Final = 8975
BASE: Final = f"http://localhost:{PORT}"
ANCHOR: Final = f"{BASE}/trust"
_ECDSA: Final = ec.ECDSA(SHA256())
_WELL_KNOWN: Final = "/.well-known/openid-federation"
_LIFE_S: Final = 24 * 3600


class Key:
    """A key that everybody in the benchmark knows."""

    def __init__(self, number: int) -> None:
        """Derive it from a number."""
        self.private = ec.derive_private_key(number, ec.SECP256R1())
        self.kid = f"k{number}"
        public = jose.PublicKey(self.kid, "ES256", self.private.public_key())
        self.keys = jose.KeySet.of([public])

    def token(self, claims: dict[str, object]) -> bytes:
        """Return a signed statement."""
        header = {"typ": "entity-statement+jwt", "alg": "ES256", "kid": self.kid}
        signed = jose.signing_input(header, claims)
        signature = jose.jws_signature_from_der(self.private.sign(signed, _ECDSA), "ES256")
        return jose.compact(signed, signature).encode()


ANCHOR_KEY: Final = Key(7)
MEMBER_KEY: Final = Key(11)


def entity(number: int) -> str:
    """Return the n-th member."""
    return f"{BASE}/m/{number}"


def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer one question about the federation."""
    path = environ["PATH_INFO"]
    if path == "/trust/fetch":
        subject = parse_qs(environ["QUERY_STRING"])["sub"][0]
        body = _stated(subject)
    elif path.endswith(_WELL_KNOWN):
        body = _configuration(f"{BASE}{path.removesuffix(_WELL_KNOWN)}")
    else:
        start_response("404 Not Found", [("Content-Length", "0")])
        return [b""]
    media_type = "application/entity-statement+jwt"
    headers = [("Content-Type", media_type), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]


def _configuration(who: str) -> bytes:
    if who == ANCHOR:
        endpoint = {"federation_fetch_endpoint": f"{ANCHOR}/fetch"}
        return ANCHOR_KEY.token(
            {**_times(who, who, ANCHOR_KEY), "metadata": {"federation_entity": endpoint}}
        )
    metadata = {
        "issuer": who,
        "authorization_endpoint": f"{who}/authorize",
        "token_endpoint": f"{who}/token",
        "jwks_uri": f"{who}/jwks",
        "acr_values_supported": [f"urn:trusthub:loa:{n}" for n in (1, 2, 3)],
        "response_types_supported": ["code"],
    }
    said = {"authority_hints": [ANCHOR], "metadata": {"openid_provider": metadata}}
    return MEMBER_KEY.token({**_times(who, who, MEMBER_KEY), **said})


def _stated(subject: str) -> bytes:
    policy = {
        "issuer": {"value": subject},
        "acr_values_supported": {"subset_of": [f"urn:trusthub:loa:{n}" for n in (1, 2)]},
    }
    said = {
        "metadata_policy": {"openid_provider": policy},
        "constraints": {"max_path_length": 0, "allowed_entity_types": ["openid_provider"]},
        "source_endpoint": f"{ANCHOR}/fetch",
    }
    return ANCHOR_KEY.token({**_times(ANCHOR, subject, MEMBER_KEY), **said})


def _times(issuer: str, subject: str, about: Key) -> dict[str, object]:
    now = int(time.time())
    said: dict[str, object] = {"iss": issuer, "sub": subject, "jwks": about.keys.to_jwks()}
    return {**said, "iat": now, "exp": now + _LIFE_S}
