"""What is made with a shared secret: by no other secret, no key, no empty one.

RS to HS the other way round: here HS256 is right, and only the registration says so.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from idp.clients.domain import AuthMethod, Client
from idp.oidc.domain.one_time import Unspent
from idp.oidc.errors import AssertionRefused
from idp.oidc.flows.assertions import Assertions
from idp.oidc.flows.once import Once
from idp.oidc.messages.signed import read_assertion
from kernel.ids import ClientId
from kernel.secret import Secret
from tests.attacks.forged import encoded
from tests.attacks.lies import LAST
from tests.attacks.test_client_signatures import (
    CLOCK,
    ISSUER,
    KEY,
    RP,
    SECONDS,
    Fresh,
    GivenKeys,
    _no_defect,
    a_client,
)

__all__ = ["_no_defect"]
SECRET: Final = Secret("s3cret-of-256-bits-in-base64url-0123456789")
CLAIMS: Final[Mapping[str, object]] = {
    "iss": RP,
    "sub": RP,
    "aud": ISSUER.url,
    "jti": "one",
    "iat": SECONDS,
    "exp": SECONDS + 60,
}
HEADER: Final[Mapping[str, object]] = {"alg": "HS256", "typ": "JWT"}
HASHES: Final = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


@dataclass(frozen=True, slots=True)
class Shared:
    """`SharedSecrets` of one client."""

    secret: Secret

    def seal(self, client: ClientId, _secret: Secret) -> bytes:
        raise AssertionError(client)

    def of(self, client: Client) -> Secret:
        assert client.id == RP
        return self.secret


def taken(token: str, secret: Secret = SECRET) -> bool:
    """Tell whether an assertion is believed of a client that signs with its secret."""
    plain = a_client(member=False)
    client = replace(plain, oidc=replace(plain.oidc, auth_method=AuthMethod.SECRET_JWT))
    assertions = Assertions(ISSUER, Once(Fresh()), CLOCK, GivenKeys(), Shared(secret))
    try:
        assertions.believe(client, read_assertion(token), Unspent())
    except AssertionRefused:
        return False
    return True


def made(
    key: bytes,
    header: Mapping[str, object] = HEADER,
    claims: Mapping[str, object] = CLAIMS,
    by: str = "HS256",
) -> str:
    plain = f"{encoded(_json(header))}.{encoded(_json(claims))}"
    return f"{plain}.{encoded(hmac.new(key, plain.encode(), HASHES[by]).digest())}"


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def guesses() -> Iterator[tuple[str, bytes]]:
    """Walk what somebody without the secret could take for it."""
    true, spki = SECRET.reveal().encode(), PublicFormat.SubjectPublicKeyInfo
    yield "nothing", b""
    yield from ((f"{n} zeros", bytes(n)) for n in (1, 32, 64))
    yield "its name", RP.encode()
    yield "what is kept of it", str(SECRET.digest()).encode()
    yield "its hash", hashlib.sha256(true).digest()
    yield "its hash in hex", hashlib.sha256(true).hexdigest().encode()
    yield "the issuer", ISSUER.url.encode()
    yield "the key as JSON", _json(KEY.key.to_jwk())
    yield "the keys as JSON", _json(KEY.keys.to_jwks())
    yield "the key as PEM", KEY.public.public_bytes(Encoding.PEM, spki)
    yield "the key as DER", KEY.public.public_bytes(Encoding.DER, spki)
    yield "a beginning of it", true[:-1]
    yield "an end of it", true[1:]
    yield "more than it", true + b"="
    yield "None", b"None"
    yield "null", b"null"
    yield "dots", str(SECRET).encode()


GUESSES: Final = dict(guesses())


@pytest.mark.spec("RFC 8725 §2.1, §3.5; RFC 7518 §3.2; CVE-2026-45363: an empty HMAC key")
@pytest.mark.parametrize("guess", GUESSES.values(), ids=GUESSES.keys())
@pytest.mark.parametrize("alg", HASHES)
def test_nothing_but_the_secret_makes_an_assertion(guess: bytes, alg: str) -> None:
    for header in (HEADER, {**HEADER, "alg": alg}, {**HEADER, "kid": KEY.kid}):
        assert not taken(made(guess, header, by=alg))
    assert taken(made(SECRET.reveal().encode()))


@given(guess=st.binary(max_size=80))
@pytest.mark.spec("RFC 8725 §2.1")
def test_no_bytes_but_the_secret_make_one(guess: bytes) -> None:
    assert taken(made(guess)) is (guess == SECRET.reveal().encode())


@pytest.mark.spec("RFC 7518 §3.2: a secret that is shorter than its hash makes nothing")
@pytest.mark.parametrize("size", [*range(0, 33, 4), 31])
def test_with_a_short_secret_nobody_signs(size: int) -> None:
    short = "k" * size
    assert taken(made(short.encode()), Secret(short)) is (size >= 32)


def bent() -> Iterator[tuple[str, str]]:
    """Walk what holds the secret, and lies."""
    key = SECRET.reveal().encode()
    for alg in ("HS384", "HS512"):
        yield f"by {alg}", made(key, {**HEADER, "alg": alg}, by=alg)
        yield f"by {alg} called HS256", made(key, by=alg)
    for named in (
        "none",
        "None",
        "ES256",
        "RS256",
        "hs256",
        "HS256 ",
        "",
        None,
        5,
        ["HS256"],
    ):
        yield f"alg {named!r}", made(key, {**HEADER, "alg": named})
    for name, asked in (
        ("crit", {"crit": ["exp"]}),
        ("b64", {"b64": False, "crit": ["b64"]}),
        ("an access token", {"typ": "at+jwt"}),
        ("a logout token", {"typ": "logout+jwt"}),
        ("a proof", {"typ": "dpop+jwt", "jwk": KEY.key.to_jwk()}),
    ):
        yield name, made(key, {**HEADER, **asked})
    for name in sorted(CLAIMS.keys() - {"iat"}):
        yield f"no {name}", made(key, claims={n: v for n, v in CLAIMS.items() if n != name})
        odd: tuple[object, ...] = (None, "", 5, True, {}, [], [CLAIMS[name], "x"])
        for wrong in (*odd, f"{CLAIMS[name]}/"):
            if not (name == "jti" and isinstance(wrong, str) and wrong):
                yield f"{name} {wrong!r:.40}", made(key, claims={**CLAIMS, name: wrong})
    for date in (-1, SECONDS - 61, SECONDS + 4000, 10**18, *LAST):
        yield f"exp {date}", made(key, claims={**CLAIMS, "exp": date})
    yield "by a key", KEY.token(KEY.header("JWT"), CLAIMS)
    yield (
        "unsigned",
        f"{encoded(_json({**HEADER, 'alg': 'none'}))}.{encoded(_json(CLAIMS))}.",
    )


BENT: Final = list(bent())


@pytest.mark.spec("RFC 7523 §3; RFC 8725 §3; OIDC Core §9")
@pytest.mark.parametrize("token", [t for _, t in BENT], ids=[n for n, _ in BENT])
def test_whoever_holds_the_secret_says_nothing_else_with_it(token: str) -> None:
    assert not taken(token)
