"""Modules of the plan about how a client proves itself, named after them."""

from datetime import timedelta

import pytest

from kernel.proof.jose import KeySet
from tests.flows.fapi2.answers import error, parked, told
from tests.flows.fapi2.conditions import another, issued, walked_from
from tests.flows.fapi2.suite import PAR, TOKEN, Party
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import ISSUER
from tests.unit.kernel.proof.signers import signer

pytestmark = pytest.mark.spec("FAPI 2.0 §5.3.2.1")
NOBODY = (401, "invalid_client")


def test_ensure_client_id_in_token_endpoint(party: Party) -> None:
    """RFC 6749 §3.2.1: who names another client, and proves to be the first, is nobody."""
    other, code = another(party), party.code()
    named = {"client_id": str(other.id)}
    if not party.by_certificate:
        named["client_assertion"] = party.assertion(iss=other.id, sub=other.id)
    assert error(party.redeem(code, **named)) == NOBODY
    issued(party, party.redeem(code))


def test_ensure_client_assertion_in_token_endpoint(by_key: Party) -> None:
    """Without an assertion a client is nobody, and its code is not used up."""
    code = by_key.code()
    bare = {"client_assertion": None, "client_assertion_type": None}
    assert error(by_key.redeem(code, client_id=str(by_key.id), **bare)) == NOBODY
    issued(by_key, by_key.redeem(code))


def test_ensure_client_assertion_with_exp_is_5_minutes_in_past_fails(
    by_key: Party,
) -> None:
    """RFC 7523 §3 no. 4: an assertion that is over is refused."""
    old = by_key.assertion(exp=by_key.now - 300)
    assert error(by_key.redeem(by_key.code(), assertion=old)) == NOBODY


def test_ensure_client_assertion_with_wrong_aud_fails(by_key: Party) -> None:
    """RFC 7523 §3 no. 3: one that is addressed to another server is refused."""
    wrong = by_key.assertion(aud="https://other.example/api/userinfo")
    assert error(by_key.redeem(by_key.code(), assertion=wrong)) == NOBODY


def test_ensure_client_assertion_with_no_sub_fails(by_key: Party) -> None:
    """RFC 7523 §3 no. 2: sub is required; a request object has none, and is no proof."""
    wrong = by_key.assertion(sub=None)
    assert error(by_key.redeem(by_key.code(), assertion=wrong)) == NOBODY


def test_ensure_signed_client_assertion_with_RS256_fails(  # noqa: N802  as it is named
    by_key: Party,
) -> None:
    """§5.4.1: one RSA key, which signs by PS256 as it should, and by RS256 in vain."""
    strong, weak = signer("PS256", "strong"), signer("RS256", "weak")
    keys = KeySet.of([by_key.key.key, strong.key, weak.key])
    shaped(by_key.house, by_key.id, keys=keys)
    by_key.house.around.clock.advance(timedelta(seconds=2))
    code = by_key.code()
    assert error(by_key.redeem(code, assertion=by_key.assertion(weak))) == NOBODY
    issued(by_key, by_key.redeem(code, assertion=by_key.assertion(strong)))


# ---------------------------------------------------------------------- clocks


def test_par_ensure_jwt_client_assertions_nbf_8_seconds_in_the_future_is_accepted(
    by_key: Party,
) -> None:
    """Clocks differ a little; up to 10 seconds MUST be accepted."""
    ahead = by_key.now + 8
    uri = parked(by_key.push(assertion=by_key.assertion(iat=ahead, nbf=ahead)))
    walked_from(uri, by_key, by_key.request())


def test_par_ensure_jwt_client_assertions_nbf_over_60_seconds_in_the_future_fails(
    by_key: Party,
) -> None:
    """What is made more than 60 seconds ahead MUST be refused, as it ends even later."""
    made, ends = by_key.now + 62, by_key.now + 122
    for begins in (made, None):
        early = by_key.assertion(iat=made, nbf=begins, exp=ends)
        assert error(by_key.push(assertion=early)) == NOBODY


# ---------------------------------------------------------------------- the audience


def test_par_test_array_as_audience_fails(by_key: Party) -> None:
    """The audience is one string: the issuer in a list, alone or not, is refused."""
    for listed in ([ISSUER, ISSUER + TOKEN], [ISSUER]):
        assert error(by_key.push(assertion=by_key.assertion(aud=listed))) == NOBODY
    assert "request_uri" in told(by_key.push(assertion=by_key.assertion(aud=ISSUER)))


def test_par_test_par_endpoint_url_as_audience_fails(by_key: Party) -> None:
    """And it is the issuer: the PAR endpoint, which RFC 9126 §2 allows, is refused."""
    assert error(by_key.push(assertion=by_key.assertion(aud=ISSUER + PAR))) == NOBODY


def test_par_test_token_endpoint_url_as_audience_fails(by_key: Party) -> None:
    """So is the token endpoint, which RFC 7523 §3 allows."""
    assert error(by_key.push(assertion=by_key.assertion(aud=ISSUER + TOKEN))) == NOBODY
