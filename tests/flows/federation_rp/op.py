"""A provider of a test federation over HTTP: it checks what reaches it, and can be bent.

What it verifies it verifies with joserfc, not with our own code.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import urllib3
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from tests.unit.kernel.proof.signers import Signer, signer

Claims = dict[str, Any]
STATEMENT: Final = "entity-statement+jwt"
REGISTERED: Final = "explicit-registration-response+jwt"
_ALGORITHMS: Final = ["ES256"]


LONG: Final = jws.JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
LONG.max_header_length = 100_000
"""A header may hold a whole trust chain (OpenID Federation 1.0 §4.3)."""


class Bad(Exception):
    """What reached the provider is not what it must be; the words say what."""


@dataclass
class Told:
    """How to behave; the defaults are those of an honest provider."""

    configuration: Callable[[Claims], Claims] = lambda claims: claims
    id_token: Claims = field(default_factory=dict)
    registered: Callable[[Claims], Claims] = lambda claims: claims
    registered_by: Signer | None = None
    metadata: Claims = field(default_factory=dict)
    asks_for: frozenset[str] = frozenset({"jti", "exp", "iss", "aud"})


@dataclass
class FederatedOp:
    """Keys, memory and behaviour of one provider."""

    issuer: str
    superior: str
    told: Told = field(default_factory=Told)
    seen: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    asked: Claims = field(default_factory=dict)
    headers: list[Claims] = field(default_factory=list)
    pushed: dict[str, Claims] = field(default_factory=dict)
    codes: dict[str, Claims] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take keys: one for statements, another for tokens."""
        self.federation: Signer = signer(kid=f"federation {self.issuer}")
        self.tokens: Signer = signer(kid=f"tokens {self.issuer}")

    # --------------------------------------------------------------- what it publishes

    def metadata(self) -> Claims:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "federation_registration_endpoint": f"{self.issuer}/register",
            "client_registration_types_supported": ["automatic", "explicit"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "request_object_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "response_types_supported": ["code"],
            "claims_supported": ["sub", "acr", "name"],
            "acr_values_supported": ["urn:trusthub:loa:1", "urn:trusthub:loa:2"],
            "jwks": {"keys": [self.tokens.key.to_jwk()]},
            **self.told.metadata,
        }
        return {name: value for name, value in said.items() if value is not None}

    def configuration(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.issuer,
            "iat": now,
            "exp": now + 600,
            "jwks": {"keys": [self.federation.key.to_jwk()]},
            "authority_hints": [self.superior],
            "metadata": {"openid_provider": self.metadata()},
        }
        bent = self.told.configuration(claims)
        return self.federation.token(self.federation.header(STATEMENT), bent)

    # --------------------------------------------------------------- what it checks

    def keys_of(self, client_id: str) -> KeySet:
        """Read the relying party's protocol keys where it publishes them."""
        entity = self.clients.get(client_id, client_id)
        url = f"{entity}/.well-known/openid-federation"
        said = unverified(urllib3.request("GET", url).data.decode())
        return KeySet.import_key_set(said["metadata"]["openid_relying_party"]["jwks"])

    def verified(self, token: str, client_id: str, typ: str) -> Claims:
        """Verify a token of a relying party, once."""
        done = jwt.decode(
            token, self.keys_of(client_id), algorithms=_ALGORITHMS, registry=LONG
        )
        claims: Claims = dict(done.claims)
        self.headers.append(dict(done.header))
        require(done.header.get("typ") == typ, f"typ {done.header.get('typ')}")
        for name in self.told.asks_for:
            require(name in claims, f"no {name}")
        require(claims["aud"] == self.issuer, "aud")
        require(claims["exp"] > time.time(), "exp")
        require(claims["jti"] not in self.used, "jti twice")
        self.used.add(claims["jti"])
        return claims

    def request_object(self, token: str, client_id: str) -> Claims:
        """OpenID Federation 1.0 §12.1.1.1."""
        claims = self.verified(token, client_id, "oauth-authz-req+jwt")
        require(claims["iss"] == claims["client_id"] == client_id, "iss or client_id")
        require("sub" not in claims, "sub")
        return claims

    def client_of(self, form: Claims) -> str:
        """RFC 7523 §3: who proves to be which client."""
        require(form.get("client_assertion_type", "").endswith("jwt-bearer"), "no proof")
        client_id = str(unverified(form["client_assertion"])["sub"])
        typ = "client-authentication+jwt"
        claims = self.verified(form["client_assertion"], client_id, typ)
        require(claims["iss"] == claims["sub"] == form["client_id"], "iss or sub")
        return client_id

    # --------------------------------------------------------------- what it answers

    def authorize(self, query: Claims) -> str:
        """Sign somebody in at once, if the request holds; return where to go."""
        client_id = query["client_id"]
        if "request_uri" in query:
            self.asked = self.pushed.pop(query["request_uri"])
        elif "request" in query:
            self.asked = self.request_object(query["request"], client_id)
        else:
            require(client_id in self.clients, "neither signed nor registered")
            self.asked = query
        require(self.asked["client_id"] == client_id, "client_id")
        code = secrets.token_urlsafe(16)
        self.codes[code] = self.asked
        said = {"code": code, "state": self.asked["state"], "iss": self.issuer}
        return f"{self.asked['redirect_uri']}?{urlencode(said)}"

    def push(self, form: Claims) -> Claims:
        """RFC 9126 §2."""
        client_id = self.client_of(form)
        signed = form.get("request")
        asked = form if signed is None else self.request_object(signed, client_id)
        require(asked["client_id"] == client_id, "client_id")
        uri = f"urn:ietf:params:oauth:request_uri:{secrets.token_urlsafe(16)}"
        self.pushed[uri] = asked
        return {"request_uri": uri, "expires_in": 60}

    def redeem(self, form: Claims) -> Claims:
        """RFC 6749 §4.1.3."""
        client_id, asked = self.client_of(form), self.codes.pop(form["code"])
        require(asked["client_id"] == client_id, "code of another")
        require(asked["redirect_uri"] == form["redirect_uri"], "redirect_uri")
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        require(asked["code_challenge"] == challenge, "code_verifier")
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": f"person-{len(self.seen)}",
            "aud": client_id,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": asked["nonce"],
            "acr": "urn:trusthub:loa:2",
            "name": "赵明",
            **self.told.id_token,
        }
        token = self.tokens.token(self.tokens.header("JWT"), claims)
        return {"access_token": "at", "token_type": "Bearer", "id_token": token}

    def register(self, statement: str) -> str:
        """OpenID Federation 1.0 §12.2.2, §12.2.3."""
        said = unverified(statement)
        keys = KeySet.import_key_set(said["jwks"])
        jwt.decode(statement, keys, algorithms=_ALGORITHMS, registry=LONG)
        require(said["iss"] == said["sub"], "not a configuration")
        require(said.get("aud") == self.issuer, "aud")
        client_id = f"client-{len(self.clients) + 1}"
        self.clients[client_id] = said["sub"]
        now = int(time.time())
        ours = said["metadata"]["openid_relying_party"]
        claims = {
            "iss": self.issuer,
            "sub": said["sub"],
            "aud": said["sub"],
            "iat": now,
            "exp": min(now + 300, said["exp"]),
            "trust_anchor": self.superior,
            "authority_hints": said["authority_hints"][:1],
            "metadata": {"openid_relying_party": {**ours, "client_id": client_id}},
        }
        key = self.told.registered_by or self.federation
        return key.token(self.federation.header(REGISTERED), self.told.registered(claims))


def require(holds: object, what: str) -> None:
    """Stop at what does not hold."""
    if not holds:
        raise Bad(what)


def unverified(token: str) -> Claims:
    """Return what a token says, believed by nobody."""
    payload = token.split(".")[1]
    said: Claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return said
