"""The floor: a bare granian WSGI function that reads a form, compares one digest, signs.

Nothing of the product is imported. What the token endpoint costs is told as a multiple of
this, in one run on one machine: absolute figures of two machines cannot be compared.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.weighing.evidence import keep
from benchmarks.weighing.load import request_of
from benchmarks.weighing.serving import cpu_of, in_turn, served

SECRET = "s" * 43
BODY = b"grant_type=client_credentials&client_id=machine-1&client_secret=" + SECRET.encode()
FORM = "application/x-www-form-urlencoded"
_DIGEST = hashlib.sha256(SECRET.encode()).digest()
_KEY = ec.generate_private_key(ec.SECP256R1())
_ECDSA = ec.ECDSA(SHA256())


def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer one token request with as little as can be."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    form = parse_qs(environ["wsgi.input"].read(length).decode())
    presented = hashlib.sha256(form["client_secret"][0].encode()).digest()
    if not hmac.compare_digest(presented, _DIGEST):
        start_response("401 Unauthorized", [])
        return [b""]
    now = int(time.time())
    claims = {"iss": "http://localhost", "sub": "machine-1", "iat": now, "exp": now + 300}
    answer = {"access_token": _signed(claims), "token_type": "Bearer", "expires_in": 300}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]


def _signed(claims: dict[str, object]) -> str:
    head = _encoded(json.dumps({"alg": "ES256", "typ": "at+jwt"}).encode())
    signed = f"{head}.{_encoded(json.dumps(claims).encode())}"
    r, s = decode_dss_signature(_KEY.sign(signed.encode(), _ECDSA))
    return f"{signed}.{_encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def main() -> None:
    """Weigh the floor alone."""
    request = request_of("/", BODY, FORM)
    with served("floor", "benchmarks.floor:app", 8971, request) as server:
        windows = in_turn([server], rounds=5, seconds=1.0)["floor"]
    keep("floor", {"cpu_us_per_request": round(cpu_of(windows), 1)})


if __name__ == "__main__":
    main()
