"""Tokens that name keys nobody has: they empty no memory and call nobody twice.

The names are the attacker's to choose, and cost nothing; an address that is asked for keys
is not his. Row "random kid flood" of the facts, and its neighbours.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.clients.domain import Client
from idp.oidc.errors import ClientPageUnreachable, RequestObjectRefused
from idp.oidc.flows.client_keys import KeysOfClients
from kernel.clock import SetClock
from kernel.proof.jose import KeySet, to_base64url
from tests.attacks.test_client_signatures import (
    CLOCK,
    ISSUER,
    KEY,
    NOW,
    OBJECT,
    RP,
    SECONDS,
    _no_defect,
    a_client,
    takes_objects,
)
from tests.unit.idp.oidc.test_client_keys import Kept as KeptOfOne
from tests.unit.kernel.proof.signers import Signer, signer

__all__ = ["_no_defect"]
ADDRESS: Final = "https://rp.example/jwks"
NEXT: Final = signer(kid="next-key")
CLAIMS: Final = {"iss": RP, "aud": ISSUER.url, "client_id": RP, "exp": SECONDS + 60}


@dataclass
class Served:
    """A `ClientPages`: one address, and when it was asked."""

    clock: SetClock
    page: object = None
    asked: list[float] = field(default_factory=list)

    def json(self, url: str) -> object:
        assert url == ADDRESS
        self.asked.append(self.clock().timestamp())
        if self.page is None:
            raise ClientPageUnreachable("status 503")
        return self.page


class Kept(KeptOfOne):
    """The same for whoever the client is."""

    def keep_keys(self, client: Client, keys: KeySet) -> None:
        assert client.id == RP
        self.kept.append(keys)


@dataclass
class World:
    """A client that serves its keys, and whoever reads them."""

    clock: SetClock = field(default_factory=lambda: SetClock(NOW))

    def __post_init__(self) -> None:
        """Begin with the key of today."""
        self.served = Served(self.clock, KEY.keys.to_jwks())
        self.kept = Kept()
        self.keys = KeysOfClients(self.served, self.kept, self.clock)
        self.client = served_client(KEY.keys)

    def finds(self, by: Signer) -> bool:
        found = self.keys.for_token(self.client, by.token(by.header("JWT"), {"iss": RP}))
        return found is not None and by.kid in found.by_kid


def served_client(keys: KeySet | None) -> Client:
    """Return a client kept here whose keys lie at an address."""
    plain = a_client(member=False)
    return replace(plain, oidc=replace(plain.oidc, keys=keys, jwks_uri=ADDRESS))


# Kids of every kind, also such as look like true ones; pauses between them.
KIDS: Final = (
    st.text(max_size=40)
    | st.sampled_from([KEY.kid.upper(), f"{KEY.kid} ", f"{KEY.kid}\0", "../x", "k" * 9000])
    | st.none()
    | st.integers(-(2**62), 2**62)
    | st.lists(st.text(max_size=4), max_size=2)
)
PAUSES: Final = st.sampled_from([0, 0, 0, 1, 20, 59, 61, 600])


@given(flood=st.lists(st.tuples(KIDS, PAUSES), min_size=1, max_size=20))
@pytest.mark.spec("RFC 9700 §2.5; OIDC Core §10.1.1; CVE-2026-48523")
def test_no_flood_of_names_evicts_a_key_or_calls_out_twice_a_minute(
    flood: list[tuple[object, int]],
) -> None:
    world = World()
    assert world.finds(KEY)
    for kid, pause in flood:
        world.clock.advance(timedelta(seconds=pause))
        token = KEY.token({**KEY.header("JWT"), "kid": kid}, {"iss": RP})
        world.keys.for_token(world.client, token)
        assert world.finds(KEY), "the key that is served stays known"
    gaps = zip(world.served.asked, world.served.asked[1:], strict=False)
    assert all(later - earlier >= 60 for earlier, later in gaps)


@given(flood=st.lists(KIDS, max_size=15), down=st.booleans())
@pytest.mark.spec("OIDC Core §10.1.1; RFC 9700 §2.5")
def test_a_flood_hides_no_new_key_for_longer_than_a_minute(
    flood: list[object], *, down: bool
) -> None:
    """Nor does an address that answers nothing, or something else, spoil what was read."""
    world = World()
    assert world.finds(KEY)
    world.served.page = None if down else {"keys": "poison"}
    for kid in flood:
        token = KEY.token({**KEY.header("JWT"), "kid": kid}, {"iss": RP})
        world.keys.for_token(world.client, token)
    assert world.finds(KEY)
    world.served.page = KeySet.of([KEY.key, NEXT.key]).to_jwks()
    world.clock.advance(KeysOfClients.BACK_OFF)
    assert world.finds(NEXT)
    assert world.finds(KEY)


POISON: Final[dict[str, object]] = {
    "a symmetric key": {"keys": [{"kty": "oct", "k": "AAAA", "kid": KEY.kid}]},
    "a private key": {"keys": [{**KEY.key.to_jwk(), "d": "AAAA"}]},
    "one name twice": {"keys": [KEY.key.to_jwk(), {**NEXT.key.to_jwk(), "kid": KEY.kid}]},
    "too many": {"keys": [{**NEXT.key.to_jwk(), "kid": f"k{n}"} for n in range(500)]},
    "a name that nothing keeps": {"keys": [{**NEXT.key.to_jwk(), "kid": f"{NEXT.kid}\0"}]},
    "no list": {"keys": {"kid": KEY.kid}},
    "no set": [KEY.key.to_jwk()],
    "a text": "https://evil.example/jwks",
    "an RSA key too small": {"keys": [{"kty": "RSA", "n": "sXch", "e": "AQAB"}]},
}


@pytest.mark.spec("RFC 7517 §5; RFC 8725 §3.5; attacks §3: cache-poisoned keys")
@pytest.mark.parametrize("page", POISON.values(), ids=POISON.keys())
def test_what_is_served_for_keys_and_is_none_poisons_nothing(page: object) -> None:
    world = World()
    assert world.finds(KEY)
    world.served.page = page
    world.clock.advance(KeysOfClients.AGE)
    assert world.finds(KEY)
    assert not world.finds(NEXT)
    assert world.kept.kept == []


def _spoilt() -> dict[str, Callable[[str], str]]:
    """Tokens whose header nobody can read, or reads with much work."""
    return {
        "deep lists": lambda rest: to_base64url(b"[" * 5000) + rest,
        "deep objects": lambda rest: to_base64url(b'{"a":' * 5000) + rest,
        "deep and closed": lambda rest: to_base64url(b"[" * 900 + b"]" * 900) + rest,
        "deep kid": lambda rest: to_base64url(b'{"kid":' + b"[" * 3000) + rest,
        "digits": lambda rest: to_base64url(b'{"kid":' + b"9" * 9000 + b"}") + rest,
        "kid twice": lambda rest: to_base64url(b'{"kid":"a","kid":"b"}') + rest,
        "a surrogate": lambda rest: to_base64url(b'{"kid":"\\ud800"}') + rest,
        "no text": lambda rest: to_base64url(b"\xff\xfe") + rest,
        "no letters": lambda rest: "!!!!" + rest,
        "nothing": lambda rest: rest,
        "a list": lambda rest: to_base64url(b"[1]") + rest,
    }


@pytest.mark.spec("RFC 8725 §3.2; RFC 9101 §6.2; CVE-2026-27962")
@pytest.mark.parametrize("bend", _spoilt().values(), ids=_spoilt().keys())
def test_a_header_that_nobody_can_read_is_refused_and_calls_nobody(
    bend: Callable[[str], str],
) -> None:
    """Whoever keeps keys at an address is asked by strangers too, before any signature."""
    served = Served(CLOCK, KEY.keys.to_jwks())
    keys = KeysOfClients(served, Kept(), CLOCK)
    client = served_client(KEY.keys)
    takes = takes_objects(client, keys=keys)
    true = KEY.token(KEY.header(OBJECT), CLAIMS)
    assert takes(true)
    before = list(served.asked)
    with pytest.raises(RequestObjectRefused):
        takes(bend(true[true.index(".") :]))
    assert served.asked == before
    assert takes(true)
