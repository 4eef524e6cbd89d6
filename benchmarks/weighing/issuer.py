"""What the issuer is asked in each flow, and what stands on record for it before."""

import base64
import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks import floor
from benchmarks.weighing.load import CLIENTS, get, post
from benchmarks.weighing.talking import Fresh, Same, Talk, Talks, Turn
from idp.clients.domain import AuthMethod, GrantType
from idp.oidc.domain.grants import RefreshToken
from idp.oidc.store import SqlGrants, SqlRefreshTokens
from kernel.clock import SystemClock
from kernel.entropy import SystemEntropy, token
from kernel.ids import GrantId, NewIds
from kernel.secret import Secret
from tests.attacks.browser import Browser, code_of, redeem, request_of
from tests.attacks.house import BACK, ISSUER, Answer, House, Registered

ENDPOINT: Final = "/oauth2/token"
CODES: Final = 40_000
_GOOD: Final = (200, 201)
_AT_ONCE: Final = 500
_CLOCK, _ENTROPY = SystemClock(), SystemEntropy()
_BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a client, for assertions and proofs (ES256)."""

    private: ec.EllipticCurvePrivateKey

    @classmethod
    def made(cls) -> Self:
        """Make one."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @property
    def jwk(self) -> dict[str, str]:
        """RFC 7518 §6.2.1: its public half."""
        numbers = self.private.public_key().public_numbers()
        x, y = (_encoded(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def sign(self, header: Mapping[str, object], claims: Mapping[str, object]) -> str:
        """Return a compact JWS."""
        parts = (_encoded(json.dumps(part).encode()) for part in (header, claims))
        signed = ".".join(parts)
        r, s = decode_dss_signature(self.private.sign(signed.encode(), ec.ECDSA(SHA256())))
        return f"{signed}.{_encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is asked of the hub: a talk for each flow."""

    talks: Mapping[str, Talks]

    @classmethod
    def at(cls, folder: Path, database: str | None) -> Self:
        """Set the hub up and put on record what the flows use up."""
        house = House.built(folder, database)
        try:
            return cls({**_machines(house), **_people(house)})
        finally:
            house.close()


def _need(answer: Answer) -> None:
    """Stop where the hub was not laid out as it must be."""
    if answer.status not in _GOOD:
        raise RuntimeError(answer.text)


def _form(path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
    return post(path, urlencode(fields).encode(), {**headers, "Content-Type": floor.FORM})


def _machine(house: House) -> Registered:
    """Register a client that asks for itself, by its secret."""
    return house.client(
        "machine-secret",
        grant_types=(GrantType.CLIENT_CREDENTIALS,),
        scopes=("members:read",),
        redirect_uris=(),
        post_logout_redirect_uris=(),
        person=None,
        sector="a",
    )


def client_credentials(house: House) -> Same:
    """Return RFC 6749 §4.4.2 by secret, of a client made for it."""
    return _asking(_machine(house))


def _asking(client: Registered) -> Same:
    asked = {"grant_type": "client_credentials"}
    return Same(_form(ENDPOINT, asked, client.basic))


def _machines(house: House) -> dict[str, Talks]:
    """Clients that ask for themselves."""
    key = Key.made()
    by_secret = _machine(house)
    operator = house.token("operator1")
    keyed = {
        "client_id": "machine-keyed",
        "name_zh": "机器",
        "name_en": "Machine",
        "oidc": {
            "token_endpoint_auth_method": AuthMethod.PRIVATE_KEY.value,
            "grant_types": ["client_credentials"],
            "scopes": ["members:read"],
            "jwks": {"keys": [{**key.jwk, "kid": "k", "alg": "ES256", "use": "sig"}]},
        },
    }
    made = house.api("POST", "/api/v1/clients", operator, keyed)
    _need(made)
    access = house.token_of(by_secret)
    return {
        "client_credentials_secret": _asking(by_secret),
        "client_credentials_private_key_jwt": Fresh(_asserted(key)),
        "client_credentials_dpop": Fresh(_proven(key, by_secret)),
        "introspection": Same(
            _form("/oauth2/introspect", {"token": access}, by_secret.basic)
        ),
    }


def _asserted(key: Key) -> Iterator[bytes]:
    """RFC 7523 §2.2: an assertion of its own for each request."""
    while True:
        now = int(time.time())
        claims = {
            "iss": "machine-keyed",
            "sub": "machine-keyed",
            "aud": ISSUER,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(12),
        }
        fields = {
            "grant_type": "client_credentials",
            "client_assertion_type": _BEARER,
            "client_assertion": key.sign({"alg": "ES256", "kid": "k"}, claims),
        }
        yield _form(ENDPOINT, fields, {})


def _proven(key: Key, client: Registered) -> Iterator[bytes]:
    """RFC 9449 §5: a proof of its own for each request."""
    header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": key.jwk}
    while True:
        claims = {
            "htm": "POST",
            "htu": f"{ISSUER}{ENDPOINT}",
            "iat": int(time.time()),
            "jti": secrets.token_urlsafe(12),
        }
        proof = {"DPoP": key.sign(header, claims)}
        yield _form(ENDPOINT, {"grant_type": "client_credentials"}, client.basic | proof)


def _people(house: House) -> dict[str, Talks]:
    """Flows about a person who is signed in."""
    house.person("bench")
    client, browser = house.client("bench-portal"), Browser(house)
    code = code_of(browser.sign_in(client, "bench", scope="openid"))
    _need(redeem(house, client, code))
    verifier = secrets.token_urlsafe(48)
    codes, tokens = _on_record(house, code, verifier)
    cookie = {"Cookie": "; ".join(f"{n}={v}" for n, v in browser.jar.items())}
    return {
        "refresh": Refreshing(client, tokens),
        "code_exchange": Fresh(_exchanges(client, codes, verifier)),
        "code_login": Logging(client, cookie, verifier),
    }


def _on_record(house: House, code: str, verifier: str) -> tuple[list[str], list[str]]:
    """Put codes and first refresh tokens on record, all of one session."""
    db, ids = house.served.drivers.db, NewIds(_CLOCK, _ENTROPY)
    grants, refreshes = SqlGrants(db), SqlRefreshTokens(db)
    first = grants.by_code(Secret(code).digest())
    if first is None:
        raise LookupError(code)
    now = _CLOCK()
    fresh = replace(
        first,
        challenge=_challenge(verifier),
        code_expires_at=now + timedelta(hours=2),
        redeemed_at=None,
    )
    codes = [token(_ENTROPY) for _ in range(CODES)]
    for begin in range(0, CODES, _AT_ONCE):
        with db.unit_of_work()():
            for each in codes[begin : begin + _AT_ONCE]:
                grants.add(replace(fresh, id=GrantId(ids())), Secret(each).digest())
    tokens = [token(_ENTROPY) for _ in range(CLIENTS)]
    with db.unit_of_work()():
        for each in tokens:
            grant = replace(fresh, id=GrantId(ids()), redeemed_at=now)
            grants.add(grant, Secret(token(_ENTROPY)).digest())
            ends = now + timedelta(hours=2)
            digest = Secret(each).digest()
            refreshes.add(
                RefreshToken(digest=digest, grant=grant.id, issued_at=now, expires_at=ends)
            )
    return codes, tokens


def _challenge(verifier: str) -> str:
    return _encoded(sha256(verifier.encode()).digest())


@dataclass(frozen=True, slots=True)
class Refreshing:
    """Each connection renews its own family; the next token is in the last answer."""

    client: Registered
    tokens: list[str]

    def __call__(self, line: int) -> Talk:
        """Return the talk of one family."""
        while True:
            fields = {"grant_type": "refresh_token", "refresh_token": self.tokens[line]}
            spoken = yield Turn(_form(ENDPOINT, fields, self.client.basic))
            self.tokens[line] = json.loads(spoken.body)["refresh_token"]


def _exchanges(client: Registered, codes: Sequence[str], verifier: str) -> Iterator[bytes]:
    for code in codes:
        yield _form(ENDPOINT, _redeeming(code, verifier), client.basic)


def _redeeming(code: str, verifier: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": verifier,
    }


@dataclass(frozen=True, slots=True)
class Logging:
    """A whole code login with an existing session: request, code, tokens."""

    client: Registered
    cookie: Mapping[str, str]
    verifier: str

    def __call__(self, _line: int) -> Talk:
        """Return the talk of one browser that comes again and again."""
        asked = request_of(self.client, code_challenge=_challenge(self.verifier))
        begin = get(f"/oauth2/authorize?{urlencode(asked)}", self.cookie)
        while True:
            spoken = yield Turn(begin, expects=303, ends=False)
            fields = _redeeming(_code_in(spoken.head), self.verifier)
            yield Turn(_form(ENDPOINT, fields, self.client.basic))


def _code_in(head: bytes) -> str:
    lines = head.decode("latin-1").split("\r\n")
    (location,) = (w[10:] for w in lines if w.lower().startswith("location: "))
    return parse_qs(urlsplit(location).query)["code"][0]
