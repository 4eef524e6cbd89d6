"""Protocol keys: by value, signed, plain; fetched rarely, never beyond the chain."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from federation.domain import Budget, VerifiedChain
from federation.errors import KeysNotUsable, KeysUnreachable
from federation.flows.protocol_keys import ProtocolKeys
from kernel.clock import epoch_seconds
from tests.unit.federation.rig import Rig, a_rig
from tests.unit.federation.world import OP_METADATA, PLATFORM, PROVIDER, STRANGER
from tests.unit.kernel.proof.signers import Signer, signer

SPEC = pytest.mark.spec("OpenID Federation 1.0 §5.2.1")
SIGNED, PLAIN = f"{PROVIDER}/signed_jwks", f"{PROVIDER}/jwks"
TOKENS = signer(kid="tokens").keys.to_jwks()


@dataclass
class Serving:
    """What is served at which address, and what was asked for."""

    pages: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def jwks(self, url: str) -> bytes:
        return self.signed_jwks(url).encode()

    def signed_jwks(self, url: str) -> str:
        self.asked.append(url)
        if url not in self.pages:
            raise KeysUnreachable(url)
        return self.pages[url]


@pytest.fixture
def rig() -> Rig:
    return a_rig()


def chain(rig: Rig, **keys: object) -> VerifiedChain:
    metadata = {"openid_provider": {**OP_METADATA, **keys}}
    rig.world.entity(PROVIDER, (PLATFORM,), metadata)
    return rig.resolution.resolve(PROVIDER, Budget())


def signed(rig: Rig, by: Signer | None = None, **change: object) -> str:
    by = by or signer(kid=PROVIDER)
    claims = {"iss": PROVIDER, "sub": PROVIDER, **TOKENS, **change}
    said = {name: value for name, value in claims.items() if value is not None}
    assert rig.world
    return by.token(by.header("jwk-set+jwt"), said)


@SPEC
def test_keys_by_value_are_used_and_nobody_is_asked(rig: Rig) -> None:
    serving = Serving()
    found = ProtocolKeys(serving, rig.world.clock).of(
        chain(rig, jwks=TOKENS, jwks_uri=PLAIN), "openid_provider"
    )
    assert set(found.by_kid) == {"tokens"}
    assert serving.asked == []


@SPEC
def test_what_is_signed_is_preferred_to_what_is_plain(rig: Rig) -> None:
    serving = Serving({SIGNED: signed(rig), PLAIN: json.dumps({"keys": []})})
    both = chain(rig, jwks_uri=PLAIN, signed_jwks_uri=SIGNED)
    found = ProtocolKeys(serving, rig.world.clock).of(both, "openid_provider")
    assert set(found.by_kid) == {"tokens"}
    assert serving.asked == [SIGNED]


@SPEC
def test_plain_keys_are_read_where_there_are_no_others(rig: Rig) -> None:
    serving = Serving({PLAIN: json.dumps(TOKENS)})
    found = ProtocolKeys(serving, rig.world.clock).of(
        chain(rig, jwks_uri=PLAIN), "openid_provider"
    )
    assert set(found.by_kid) == {"tokens"}


@SPEC
@pytest.mark.parametrize(
    "change",
    [
        {"iss": STRANGER},
        {"sub": STRANGER},
        {"sub": None},
        {"exp": 1},
        {"iat": 10**10},
        {"keys": None},
        {"keys": "x"},
        {"keys": [{"kty": "oct", "k": "AA"}]},
        {"by": signer("EdDSA", kid=PROVIDER)},
        {"by": signer(kid=PLATFORM)},
    ],
    ids="-".join,
)
def test_a_signed_set_that_is_not_the_subjects_own_is_not_used(
    rig: Rig, change: dict[str, object]
) -> None:
    serving = Serving({SIGNED: signed(rig, **change)})  # type: ignore[arg-type]  # by name
    with pytest.raises(KeysNotUsable):
        ProtocolKeys(serving, rig.world.clock).of(
            chain(rig, signed_jwks_uri=SIGNED), "openid_provider"
        )


@SPEC
@pytest.mark.parametrize("served", ["", "[]", "{}", '{"keys":5}', '{"keys":[],"keys":[]}'])
def test_what_is_no_key_set_is_not_used(rig: Rig, served: str) -> None:
    serving = Serving({PLAIN: served})
    with pytest.raises(KeysNotUsable):
        ProtocolKeys(serving, rig.world.clock).of(
            chain(rig, jwks_uri=PLAIN), "openid_provider"
        )


@SPEC
@pytest.mark.parametrize(
    "uri", ["ftp://gd.example/jwks", "gd.example/jwks", f"{PLAIN}#x", 5, ""]
)
def test_only_addresses_are_asked(rig: Rig, uri: object) -> None:
    serving = Serving()
    with pytest.raises(KeysNotUsable):
        ProtocolKeys(serving, rig.world.clock).of(
            chain(rig, jwks_uri=uri), "openid_provider"
        )
    assert serving.asked == []


def test_who_has_no_keys_or_plays_another_type_has_none(rig: Rig) -> None:
    keys = ProtocolKeys(Serving(), rig.world.clock)
    for kind in ("openid_provider", "openid_relying_party"):
        with pytest.raises(KeysNotUsable):
            keys.of(chain(rig), kind)


def test_fetched_keys_are_kept_five_minutes_and_not_beyond_the_chain(rig: Rig) -> None:
    serving = Serving({PLAIN: json.dumps(TOKENS)})
    keys, held = ProtocolKeys(serving, rig.world.clock), chain(rig, jwks_uri=PLAIN)
    for minutes, fetched in ((0, 1), (4, 1), (2, 2), (3, 2), (2, 3)):
        rig.world.clock.advance(timedelta(minutes=minutes))
        keys.of(held, "openid_provider")
        assert len(serving.asked) == fetched
    assert rig.world.clock() > held.expires_at
    keys.of(held, "openid_provider")
    assert len(serving.asked) == 4


def test_a_failure_is_not_kept(rig: Rig) -> None:
    serving = Serving()
    keys, held = ProtocolKeys(serving, rig.world.clock), chain(rig, jwks_uri=PLAIN)
    with pytest.raises(KeysUnreachable):
        keys.of(held, "openid_provider")
    serving.pages[PLAIN] = json.dumps(TOKENS)
    assert set(keys.of(held, "openid_provider").by_kid) == {"tokens"}


def test_keys_signed_by_an_older_federation_key_are_not_given_out_of_memory(
    rig: Rig,
) -> None:
    """After the subject changed its federation key its key set is fetched again."""
    serving = Serving({SIGNED: signed(rig)})
    keys = ProtocolKeys(serving, rig.world.clock)
    keys.of(chain(rig, signed_jwks_uri=SIGNED), "openid_provider")
    fresh = signer("ES256", "federation-2")
    metadata = {"openid_provider": {**OP_METADATA, "signed_jwks_uri": SIGNED}}
    rig.world.entity(PROVIDER, (PLATFORM,), metadata, key=fresh)
    rig.world.vouch(PLATFORM, PROVIDER, about=fresh)
    renewed = rig.resolution.resolve(PROVIDER, Budget())
    with pytest.raises(KeysNotUsable):
        keys.of(renewed, "openid_provider")
    now = epoch_seconds(rig.world.clock())
    serving.pages[SIGNED] = signed(rig, by=fresh, iat=now, exp=now + 60)
    assert set(keys.of(renewed, "openid_provider").by_kid) == {"tokens"}
