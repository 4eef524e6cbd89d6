"""Requests as whoever holds a token, a key or a certificate sends them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from kernel.ids import ClientId
from kernel.proof.jose import to_base64url
from kernel.web import Reply, Request
from tests.unit.idp.oidc.house import (
    FORM_HEADER,
    ISSUER,
    PORTAL,
    Browser,
    House,
    a_request,
    answer_of,
)
from tests.unit.kernel.proof.signers import Signer, signer

_count: Final = iter(range(1_000_000))


def bearing(authorization: str | None, **headers: str) -> Request:
    """Return a call of our API with that ``Authorization`` header, or without one."""
    named = {} if authorization is None else {"authorization": authorization}
    return Request(method="GET", path="/api/v1/members", headers={**named, **headers})


@dataclass
class Holder:
    """Somebody with a key of their own, who proves it (RFC 9449)."""

    house: House
    key: Signer = field(default_factory=lambda: signer(kid="holder"))

    @property
    def jkt(self) -> str:
        """The thumbprint of the key."""
        return self.key.key.thumbprint

    def proof(self, path: str, **bent: object) -> str:
        """Return a proof for one request; None leaves a claim out.

        ``typ``, ``alg`` and ``jwk`` bend the header, ``header`` adds to it; ``method`` and
        ``token`` are those of the request.
        """
        method, token = bent.pop("method", "POST"), bent.pop("token", None)
        more: Any = bent.pop("header", {})
        said: dict[str, object] = {
            "jti": f"proof-{next(_count)}",
            "htm": method,
            "htu": ISSUER + path,
            "iat": int(self.house.around.clock().timestamp()),
            **({} if token is None else {"ath": ath(str(token))}),
            **bent,
        }
        head = {
            "typ": said.pop("typ", "dpop+jwt"),
            "alg": said.pop("alg", self.key.alg),
            "jwk": said.pop("jwk", self.jwk),
            **more,
        }
        return self.key.token(_kept(head), _kept(said))

    @property
    def jwk(self) -> dict[str, object]:
        """The public key as a proof bears it."""
        key = self.key.key
        return {
            name: value
            for name, value in key.to_jwk().items()
            if name in {"kty", "crv", "x", "y", "n", "e"}
        }

    def post(self, path: str, proof: str | None = None, **form: str) -> Reply:
        """Post a form without credentials in the head; an empty proof is left out."""
        shown = self.proof(path) if proof is None else proof
        headers = {**FORM_HEADER, **({"dpop": shown} if shown else {})}
        body = urlencode(form).encode()
        return self.house.call("POST", path, headers=headers, body=body)

    def push(self, proof: str, **bent: str) -> Reply:
        """Push an authorization request of the portal, with a proof beside it."""
        headers = {
            **FORM_HEADER,
            "authorization": self.house.basic(PORTAL),
            "dpop": proof,
        }
        body = urlencode(a_request(**bent)).encode()
        return self.house.call("POST", "/oauth2/par", headers=headers, body=body)

    def code_of(self, uri: str) -> str:
        """Let somebody sign in for a pushed request; return the code."""
        browser = Browser(self.house)
        session = browser.sign_in(self.house.a_person())
        query = urlencode({"client_id": PORTAL, "request_uri": uri})
        reply = browser.get("/oauth2/authorize", query)
        if (reply.header("Location") or "").startswith("/consent"):
            browser.agree(reply, session)
            reply = browser.resume(reply)
        return answer_of(reply)["code"]

    def ask(
        self, client: ClientId = PORTAL, proof: str | None = None, **form: str
    ) -> Reply:
        """Ask the token endpoint as a client with a secret, and with a proof."""
        shown = self.proof("/oauth2/token") if proof is None else proof
        headers = {
            **FORM_HEADER,
            "authorization": self.house.basic(client),
            "dpop": shown,
        }
        body = urlencode(form).encode()
        return self.house.call("POST", "/oauth2/token", headers=headers, body=body)


def ath(token: str) -> str:
    """Return the hash of an access token (RFC 9449 §4.2)."""
    return to_base64url(hashlib.sha256(token.encode()).digest())


def told(reply: Reply) -> dict[str, object]:
    """Return the body of an answer."""
    read: dict[str, object] = json.loads(reply.body)
    return read


def _kept(said: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in said.items() if value is not None}
