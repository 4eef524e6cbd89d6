"""Modules of the plan about DPoP, named after them; none of them is for mutual TLS."""

from datetime import timedelta

import pytest

from kernel.web import Reply
from tests.flows.fapi2.answers import answered, error, parked
from tests.flows.fapi2.conditions import issued
from tests.flows.fapi2.suite import PAR, TOKEN, USERINFO, Party
from tests.unit.idp.oidc.house import ISSUER
from tests.unit.idp.oidc.sending import Holder, ath
from tests.unit.kernel.proof.signers import signer

pytestmark = pytest.mark.spec("RFC 9449 §4.3")
REFUSED = (401, "invalid_dpop_proof")


def walked_with(party: Party, *, pushed: bool = True, **bent: object) -> None:
    """Walk the whole flow with proofs that are bent, at the push too or only after it."""
    holder = party.holder
    reply = party.push(proof=holder.proof(PAR, **bent) if pushed else "")
    code = answered(party.visit(parked(reply)))
    said = issued(party, party.redeem(code, proof=holder.proof(TOKEN, **bent)))
    token = said["access_token"]
    shown = holder.proof(USERINFO, method="GET", token=token, **bent)
    assert party.use(token, proof=shown).status == 200


@pytest.mark.spec("RFC 9449 §4.2")
def test_check_dpop_proof_nbf_exp(by_key: Party) -> None:
    """A proof may bear claims that it need not, nbf and exp among them."""
    walked_with(by_key, pushed=False, nbf=by_key.now, exp=by_key.now + 300)


@pytest.mark.spec("FAPI 2.0 §5.3.2.1")
def test_ensure_dpopproof_with_iat_10seconds_before_succeeds(by_key: Party) -> None:
    """Proofs made ten seconds ago count, at every endpoint."""
    walked_with(by_key, iat=by_key.now - 10)


@pytest.mark.spec("FAPI 2.0 §5.3.2.1")
def test_ensure_dpopproof_with_iat_10seconds_after_succeeds(by_key: Party) -> None:
    """Clocks may differ by ten seconds; the plan shows eight of them."""
    for ahead in (8, 10):
        walked_with(by_key, iat=by_key.now + ahead)


# ---------------------------------------------------------------------- codes


@pytest.mark.spec("RFC 9449 §10.1")
def test_ensure_dpopproof_at_par_endpoint_binding_success(by_key: Party) -> None:
    """A proof at the push binds the code to its key, and a proof of that key redeems."""
    walked_with(by_key)


@pytest.mark.spec("RFC 9449 §10")
def test_ensure_dpop_auth_code_binding_success(by_key: Party) -> None:
    """So does the thumbprint beside a proof that agrees with it."""
    proof, key = by_key.holder.proof(PAR), by_key.holder.jkt
    issued(by_key, by_key.redeem(by_key.code(proof=proof, dpop_jkt=key)))


@pytest.mark.spec("RFC 9449 §10.1")
def test_ensure_mismatched_dpop_jkt_fails(by_key: Party) -> None:
    """Parameter and proof at the push name one key."""
    other = signer("ES256", "other").key.thumbprint
    reply = by_key.push(proof=by_key.holder.proof(PAR), dpop_jkt=other)
    assert error(reply) == (400, "invalid_request")


@pytest.mark.spec("RFC 9449 §10")
def test_ensure_token_endpoint_fails_with_mismatched_dpop_jkt(by_key: Party) -> None:
    """A code bound by parameter alone is redeemed by that key only."""
    code = by_key.code(dpop_jkt=signer("ES256", "other").key.thumbprint)
    assert error(by_key.redeem(code)) == (400, "invalid_grant")


@pytest.mark.spec("RFC 9449 §10.1")
def test_ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt(
    by_key: Party,
) -> None:
    """A code bound by the proof at the push likewise."""
    code = by_key.code(proof=by_key.holder.proof(PAR))
    other = Holder(by_key.house, signer("ES256", "other"))
    refused = by_key.redeem(code, proof=other.proof(TOKEN))
    assert error(refused) == (400, "invalid_grant")


# ---------------------------------------------------------------------- resources


@pytest.mark.spec("RFC 9449 §7.1")
def test_dpop_negative_tests(by_key: Party) -> None:
    """At the resource a proof that lacks one thing is refused, and one with more is not.

    Lacking is each member of header and claims, alone or wrong; a signature; a key that is
    public and the token's own; a proof at all. More, or spelled otherwise, do no harm.
    """
    token = by_key.tokens()["access_token"]
    for bent in _LACKING:
        assert error(_used(by_key, token, **bent)) == REFUSED, bent
    for hour in (-3600, 3600):
        assert error(_used(by_key, token, iat=by_key.now + hour)) == REFUSED
    for shown in _no_proofs(by_key, token):
        assert error(by_key.use(token, proof=shown)) == REFUSED
    _others_open_nothing(by_key, token)
    for bent in _ENOUGH:
        assert _used(by_key, token, **bent).status == 200, bent
    assert _used(by_key, token, jti="once").status == 200
    by_key.house.around.clock.advance(timedelta(seconds=1))
    assert error(_used(by_key, token, jti="once")) == REFUSED
    assert by_key.use(token).status == 200


_MEMBERS = ("typ", "alg", "jwk", "jti", "htm", "htu", "iat", "ath")
_LACKING: tuple[dict[str, object], ...] = (
    *(dict[str, object]({name: None}) for name in _MEMBERS),
    {"typ": "dpop+jwt+more"},
    {"alg": "none"},
    {"alg": "RS256"},
    {"htm": "PUT"},
    {"htu": f"{ISSUER}{USERINFO}more"},
    {"ath": ath("other")},
)
_ENOUGH: tuple[dict[str, object], ...] = (
    {"htu": f"{ISSUER}{USERINFO}?more=1#part"},
    {"htu": f"{ISSUER.upper()}{USERINFO}"},
    {"more": 1},
    {"header": {"more": 1}},
)


def _used(party: Party, token: object, **bent: object) -> Reply:
    named: dict[str, object] = {"method": "GET", "token": token, **bent}
    return party.use(token, proof=party.holder.proof(USERINFO, **named))


def _no_proofs(party: Party, token: object) -> tuple[str, ...]:
    """Return none at all, two at once, two parts, a broken signature, a key not public."""
    holder = party.holder
    jwk = {**holder.jwk, "d": "x" * 43}
    one, two, leaked = (
        holder.proof(USERINFO, method="GET", token=token, **bent)
        for bent in ({}, {}, {"jwk": jwk})
    )
    unsigned, _, signature = one.rpartition(".")
    broken = f"{unsigned}.{signature[:40]}{'A' * 20}{signature[60:]}"
    return "", f"{one},{two}", unsigned, broken, leaked


def _others_open_nothing(party: Party, token: object) -> None:
    """RFC 9449 §7.1, §7.2: another's key, and the token as if it were a bearer's."""
    thief = Holder(party.house, signer("ES256", "thief"))
    stolen = thief.proof(USERINFO, method="GET", token=token)
    assert error(party.use(token, proof=stolen)) == (401, "invalid_token")
    assert error(party.use(token, scheme="Bearer", proof="")) == (401, "invalid_token")
