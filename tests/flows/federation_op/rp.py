"""A relying party of a federation over HTTP; what it signs it signs with joserfc."""

import base64
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import urlencode

import urllib3
from joserfc import jwe, jws, jwt
from joserfc.jwk import ECKey, KeySet

Claims = dict[str, Any]
VERIFIER: Final = "v" * 43
CHALLENGE: Final = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
WELL_KNOWN: Final = "/.well-known/openid-federation"
_FORM: Final = "application/x-www-form-urlencoded"
LONG: Final = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
LONG.max_header_length = 100_000
LONG.max_payload_length = 100_000


def a_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})


@dataclass
class FederatedRp:
    """Keys of one relying party, and what it sends to a provider."""

    name: str
    superior: str
    provider: str
    federation: ECKey = field(default_factory=lambda: a_key("federation"))
    protocol: ECKey = field(default_factory=lambda: a_key("protocol"))
    asked: int = 0
    _pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(retries=False, timeout=20)
    )

    @property
    def back(self) -> str:
        return f"{self.name}/callback"

    def metadata(self) -> Claims:
        return {
            "client_name": "Test relying party",
            "client_name#zh": "测试应用",
            "organization_name": "Test bureau",
            "client_registration_types": ["automatic", "explicit"],
            "redirect_uris": [self.back],
            "response_types": ["code"],
            "grant_types": ["authorization_code"],
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": "openid",
            "jwks": {"keys": [self.protocol.as_dict(private=False)]},
        }

    def configuration(self, **bent: object) -> str:
        now = int(time.time())
        claims = {
            "iss": self.name,
            "sub": self.name,
            "iat": now,
            "exp": now + 600,
            "jwks": {"keys": [self.federation.as_dict(private=False)]},
            "authority_hints": [self.superior],
            "metadata": {"openid_relying_party": self.metadata()},
            **bent,
        }
        return self._signed(self.federation, "entity-statement+jwt", claims)

    def request(self, **header: object) -> str:
        claims = {
            **self._proof(),
            "client_id": self.name,
            "response_type": "code",
            "redirect_uri": self.back,
            "scope": "openid",
            "state": "the-state",
            "nonce": "the-nonce",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return self._signed(self.protocol, "oauth-authz-req+jwt", claims, header)

    def encrypted(self, request: str) -> str:
        """Return an object encrypted to the key that the provider's metadata shows."""
        said = self.get(f"{self.provider}{WELL_KNOWN}").split(".")[1]
        decoded = json.loads(base64.urlsafe_b64decode(said + "=="))
        shown = decoded["metadata"]["openid_provider"]["jwks"]["keys"]
        to = next(key for key in shown if key.get("use") == "enc")
        head = {"alg": "ECDH-ES", "enc": "A256GCM", "cty": "JWT", "kid": to["kid"]}
        return jwe.encrypt_compact(head, request, ECKey.import_key(to))

    def assertion(self) -> dict[str, str]:
        signed = self._signed(self.protocol, "JWT", {**self._proof(), "sub": self.name})
        return {"client_assertion_type": BEARER, "client_assertion": signed}

    def chain(self) -> list[str]:
        """Return the chain to the superior, as its fetch endpoint gives it."""
        vouched = self.get(f"{self.superior}/fetch", sub=self.name)
        return [self.configuration(), vouched, self.get(f"{self.superior}{WELL_KNOWN}")]

    def address(self, request: str) -> str:
        said = {
            "client_id": self.name,
            "response_type": "code",
            "scope": "openid",
            "request": request,
        }
        return f"{self.provider}/oauth2/authorize?{urlencode(said)}"

    def get(self, url: str, **fields: str) -> str:
        query = f"?{urlencode(fields)}" if fields else ""
        answer = self._pool.request("GET", url + query)
        assert answer.status == 200, answer.data
        return answer.data.decode()

    def post(self, path: str, form: Claims) -> tuple[int, Claims]:
        status, body = self.send(path, urlencode(form), _FORM)
        said: Claims = json.loads(body)
        return status, said

    def send(self, path: str, body: str, media_type: str) -> tuple[int, str]:
        answer = self._pool.request(
            "POST",
            self.provider + path,
            body=body.encode(),
            headers={"Content-Type": media_type},
        )
        return answer.status, answer.data.decode()

    def redeemed(self, code: str) -> Claims:
        """Redeem a code and return what the ID token says, verified."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": VERIFIER,
            **self.assertion(),
        }
        status, said = self.post("/oauth2/token", form)
        assert status == 200, said
        return self.verified(said["id_token"], self.get(f"{self.provider}/oidc/jwks"))

    @staticmethod
    def verified(token: str, jwks: str) -> Claims:
        keys = KeySet.import_key_set(json.loads(jwks))
        claims: Claims = jwt.decode(token, keys, registry=LONG).claims
        return claims

    def _proof(self) -> Claims:
        now = int(time.time())
        return {
            "iss": self.name,
            "aud": self.provider,
            "jti": secrets.token_hex(8),
            "iat": now,
            "exp": now + 60,
        }

    @staticmethod
    def _signed(key: ECKey, typ: str, claims: Claims, header: Claims | None = None) -> str:
        head = {"alg": "ES256", "kid": key.kid, "typ": typ, **(header or {})}
        return jwt.encode(head, claims, key, registry=LONG)


@contextmanager
def running_rp(superior: str, provider: str) -> Iterator[FederatedRp]:
    """Serve a relying party's configuration on loopback."""
    held: list[FederatedRp] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held[0].asked += 1
            body = held[0].configuration().encode()
            self.send_response(200 if self.path == WELL_KNOWN else 404)
            self.send_header("Content-Type", "application/entity-statement+jwt")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    held.append(FederatedRp(f"http://localhost:{server.server_port}", superior, provider))
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield held[0]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
