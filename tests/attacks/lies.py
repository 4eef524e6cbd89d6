"""Every JWS attack family of the facts, generated for one signed object of any kind.

`Forge` lies without the key. Here are the lies of somebody who has it: another type, a
header that asks for something, claims that two parsers read in two ways, numbers out of
range, sizes.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kernel.proof.jose import JwsProfile, profiles
from tests.attacks.forged import Forge, encoded
from tests.unit.kernel.proof.signers import Signer

TYPES: Final = sorted(
    {each.typ for each in vars(profiles).values() if isinstance(each, JwsProfile)}
)
_MEGABYTE: Final = 1_048_576
LAST: Final = (253402300799, 253402300739.5)
"""Seconds at the end of the year 9999: whoever adds a minute to them falls off the end."""


@dataclass(frozen=True, slots=True)
class Lies:
    """One true object, its signer, and all that attackers do to it.

    ``dates`` are claims that must be dates where they stand; ``required`` must stand.
    """

    by: Signer
    typ: str
    claims: Mapping[str, object]
    dates: tuple[str, ...]
    required: tuple[str, ...]

    @property
    def true(self) -> str:
        """The object as it should be."""
        return self.by.token(self.by.header(self.typ), self.claims)

    def tokens(self) -> Iterator[tuple[str, str]]:
        """Return every lie with its name."""
        yield from Forge.of(self.true, self.by.keys.to_jwks()).tokens()
        yield from self._secrets()
        yield from self._types()
        yield from self._headers()
        yield from self._spellings()
        yield from self._values()
        yield from self._sizes()

    def _with(self, header: Mapping[str, object]) -> str:
        return self.by.token({**self.by.header(self.typ), **header}, self.claims)

    def _saying(self, **claims: object) -> str:
        return self.by.token(self.by.header(self.typ), {**self.claims, **claims})

    def _secrets(self) -> Iterator[tuple[str, str]]:
        """RFC 8725 §2.1: the public key in every encoding, as an HMAC secret."""
        spki = PublicFormat.SubjectPublicKeyInfo
        secrets = {
            "PEM": self.by.public.public_bytes(Encoding.PEM, spki),
            "DER": self.by.public.public_bytes(Encoding.DER, spki),
            "OpenSSH": self.by.public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH),
        }
        for name, secret in secrets.items():
            for alg, digest in (("HS256", hashlib.sha256), ("HS384", hashlib.sha384)):
                head = _json({**self.by.header(self.typ), "alg": alg})
                plain = f"{encoded(head)}.{encoded(_json(self.claims))}"
                mac = hmac.new(secret, plain.encode(), digest).digest()
                yield f"{alg} with {name}", f"{plain}.{encoded(mac)}"

    def _types(self) -> Iterator[tuple[str, str]]:
        """RFC 8725 §3.11: every other purpose of the same key, and none."""
        for typ in (*TYPES, "JWT", "", "jwt ", f"{self.typ};a=b", f"x/{self.typ}"):
            if typ != self.typ:
                yield f"typ {typ}", self._with({"typ": typ})
        others: tuple[object, ...] = (None, 1, [self.typ], {})
        for wrong in others:
            yield f"typ {wrong!r}", self._with({"typ": wrong})

    def _headers(self) -> Iterator[tuple[str, str]]:
        """RFC 7515 §4.1: what a header may ask for, signed by the right key."""
        for name, asked in (
            ("crit", {"crit": ["exp"]}),
            ("crit empty", {"crit": []}),
            ("crit unknown", {"crit": ["x"], "x": 1}),
            ("b64", {"b64": False, "crit": ["b64"]}),
            ("b64 alone", {"b64": False}),
            ("b64 true", {"b64": True}),
            ("another alg", {"alg": "RS256"}),
            ("alg in lower case", {"alg": "es256"}),
            ("alg with a space", {"alg": "ES256 "}),
            ("another curve", {"alg": "ES384"}),
            ("kid of another", {"kid": "nobody"}),
            ("kid empty", {"kid": ""}),
            ("kid number", {"kid": 5}),
            ("kid null", {"kid": None}),
            ("kid long", {"kid": "k" * 300}),
            ("kid path", {"kid": f"../{self.by.kid}"}),
            ("kid NUL", {"kid": f"{self.by.kid}\0"}),
            ("kid look-alike", {"kid": self.by.kid.replace("e", "\u0435")}),
        ):
            yield name, self._with(asked)
        nameless = {n: v for n, v in self.by.header(self.typ).items() if n != "kid"}
        yield "no kid", self.by.token(nameless, self.claims)
        deep: object = 1
        for _ in range(9):
            deep = [deep]
        yield "deep header", self._with({"x": deep})

    def _spellings(self) -> Iterator[tuple[str, str]]:
        """RFC 7515 §4, RFC 8259 §4: one object, two readers, two meanings."""
        head, body = _json(self.by.header(self.typ)), _json(self.claims)
        said = self.by.raw
        twice = b'{"iss":"https://evil.example",' + body[1:]
        for name, raw in (
            ("claim twice", twice),
            ("claim twice at the end", body[:-1] + b',"sub":"https://evil.example"}'),
            ("nested twice", body[:-1] + b',"x":{"a":1,"a":2}}'),
            ("array", b"[" + body + b"]"),
            ("text", b'"' + b"x" + b'"'),
            ("BOM", b"\xef\xbb\xbf" + body),
            ("UTF-16", body.decode().encode("utf-16")),
            ("bad UTF-8", body[:-1] + b',"x":"\xff"}'),
            ("NaN", body[:-1] + b',"x":NaN}'),
            ("infinity", body[:-1] + b',"x":1e999}'),
            ("surrogate", body[:-1] + b',"x":"\\ud800"}'),
            ("NUL", body[:-1] + b',"x":"a\\u0000b"}'),
            ("NUL behind a backslash", body[:-1] + b',"x":"\\\\\\u0000"}'),
            ("NUL in a name", body[:-1] + b',"\\u0000":1}'),
            ("NUL deep", body[:-1] + b',"x":[{"y":"\\u0000"}]}'),
            ("trailing", body + b"{}"),
            ("comment", body[:-1] + b"/* */}"),
            ("nothing", b""),
        ):
            yield name, said(f"{encoded(head)}.{encoded(raw)}".encode())
        header_twice = b'{"alg":"none",' + head[1:]
        yield "header twice", said(f"{encoded(header_twice)}.{encoded(body)}".encode())
        padded = base64.urlsafe_b64encode(body + b" " * (-(len(body) + 1) % 3)).decode()
        yield "padding inside", said(f"{encoded(head)}.{padded}=".encode())
        yield "line end inside", self.true.replace(".", ".\n", 1)
        yield "space before", f" {self.true}"
        yield "other alphabet", self.true.replace("_", "/").replace("-", "+") + "+"

    def _values(self) -> Iterator[tuple[str, str]]:
        """RFC 7519 §2, §4.1: dates that are none, parties that are none."""
        no_dates: tuple[object, ...] = ("1", None, True, [1], {}, -1, 10**18, 1e300, *LAST)
        for name in self.dates:
            for date in no_dates:
                yield f"{name} {date!r}", self._saying(**{name: date})
        for name in self.required:
            left = {key: value for key, value in self.claims.items() if key != name}
            yield f"no {name}", self.by.token(self.by.header(self.typ), left)
        for name in ("iss", "sub"):
            true = str(self.claims[name])
            none: tuple[object, ...] = (5, None, "", [true], {"id": true})
            near = (f"{true}/", true.upper(), f" {true}", true[:-1], f"{true}\0")
            for wrong in (*none, *near, f"{true}.evil.example"):
                yield f"{name} {wrong!r:.60}", self._saying(**{name: wrong})

    def _sizes(self) -> Iterator[tuple[str, str]]:
        """CVE-2025-30204 and its neighbours: length, depth, floods of dots."""
        yield "one megabyte", self._saying(x="x" * _MEGABYTE)
        deep: object = 1
        for _ in range(40):
            deep = [deep]
        yield "deep claims", self._saying(x=deep)
        yield "dots", f"{self.true}{'.' * 100_000}"
        yield "empty", ""
        yield "not ASCII", self.true.replace("a", "ä", 1)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
