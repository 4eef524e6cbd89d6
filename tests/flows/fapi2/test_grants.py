"""Modules of the plan about codes, tokens and proofs (fapi2-security-profile-final-…)."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.proof.jose import KeySet
from tests.flows.fapi2.suite import (
    PAR,
    TOKEN,
    USERINFO,
    Party,
    a_party,
    back,
    certificate_of,
    error,
    told,
)
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import ISSUER, House, claims_of
from tests.unit.idp.oidc.sending import Holder, ath
from tests.unit.kernel.proof.signers import signer

pytestmark = pytest.mark.spec("FAPI 2.0 §5.3.2.1")


def test_happy_flow(party: Party) -> None:
    """The whole flow: push, code, tokens, resource.

    The token is bound to what its sender proved, its type says so, it lasts no longer than
    five minutes, the ID token is of this client, nonce and a strong algorithm, and the
    resource takes the token.
    """
    said = party.tokens()
    access = claims_of(str(said["access_token"]))
    bound = "x5t#S256" if party.by_certificate else "jkt"
    assert list(access["cnf"]) == [bound]
    assert said["token_type"] == ("Bearer" if party.by_certificate else "DPoP")
    assert 0 < int(str(said["expires_in"])) <= 300
    claims = claims_of(str(said["id_token"]))
    assert (claims["aud"], claims["iss"]) == (party.id, ISSUER)
    assert claims["nonce"] == "nonce-1"
    assert _algorithm(said["id_token"]) in {"PS256", "ES256", "EdDSA"}
    assert told(party.use(said["access_token"]))["sub"] == claims["sub"]


def _algorithm(token: object) -> object:
    head = str(token).split(".")[0]
    read: dict[str, object] = json.loads(base64.urlsafe_b64decode(head + "=="))
    return read["alg"]


# ------------------------------------------------------------------ client authentication


def test_ensure_client_assertion_in_token_endpoint(by_key: Party) -> None:
    """Without an assertion a client is nobody, and its code is not used up."""
    code = by_key.code()
    bare = by_key.redeem(
        code,
        client_id=str(by_key.id),
        client_assertion=None,
        client_assertion_type=None,
    )
    assert error(bare) == (401, "invalid_client")
    assert "access_token" in told(by_key.redeem(code))


def test_ensure_client_id_in_token_endpoint(house: House) -> None:
    """RFC 8705 §2: a client with a certificate names itself."""
    party = a_party(house, "first", by_certificate=True)
    code = party.code()
    assert error(party.redeem(code, client_id=None)) == (401, "invalid_client")
    assert "access_token" in told(party.redeem(code))


def test_ensure_client_assertion_with_exp_is_5_minutes_in_past_fails(
    by_key: Party,
) -> None:
    """An assertion that is over is refused, at both endpoints."""
    old = by_key.assertion(exp=by_key.now - 300, iat=by_key.now - 360)
    assert error(by_key.push(assertion=old)) == (401, "invalid_client")
    old = by_key.assertion(exp=by_key.now - 300, iat=by_key.now - 360)
    assert error(by_key.redeem(by_key.code(), assertion=old)) == (401, "invalid_client")


def test_ensure_client_assertion_with_iat_and_nbf_8_seconds_in_the_future_is_accepted(
    by_key: Party,
) -> None:
    """FAPI 2.0 §5.3.2.1: clocks differ a little; up to 10 seconds MUST be accepted."""
    ahead = by_key.now + 8
    shown = [by_key.assertion(iat=ahead, nbf=ahead) for _ in range(2)]
    assert "request_uri" in told(by_key.push(assertion=shown[0]))
    assert "access_token" in told(by_key.redeem(by_key.code(), assertion=shown[1]))


def test_ensure_client_assertion_over_60_seconds_in_the_future_fails(
    by_key: Party,
) -> None:
    """FAPI 2.0 §5.3.2.1: what is made more than 60 seconds ahead MUST be refused."""
    code = by_key.code()
    now, ends = by_key.now, by_key.now + 120
    for made, begins in ((now + 65, None), (now, now + 65)):
        shown = [by_key.assertion(iat=made, nbf=begins, exp=ends) for _ in range(2)]
        assert error(by_key.push(assertion=shown[0])) == (401, "invalid_client")
        redeemed = by_key.redeem(code, assertion=shown[1])
        assert error(redeemed) == (401, "invalid_client")


def test_ensure_client_assertion_with_wrong_aud_fails(by_key: Party) -> None:
    """The audience is the issuer as a string: no endpoint, no list, nobody else."""
    code = by_key.code()
    for audience in (ISSUER + TOKEN, ISSUER + PAR, [ISSUER], "https://other.example"):
        wrong = by_key.assertion(aud=audience)
        assert error(by_key.redeem(code, assertion=wrong)) == (401, "invalid_client")
        wrong = by_key.assertion(aud=audience)
        assert error(by_key.push(assertion=wrong)) == (401, "invalid_client")


def test_ensure_client_assertion_with_no_sub_fails(by_key: Party) -> None:
    """RFC 7523 §3: sub is required."""
    wrong = by_key.assertion(sub=None)
    assert error(by_key.redeem(by_key.code(), assertion=wrong)) == (401, "invalid_client")


def test_ensure_client_assertion_with_iss_as_aud_succeeds(by_key: Party) -> None:
    """The issuer as the one audience is what every endpoint takes."""
    assert "request_uri" in told(by_key.push(assertion=by_key.assertion(aud=ISSUER)))
    said = told(by_key.redeem(by_key.code(), assertion=by_key.assertion(aud=ISSUER)))
    assert "access_token" in said


def test_ensure_signed_client_assertion_with_rs256_fails(by_key: Party) -> None:
    """FAPI 2.0 §5.4.1: RS256 is none of the algorithms, though the key is its own."""
    weak = signer("RS256", "weak")
    both = KeySet.of([by_key.key.key, weak.key])
    shaped(by_key.house, by_key.id, keys=both)
    by_key.house.around.clock.advance(timedelta(seconds=2))
    assert "request_uri" in told(by_key.push())
    refused = by_key.push(assertion=by_key.assertion(weak))
    assert error(refused) == (401, "invalid_client")


def test_ensure_client_assertion_is_used_once(by_key: Party) -> None:
    """OIDC Core §9: a jti that came before is refused."""
    once = by_key.assertion()
    assert "request_uri" in told(by_key.push(assertion=once))
    assert error(by_key.push(assertion=once)) == (401, "invalid_client")


# ------------------------------------------------------------------ codes


def test_ensure_authorization_code_is_bound_to_client(party: Party) -> None:
    """RFC 6749 §4.1.3: another client of the same kind gets nothing for it."""
    other = a_party(party.house, "second", by_certificate=party.by_certificate)
    code = party.code()
    assert error(other.redeem(code)) == (400, "invalid_grant")


def test_attempt_reuse_authorization_code_after_one_second(party: Party) -> None:
    """RFC 6749 §4.1.2: a code is used once, and what came of it ends."""
    code = party.code()
    said = told(party.redeem(code))
    party.house.around.clock.advance(timedelta(seconds=1))
    assert error(party.redeem(code)) == (400, "invalid_grant")
    assert party.use(said["access_token"]).status == 401


def test_ensure_code_expires_within_60_seconds(party: Party) -> None:
    """A code lives 60 seconds at most."""
    code = party.code()
    party.house.around.clock.advance(timedelta(seconds=60))
    assert error(party.redeem(code)) == (400, "invalid_grant")


def test_ensure_pkce_code_verifier_required(party: Party) -> None:
    """RFC 7636 §4.5: without the verifier a code gives nothing."""
    reply = party.redeem(party.code(), code_verifier=None)
    assert reply.status == 400
    assert told(reply)["error"] in {"invalid_grant", "invalid_request"}


def test_incorrect_pkce_code_verifier_rejected(party: Party) -> None:
    """RFC 7636 §4.6: nor with another."""
    reply = party.redeem(party.code(), code_verifier="w" * 50)
    assert error(reply) == (400, "invalid_grant")


# ------------------------------------------------------------------ refreshing


def test_refresh_token(party: Party) -> None:
    """Refresh tokens do not rotate; fresh access tokens are bound as the first was."""
    said = party.tokens(scope="openid offline_access", prompt="consent")
    token = said["refresh_token"]
    for _ in range(2):
        fresh = told(party.refresh(token))
        assert fresh.get("refresh_token", token) == token
        assert claims_of(str(fresh["access_token"]))["cnf"]
        assert party.use(fresh["access_token"]).status == 200
    other = a_party(party.house, "second", by_certificate=party.by_certificate)
    assert error(other.refresh(token)) == (400, "invalid_grant")


# ------------------------------------------------------------------ holder of key


def test_ensure_holder_of_key_required(party: Party) -> None:
    """Without a key that is proven there is no token, and the code is not used up."""
    code = party.code()
    if party.by_certificate:
        refused = party.without_certificate().redeem(code)
        assert error(refused) == (401, "invalid_client")
    else:
        assert error(party.redeem(code, proof="")) == (400, "invalid_request")
    assert "access_token" in told(party.redeem(code))


def test_ensure_resource_checks_the_sender(party: Party) -> None:
    """FAPI 2.0 §5.3.4: a token in other hands opens nothing."""
    token = party.tokens()["access_token"]
    if party.by_certificate:
        assert party.without_certificate().use(token).status == 401
        other = replace(party, certificate=certificate_of("second"))
        assert other.use(token).status == 401
    else:
        assert party.use(token, proof="").status == 401
        thief = Holder(party.house, signer("ES256", "thief"))
        stolen = thief.proof(USERINFO, method="GET", token=token)
        assert party.use(token, proof=stolen).status == 401
        assert party.use(token, scheme="Bearer").status == 401
    assert party.use(token).status == 200


def test_ensure_resource_takes_no_token_from_a_query(party: Party) -> None:
    """FAPI 2.0 §5.3.4: a token in the query is no token."""
    token = party.tokens()["access_token"]
    query = f"access_token={token}"
    reply = party.house.call("GET", USERINFO, query=query, certificate=party.certificate)
    assert reply.status == 401


def test_access_token_type_header_case_sensitivity(party: Party) -> None:
    """RFC 9110 §11.1: the scheme is known in any case."""
    scheme = "bEaReR" if party.by_certificate else "dPoP"
    assert party.use(party.tokens()["access_token"], scheme=scheme).status == 200


# ------------------------------------------------------------------ DPoP


def test_dpop_negative_tests(by_key: Party) -> None:
    """RFC 9449 §4.3: at both endpoints a proof that lacks one thing is refused.

    Type, algorithm, method, address, time, name, token hash; used before; of another key.
    """
    holder, code = by_key.holder, by_key.code()
    bent: tuple[dict[str, object], ...] = (
        {"typ": "JWT"},
        {"alg": "none"},
        {"alg": "HS256"},
        {"htm": "GET"},
        {"htu": ISSUER + USERINFO},
        {"iat": by_key.now - 3600},
        {"iat": by_key.now + 3600},
        {"jti": None},
        {"jwk": signer("ES256", "other").key.to_jwk()},
    )
    for one in bent:
        refused = by_key.redeem(code, proof=holder.proof(TOKEN, **one))
        assert error(refused) == (400, "invalid_dpop_proof")
    shown = holder.proof(TOKEN)
    token = told(by_key.redeem(code, proof=shown))["access_token"]
    assert error(by_key.redeem(code, proof=shown)) == (400, "invalid_dpop_proof")
    at_resource: tuple[dict[str, object], ...] = (
        {"ath": None},
        {"ath": ath("other")},
        {"htm": "POST"},
        {"iat": 0},
    )
    for one in at_resource:
        named: dict[str, object] = {"method": "GET", "token": token, **one}
        refused = by_key.use(token, proof=holder.proof(USERINFO, **named))
        assert error(refused) == (401, "invalid_dpop_proof")


def test_ensure_dpop_proof_with_iat_10seconds_before_succeeds(by_key: Party) -> None:
    """A proof made ten seconds ago counts."""
    shown = by_key.holder.proof(TOKEN, iat=by_key.now - 10)
    assert "access_token" in told(by_key.redeem(by_key.code(), proof=shown))


def test_ensure_dpop_proof_with_iat_10seconds_after_succeeds(by_key: Party) -> None:
    """FAPI 2.0 §5.3.2.1: clocks may differ by ten seconds."""
    shown = by_key.holder.proof(TOKEN, iat=by_key.now + 10)
    assert "access_token" in told(by_key.redeem(by_key.code(), proof=shown))


def test_check_dpop_proof_nbf_exp(by_key: Party) -> None:
    """RFC 9449 §4.2: a proof may bear claims that it need not, nbf and exp among them."""
    now = by_key.now
    shown = by_key.holder.proof(TOKEN, nbf=now - 10, exp=now + 60)
    assert "access_token" in told(by_key.redeem(by_key.code(), proof=shown))


def test_ensure_dpop_auth_code_binding_success(by_key: Party) -> None:
    """RFC 9449 §10, §10.1: by parameter, by proof, or by both that agree."""
    for bound in ({}, {"dpop_jkt": by_key.holder.jkt}):
        assert "access_token" in told(by_key.redeem(by_key.code(**bound)))


def test_ensure_mismatched_dpop_jkt_fails(by_key: Party) -> None:
    """RFC 9449 §10.1: parameter and proof at the push name one key."""
    other = signer("ES256", "other").key.thumbprint
    assert error(by_key.push(dpop_jkt=other)) == (400, "invalid_request")


def test_ensure_token_endpoint_fails_with_mismatched_dpop_jkt(by_key: Party) -> None:
    """RFC 9449 §10: a code bound by parameter alone is redeemed by that key only."""
    other = signer("ES256", "other").key.thumbprint
    uri = str(told(by_key.push(proof="", dpop_jkt=other))["request_uri"])
    code = back(by_key.visit(uri))["code"]
    assert error(by_key.redeem(code)) == (400, "invalid_grant")


def test_ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt(
    by_key: Party,
) -> None:
    """RFC 9449 §10.1: a code bound by the proof at the push likewise."""
    code = by_key.code()
    other = Holder(by_key.house, signer("ES256", "other"))
    refused = by_key.redeem(code, proof=other.proof(TOKEN))
    assert error(refused) == (400, "invalid_grant")
