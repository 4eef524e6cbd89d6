"""Every JWS attack family against DPoP proofs, and every way to use one elsewhere.

A proof bears its own key, so that a true signature says little: what counts is that it is
of this request, of this token, now, once, and of the key the token is bound to.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.oidc.errors import DpopProofRefused
from idp.oidc.flows.nonces import Nonces
from idp.oidc.flows.once import Once
from idp.oidc.flows.proof_steps import Where
from idp.oidc.flows.proofs import Proofs
from kernel.entropy import SeededEntropy
from kernel.proof.jose import to_base64url
from kernel.proof.seal import Sealer
from tests.attacks.forged import encoded
from tests.attacks.house import ISSUER
from tests.attacks.lies import LAST, Lies
from tests.attacks.test_client_signatures import CLOCK, SECONDS, Fresh, _no_defect
from tests.unit.idp.people.fakes import FixedKeys
from tests.unit.kernel.proof.signers import Signer, signer

__all__ = ["_no_defect"]
USERINFO: Final = "/oidc/userinfo"
TOKEN: Final = "/oauth2/token"
BOUND: Final = "a.bound.token"


@dataclass(frozen=True, slots=True)
class Bearing(Signer):
    """A key that stands in the header of what it signs (RFC 9449 §4.2)."""

    @classmethod
    def of(cls, one: Signer) -> "Bearing":
        return cls(one.kid, one.alg, one.sign, one.public)

    @property
    def jwk(self) -> dict[str, object]:
        named = ("kty", "crv", "x", "y")
        return {n: v for n, v in self.key.to_jwk().items() if n in named}

    def header(self, typ: str) -> dict[str, object]:
        return {"typ": typ, "alg": self.alg, "jwk": self.jwk}


KEY: Final = Bearing.of(signer(kid="holder"))
THIEF: Final = Bearing.of(signer(kid="thief"))


def ath(token: str) -> str:
    """RFC 9449 §4.2."""
    return to_base64url(hashlib.sha256(token.encode()).digest())


def a_reader() -> Proofs:
    """Return what looks at proofs where tokens are used; it asks for no nonce."""
    nonces = Nonces(Where.RESOURCE, Sealer(FixedKeys(), SeededEntropy(1)), CLOCK)
    return Proofs((ISSUER,), nonces, Once(Fresh()), CLOCK)


class ProofLies(Lies):
    """Lies about a proof, whose key is in its header and whose name is nobody's."""

    def tokens(self) -> Iterator[tuple[str, str]]:
        yield from self._secrets()
        yield from self._types()
        yield from self._headers()
        yield from self._keys()
        yield from self._spellings()
        yield from self._values()
        yield from self._sizes()

    def _keys(self) -> Iterator[tuple[str, str]]:
        """RFC 9449 §4.3 checks 6, 7: a public key that signed this, and no other."""
        fit = KEY.jwk
        wrong: tuple[object, ...] = (
            *(None, "", 5, [], [fit], {}, {"keys": [fit]}, {"kty": "oct", "k": "AAAA"}),
            *({**fit, "d": "A" * 43}, {**fit, "y": fit["x"]}, {**fit, "crv": "P-384"}),
            *({n: v for n, v in fit.items() if n != "y"}, {**fit, "kty": "RSA"}),
            *({**fit, "alg": "ES384"}, {**fit, "use": "enc"}, THIEF.jwk),
        )
        for jwk in wrong:
            yield f"jwk {jwk!r:.40}", self._with({"jwk": jwk})
        for other in ({"jku": f"{ISSUER}/x"}, {"x5c": ["MIIB"]}, {"x5u": f"{ISSUER}/x"}):
            head = {n: v for n, v in KEY.header(self.typ).items() if n != "jwk"}
            yield f"{sorted(other)} alone", KEY.token({**head, **other}, self.claims)
        for name in self.required:
            twice = json.dumps(self.claims)[:-1] + f', "{name}": "x"}}'
            signed = f"{encoded(json.dumps(KEY.header(self.typ)).encode())}."
            yield f"{name} twice", KEY.raw(f"{signed}{encoded(twice.encode())}".encode())
        yield "another signed it", THIEF.token(KEY.header(self.typ), self.claims)
        yield "two", f"{self.true}, {self.true}"

    def _values(self) -> Iterator[tuple[str, str]]:
        """RFC 9449 §4.3 checks 3, 8 to 12."""
        for name in self.required:
            left = {key: value for key, value in self.claims.items() if key != name}
            yield f"no {name}", KEY.token(KEY.header(self.typ), left)
            true = str(self.claims[name])
            for wrong in (None, "", [true], {"x": true}, 5.5, True, f"{true}x", f" {true}"):
                if name != "jti" or not isinstance(wrong, str) or not wrong:
                    yield f"{name} {wrong!r:.40}", self._saying(**{name: wrong})
        dates: tuple[object, ...] = (-1, 0, 10**18, 1e300, SECONDS - 61, SECONDS + 31)
        for date in (*dates, *LAST):
            yield f"iat {date!r}", self._saying(iat=date)
        for method in ("get", "POST", "GET ", "HEAD", "GET,POST"):
            yield f"htm {method}", self._saying(htm=method)
        for address in addresses():
            yield f"htu {address:.60}", self._saying(htu=address)
        for token in ("", "another.token.x", f"{BOUND} "):
            yield f"ath of {token!r}", self._saying(ath=ath(token))
        yield "ath in hex", self._saying(ath=hashlib.sha256(BOUND.encode()).hexdigest())
        yield "jti too long", self._saying(jti="x" * 513)


def addresses() -> Iterator[str]:
    """Walk addresses that are not that of the request, however they are read."""
    host = ISSUER.removeprefix("http://")
    for path in (TOKEN, "", "/", f"{USERINFO}/", f"{USERINFO}/..", "/oidc//userinfo"):
        yield f"{ISSUER}{path}"
    yield from (f"{ISSUER}/oidc%2fuserinfo", f"{ISSUER}/OIDC/userinfo")
    yield from (f"{ISSUER}/oidc/userinf%6f/x", f"{ISSUER}/oidc/userinfo;a=b")
    yield from (
        f"https://{host}{USERINFO}",
        f"//{host}{USERINFO}",
        USERINFO,
        f"{host}{USERINFO}",
    )
    yield from (f"http://{host}.{USERINFO}", f"http://{host}0{USERINFO}")
    yield from (f"http://x@{host}{USERINFO}", f"http://{host}@evil.example{USERINFO}")
    yield from (f"http://localhost.evil.example:8750{USERINFO}",)
    yield from (f"http://localhost{USERINFO}", f"http://localhost:80{USERINFO}")
    yield from (f"http://127.0.0.1:8750{USERINFO}", f"http://[::1]:8750{USERINFO}")
    yield from (f"http://localhost:x{USERINFO}", f"http://localhost:99999{USERINFO}")
    yield from (
        f"http://evil.example/?{ISSUER}{USERINFO}",
        f"http://evil.example#{USERINFO}",
    )
    for odd in (" ", "\t", "\n", "\r\n", "\x00", "\u3000", "\u200b"):
        yield f"{odd}{ISSUER}{USERINFO}"
        yield f"{ISSUER}/oidc/{odd}userinfo"
        yield f"{ISSUER}{USERINFO}{odd}"
    yield from (f"{ISSUER}\\oidc\\userinfo", f"http://[localhost]:8750{USERINFO}")


PROOF: Final[Mapping[str, object]] = {
    "jti": "one",
    "htm": "GET",
    "htu": f"{ISSUER}{USERINFO}",
    "iat": SECONDS,
    "ath": ath(BOUND),
}
HARMLESS: Final = frozenset(
    {"kid of another", "kid empty", "kid long", "kid path", "kid NUL", "kid look-alike"}
    | {"no kid", "space before", "claim twice", "claim twice at the end"}
)
"""RFC 9449 §4.3: the key is that of the header; what it is called there says nothing.

Blanks around a header are none of it (RFC 9110 §5.5); ``iss`` and ``sub`` are not read.
"""


@pytest.mark.spec("RFC 9449 §4.3, §11; RFC 8725 §3")
def test_no_lie_about_a_proof_is_believed() -> None:
    reader = a_reader()

    def takes(header: str) -> bool:
        try:
            found = reader.examined(header, "GET", USERINFO, BOUND)
        except DpopProofRefused:
            return False
        return found.jkt == KEY.key.thumbprint

    lies = ProofLies(KEY, "dpop+jwt", PROOF, dates=("iat",), required=tuple(PROOF))
    assert takes(lies.true)
    assert {name for name, token in lies.tokens() if takes(token)} <= HARMLESS
    assert not takes(THIEF.token(THIEF.header("dpop+jwt"), PROOF))


SPELLINGS: Final = st.lists(
    st.sampled_from([".", "..", "", "oidc", "userinfo", "%6f", "%2e", "%2F", "x"]),
    max_size=6,
)


@given(segments=SPELLINGS, tail=st.sampled_from(["", "?a=b", "#x", "?#", "/"]))
@pytest.mark.spec("RFC 9449 §4.3 check 9; RFC 3986 §6.2.2")
def test_an_address_is_of_this_request_or_the_proof_is_not(
    segments: list[str], tail: str
) -> None:
    """The oracle takes dot segments out one by one, as RFC 3986 §5.2.4 does."""
    said = f"{ISSUER}/{'/'.join(segments)}{tail}"
    proof = KEY.token(KEY.header("dpop+jwt"), {**PROOF, "htu": said})
    path = said.removeprefix(ISSUER).partition("#")[0].partition("?")[0]
    is_same = plainly(path.replace("%6f", "o").replace("%2e", ".")) == USERINFO
    try:
        a_reader().examined(proof, "GET", USERINFO, BOUND)
        taken = True
    except DpopProofRefused:
        taken = False
    assert taken is is_same, said


def plainly(path: str) -> str:
    """RFC 3986 §5.2.4, as it is written there."""
    left, out = path, ""
    while left:
        if left.startswith("/./") or left == "/.":
            left = "/" + left[3:]
        elif left.startswith("/../") or left == "/..":
            left, out = "/" + left[4:], out.rpartition("/")[0]
        else:
            cut = left.find("/", 1)
            cut = len(left) if cut < 0 else cut
            out, left = out + left[:cut], left[cut:]
    return out
