"""IT-Wallet Federation Authority Test Matrix, FA_001 to FA_020: one condition each.

FA_011 is written there for the status request of an older draft, FA_009 for draft 43: both
are read here as OpenID Federation 1.0 has them (§8.4: POST, a signed answer).
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from federation.errors import NoTrustChain, StatementNotAccepted
from kernel.clock import epoch_seconds
from kernel.proof.jose import (
    HISTORICAL_KEYS,
    TRUST_MARK_STATUS,
    JoseRefused,
    KeySet,
    verify,
)
from kernel.proof.statement import MEDIA_TYPE, InvalidPolicy, apply_all, read
from kernel.proof.statement import verify as verify_statement
from tests.flows.federation_conformance import conditions as c
from tests.flows.federation_conformance import mutants as m
from tests.flows.federation_conformance.deployed import (
    LEAF,
    PLATFORM,
    RELYING_PARTY,
    Bend,
    Deployed,
    claims_of,
    error_of,
)
from tests.unit.kernel.proof.signers import signer
from tests.unit.trustroot.publishing import MARK
from trustroot.keys.domain import HistoricalKey, Purpose, Reason

SPEC = pytest.mark.spec("IT-Wallet Federation Authority Test Matrix")
AT, FETCH, LIST = m.WELL_KNOWN, m.FETCH, "/trust/list"
STATUS, KEYS = "/trust/trust_mark_status", "/trust/historical_keys"
JWKS_JWT: Final = "application/jwk-set+jwt"
STATUS_JWT: Final = "application/trust-mark-status-response+jwt"
Condition = Callable[[Deployed], None]


def fa_001(deployed: Deployed) -> None:
    """The configuration has its media type and status 200."""
    reply = deployed.configuration()
    assert (reply.status, reply.header("content-type")) == (200, MEDIA_TYPE)


def fa_002(deployed: Deployed) -> None:
    """The configuration is signed by a key of its own jwks."""
    reply = deployed.configuration()
    c.is_signed_by(reply, c.holds_public_keys(claims_of(reply, c.TYP)))


def fa_003(deployed: Deployed) -> None:
    """The header has alg, typ, and a kid out of jwks."""
    c.is_a_statement(deployed.configuration())
    fa_002(deployed)


def fa_004(deployed: Deployed) -> None:
    """Iss = sub = the authority; iat and exp are instants around the present."""
    claims = claims_of(deployed.configuration(), c.TYP)
    c.is_about_itself(deployed, claims)
    c.is_in_force(claims, c.present(deployed))


def fa_005(deployed: Deployed) -> None:
    """There are jwks, and federation_entity metadata with the endpoints."""
    claims = claims_of(deployed.configuration(), c.TYP)
    c.holds_public_keys(claims)
    c.metadata_are_well_formed(claims)
    assert {"federation_fetch_endpoint", "federation_list_endpoint"} <= set(
        deployed.metadata()
    )


def fa_006(deployed: Deployed) -> None:
    """Keys are of permitted algorithms and sizes, kids unique, none revoked."""
    keys = c.holds_public_keys(claims_of(deployed.configuration(), c.TYP))
    assert all(key.algorithms for key in keys.by_kid.values())
    gone = {str(row["kid"]) for row in _historical(deployed) if "revoked" in row}
    assert gone.isdisjoint(keys.by_kid)


def fa_007(deployed: Deployed) -> None:
    """A configuration that has ended is refused; 120 s of skew are the most."""
    statement = verify_statement(
        read(deployed.configuration().body.decode()), deployed.anchor_keys
    )
    assert statement.expires_at - statement.issued_at <= timedelta(days=1)
    tokens, verifier = deployed.chain().tokens, deployed.verifier()
    late = statement.expires_at + timedelta(seconds=120)
    with pytest.raises(StatementNotAccepted, match="jose_expired"):
        verifier.verify(tokens, late)
    early = statement.issued_at - timedelta(seconds=121)
    with pytest.raises(StatementNotAccepted, match="jose_issued_in_future"):
        verifier.verify(tokens, early)


def fa_008(deployed: Deployed) -> None:
    """A fetched statement is signed, by the authority about who was asked for, in force."""
    reply = deployed.get(deployed.metadata()["federation_fetch_endpoint"], sub=LEAF)
    said = c.is_a_statement(reply)
    c.is_signed_by(reply, deployed.anchor_keys)
    c.is_about(deployed, said, LEAF)
    c.is_in_force(said, c.present(deployed))


def fa_009(deployed: Deployed) -> None:
    """A fetched statement holds the subject's keys, and metadata or policy."""
    reply = deployed.get(deployed.metadata()["federation_fetch_endpoint"], sub=LEAF)
    said = claims_of(reply, c.TYP)
    keys = c.holds_public_keys(said)
    assert deployed.leaf.key.thumbprint in {k.thumbprint for k in keys.by_kid.values()}
    assert said.get("metadata_policy") or said.get("metadata")


def fa_010(deployed: Deployed) -> None:
    """The list is a JSON array of the current subordinates."""
    reply = deployed.get(deployed.metadata()["federation_list_endpoint"])
    assert (reply.status, reply.header("content-type")) == (200, "application/json")
    assert {LEAF, PLATFORM} <= set(json.loads(reply.body))


def fa_011(deployed: Deployed) -> None:
    """The status of a mark is a signed answer; an unknown mark is told 404."""
    endpoint = deployed.metadata()["federation_trust_mark_status_endpoint"]
    mark = _mark(deployed)
    reply = deployed.post(endpoint, trust_mark=mark)
    assert (reply.status, reply.header("content-type")) == (200, STATUS_JWT)
    said = verify(reply.body.decode(), deployed.anchor_keys, TRUST_MARK_STATUS)
    assert (said["status"], said["trust_mark"]) == ("active", mark)
    unknown = deployed.post(endpoint, trust_mark=f"{mark[:-4]}AAAA")
    assert error_of(unknown)[0] == 404


def fa_012(deployed: Deployed) -> None:
    """Historical keys are a signed key set; each has kid, exp, and why it was revoked."""
    old = _retire(deployed, reason=Reason.COMPROMISED)
    rows = {str(row["kid"]): row for row in _historical(deployed)}
    assert old.kid in rows
    row = rows[old.kid]
    assert row["exp"] == epoch_seconds(old.expires_at)
    assert row["revoked"] == {
        "revoked_at": epoch_seconds(old.expires_at),
        "reason": "compromised",
    }


def fa_013(deployed: Deployed) -> None:
    """After a rotation the configuration verifies with the new key; the old is history."""
    before = next(iter(deployed.anchor_keys.by_kid))
    old = replace(_retire(deployed), kid=before)
    deployed.house.history.keys = (old,)
    deployed.house.clock.advance(timedelta(days=3))
    deployed.house.keys.care.rotate(Purpose.ANCHOR, before)
    deployed.house.clock.advance(timedelta(seconds=10))
    deployed.house.signing.run()
    reply = deployed.configuration()
    header_kid = verify_statement(
        read(reply.body.decode()), deployed.anchor_keys
    ).claims.header["kid"]
    assert header_kid != before
    assert before in {str(row["kid"]) for row in _historical(deployed)}


def fa_014(deployed: Deployed) -> None:
    """Nothing unsigned is served, and nothing unsigned is believed."""
    fetch = deployed.metadata()["federation_fetch_endpoint"]
    for reply in (deployed.configuration(), deployed.get(fetch, sub=LEAF)):
        c.is_a_statement(reply)
        c.is_signed_by(reply, deployed.anchor_keys)
    deployed.bend = m.unsigned(FETCH)
    with pytest.raises(NoTrustChain, match="jose_algorithm_not_allowed"):
        deployed.chain()


def fa_015(deployed: Deployed) -> None:
    """Kid names a key of the current set; another name fails with its own reason."""
    fa_008(deployed)
    deployed.bend = m.with_header(FETCH, kid="nobody")
    with pytest.raises(NoTrustChain, match=r"jose_unknown_key.*kid"):
        deployed.chain()


def fa_016(deployed: Deployed) -> None:
    """Every endpoint that the metadata name answers by its contract."""
    metadata = deployed.metadata()
    for name in ("fetch", "list", "trust_mark_status", "historical_keys", "resolve"):
        assert metadata[f"federation_{name}_endpoint"].startswith(f"{deployed.entity}/")
    fa_008(deployed)
    fa_010(deployed)
    fa_011(deployed)
    assert _historical(deployed) == []


def fa_017(deployed: Deployed) -> None:
    """Iss and sub are consistent everywhere, and a deviation is refused."""
    fa_004(deployed)
    fa_008(deployed)
    deployed.bend = m.saying(FETCH, iss=LEAF)
    with pytest.raises(NoTrustChain, match=r"statement 1\b"):
        deployed.chain()


def fa_018(deployed: Deployed) -> None:
    """Fetch, list, status and historical keys have their media types."""
    fa_001(deployed)
    fa_008(deployed)
    fa_010(deployed)
    fa_011(deployed)
    reply = deployed.get(deployed.metadata()["federation_historical_keys_endpoint"])
    assert (reply.status, reply.header("content-type")) == (200, JWKS_JWT)


def fa_019(deployed: Deployed) -> None:
    """No jti is published, so none must be unique; what is replayed ends by itself."""
    fetch = deployed.metadata()["federation_fetch_endpoint"]
    for reply in (deployed.configuration(), deployed.get(fetch, sub=LEAF)):
        assert "jti" not in claims_of(reply, c.TYP)


def fa_020(deployed: Deployed) -> None:
    """Policies are applied as the specification says; contradictions are refused."""
    fetch = deployed.metadata()["federation_fetch_endpoint"]
    policy = claims_of(deployed.get(fetch, sub=LEAF), c.TYP)["metadata_policy"]
    stated = {"redirect_uris": ["https://shop.example/cb"]}
    mine = apply_all([policy[RELYING_PARTY]], stated)  # type: ignore[index]  # JSON
    assert dict(deployed.chain().metadata[RELYING_PARTY]) == mine
    with pytest.raises(InvalidPolicy):
        apply_all([{"x": {"value": "a"}}, {"x": {"value": "b"}}], stated)


def _historical(deployed: Deployed) -> list[dict[str, object]]:
    reply = deployed.get(deployed.metadata()["federation_historical_keys_endpoint"])
    assert (reply.status, reply.header("content-type")) == (200, JWKS_JWT)
    said = verify(reply.body.decode(), deployed.anchor_keys, HISTORICAL_KEYS)
    rows = said["keys"]
    assert isinstance(rows, list)
    for row in rows:
        assert {"kid", "exp"} <= set(row)
    KeySet.parse({"keys": rows})
    return rows


def _retire(deployed: Deployed, reason: Reason | None = None) -> HistoricalKey:
    """Have the history tell of a key that signed until now."""
    now, gone = deployed.house.clock(), signer(kid="gone")
    key = HistoricalKey(
        public=gone.key.to_jwk(),
        kid="gone",
        made_at=now - timedelta(days=90),
        activated_at=now - timedelta(days=80),
        expires_at=now,
        revoked_at=now if reason else None,
        reason=reason,
    )
    deployed.house.history.keys = (key,)
    deployed.house.signing.run()
    return key


def _mark(deployed: Deployed) -> str:
    endpoint = deployed.metadata()["federation_trust_mark_endpoint"]
    reply = deployed.get(endpoint, trust_mark_type=MARK, sub=LEAF)
    assert reply.status == 200, reply.body
    return reply.body.decode()


MATRIX: dict[str, tuple[Condition, Bend]] = {
    "FA_001": (fa_001, m.as_media_type(AT, "application/jose")),
    "FA_002": (fa_002, m.signed_by_a_stranger(AT)),
    "FA_003": (fa_003, m.with_header(AT, typ="JWT")),
    "FA_004": (fa_004, m.saying(AT, exp=2)),
    "FA_005": (fa_005, m.saying(AT, metadata={"federation_entity": {}})),
    "FA_006": (fa_006, m.saying(AT, jwks={"keys": [signer(kid="a").key.to_jwk()] * 2})),
    "FA_007": (fa_007, m.saying(AT, exp=10**10)),
    "FA_008": (fa_008, m.saying(FETCH, sub=PLATFORM)),
    "FA_009": (fa_009, m.saying(FETCH, metadata_policy=None)),
    "FA_010": (fa_010, m.in_json(LIST, {"entities": []})),
    "FA_011": (fa_011, m.saying(STATUS, status="expired")),
    "FA_012": (fa_012, m.saying(KEYS, keys=[])),
    "FA_013": (fa_013, m.saying(KEYS, keys=[])),
    "FA_014": (fa_014, m.unsigned(AT)),
    "FA_015": (fa_015, m.with_header(FETCH, kid="nobody")),
    "FA_016": (fa_016, m.with_metadata(AT, federation_list_endpoint=f"{LEAF}/list")),
    "FA_017": (fa_017, m.saying(FETCH, iss=LEAF)),
    "FA_018": (fa_018, m.as_media_type(KEYS, "application/json")),
    "FA_019": (fa_019, m.saying(FETCH, jti="a")),
    "FA_020": (
        fa_020,
        m.saying(FETCH, metadata_policy={RELYING_PARTY: {"x": {"add": 1}}}),
    ),
}


def test_the_matrix_has_its_twenty_cases() -> None:
    assert list(MATRIX) == [f"FA_{number:03}" for number in range(1, 21)]


@SPEC
@pytest.mark.parametrize("case", MATRIX)
def test_our_trust_entity_passes(case: str) -> None:
    MATRIX[case][0](Deployed())


@SPEC
@pytest.mark.parametrize("case", MATRIX)
def test_the_case_fails_on_its_mutant(case: str) -> None:
    condition, bend = MATRIX[case]
    deployed = Deployed()
    deployed.bend = bend
    with pytest.raises((AssertionError, JoseRefused, NoTrustChain, InvalidPolicy)):
        condition(deployed)
