"""A key of somebody who sends requests, and its proofs (RFC 9449 §4)."""

import hashlib
from typing import Any
from urllib.parse import urlencode

from kernel.proof.jose import thumbprint, to_base64url
from kernel.web import Reply
from tests.unit.idp.oidc.house import FORM_HEADER, ISSUER, House
from tests.unit.kernel.proof.signers import Signer, signer

_count = iter(range(1_000_000))


class Holder:
    """Somebody with a key; ``jkt`` is how tokens name it."""

    def __init__(self, kid: str = "holder") -> None:
        self.key: Signer = signer(kid=kid)
        self.jwk: dict[str, Any] = dict(self.key.keys.to_jwks()["keys"][0])  # type: ignore[index]  # JSON
        for name in ("kid", "use", "alg"):
            self.jwk.pop(name, None)
        self.jkt = thumbprint(self.jwk)

    def proof(
        self, house: House, path: str, method: str = "POST", token: str | None = None
    ) -> str:
        """Return a fresh proof for one request."""
        said: dict[str, object] = {
            "jti": f"p-{next(_count)}",
            "htm": method,
            "htu": f"{ISSUER}{path}",
            "iat": int(house.around.clock().timestamp()),
        }
        if token is not None:
            digest = hashlib.sha256(token.encode()).digest()
            said["ath"] = to_base64url(digest)
        head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk}
        return self.key.token(head, said)

    def post(self, house: House, path: str, **form: str) -> Reply:
        """Send a form with a proof beside it."""
        headers = {**FORM_HEADER, "dpop": self.proof(house, path)}
        body = urlencode(form).encode()
        return house.call("POST", path, headers=headers, body=body)
