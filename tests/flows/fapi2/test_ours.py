"""What we hold beyond the plan: these are no modules of it."""

from dataclasses import replace

import pytest

from tests.flows.fapi2.answers import BACK, answered, back, error, failed, parked, told
from tests.flows.fapi2.conditions import another, issued, walked
from tests.flows.fapi2.registering import certificate_of
from tests.flows.fapi2.suite import PAR, TOKEN, USERINFO, Party
from tests.unit.idp.oidc.house import CALLBACK, ISSUER
from tests.unit.idp.oidc.sending import Holder
from tests.unit.kernel.proof.signers import signer

pytestmark = pytest.mark.spec("FAPI 2.0 §5.3.2.1")
NOBODY = (401, "invalid_client")


def test_a_push_without_an_assertion_is_nobodys(by_key: Party) -> None:
    assert error(by_key.post(PAR, by_key.request())) == NOBODY


def test_a_push_without_the_certificate_is_nobodys(by_certificate: Party) -> None:
    assert error(by_certificate.without_certificate().push()) == NOBODY


def test_a_client_with_a_certificate_names_itself(by_certificate: Party) -> None:
    code = by_certificate.code()
    assert error(by_certificate.redeem(code, client_id=None)) == NOBODY
    issued(by_certificate, by_certificate.redeem(code))


@pytest.mark.spec("RFC 7523 §3")
def test_each_endpoint_holds_an_assertion_to_the_issuer_and_the_clock(
    by_key: Party,
) -> None:
    code = by_key.code()
    wrong: tuple[dict[str, object], ...] = (
        {"exp": by_key.now - 300},
        {"iat": by_key.now + 65, "exp": by_key.now + 120},
        {"aud": ISSUER + TOKEN},
        {"aud": ISSUER + PAR},
        {"aud": [ISSUER]},
        {"aud": "https://other.example"},
    )
    for bent in wrong:
        assert error(by_key.push(assertion=by_key.assertion(**bent))) == NOBODY
        refused = by_key.redeem(code, assertion=by_key.assertion(**bent))
        assert error(refused) == NOBODY
    issued(by_key, by_key.redeem(code))


def test_the_issuer_is_the_audience_that_every_endpoint_takes(by_key: Party) -> None:
    uri = parked(by_key.push(assertion=by_key.assertion(aud=ISSUER)))
    code = answered(by_key.visit(uri))
    issued(by_key, by_key.redeem(code, assertion=by_key.assertion(aud=ISSUER)))


@pytest.mark.spec("OIDC Core §9")
def test_an_assertion_is_used_once(by_key: Party) -> None:
    once = by_key.assertion()
    parked(by_key.push(assertion=once))
    assert error(by_key.push(assertion=once)) == NOBODY


@pytest.mark.spec("FAPI 2.0 §5.3.2.2")
def test_an_address_is_registered_to_the_letter(party: Party) -> None:
    for address in (CALLBACK, f"{BACK}&more=1", BACK.upper(), "https://rp.example/"):
        assert error(party.push(redirect_uri=address)) == (400, "invalid_request")


@pytest.mark.spec("FAPI 2.0 §5.3.2.2")
def test_no_other_response_type_is_taken(party: Party) -> None:
    for kind in ("id_token", "none", "code token", "code id_token token"):
        refused = party.push(response_type=kind)
        assert error(refused) == (400, "unsupported_response_type")


@pytest.mark.spec("OIDC Core §3.1.2.6")
def test_without_a_session_no_page_is_shown_to_who_forbids_it(party: Party) -> None:
    failed(party.visit(party.pushed(prompt="none"), party.nobody()), "login_required")


@pytest.mark.spec("RFC 9207 §2")
def test_every_answer_names_the_issuer(party: Party) -> None:
    assert back(party.visit(party.pushed()))["iss"] == ISSUER
    assert back(party.rejected(party.pushed(scope="openid profile")))["iss"] == ISSUER


@pytest.mark.spec("RFC 9126 §4")
def test_no_scope_and_no_address_of_the_front_counts(party: Party) -> None:
    beside = {"scope": "openid profile", "redirect_uri": CALLBACK}
    reply = party.visit(party.pushed(), **beside)
    assert issued(party, party.redeem(answered(reply)))["scope"] == "openid"


@pytest.mark.spec("FAPI 2.0 §5.3.4")
def test_a_resource_takes_no_token_from_a_query(party: Party) -> None:
    query = f"access_token={walked(party)['access_token']}"
    reply = party.house.call("GET", USERINFO, query=query, certificate=party.certificate)
    assert reply.status == 401


@pytest.mark.spec("FAPI 2.0 §5.3.4")
def test_a_certificate_opens_with_its_own_tokens_only(by_certificate: Party) -> None:
    token = walked(by_certificate)["access_token"]
    assert by_certificate.without_certificate().use(token).status == 401
    other = replace(by_certificate, certificate=certificate_of("second"))
    assert other.use(token).status == 401
    assert by_certificate.use(token).status == 200


@pytest.mark.spec("RFC 9449 §4.3")
def test_a_proof_that_lacks_one_thing_redeems_nothing(by_key: Party) -> None:
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
    assert "access_token" in told(by_key.redeem(code, proof=shown))
    assert error(by_key.redeem(code, proof=shown)) == (400, "invalid_dpop_proof")


@pytest.mark.spec("RFC 9449 §10.1")
def test_another_client_gets_nothing_for_a_code_that_is_bound(by_key: Party) -> None:
    code = by_key.code(proof=by_key.holder.proof(PAR))
    other = another(by_key)
    proof = Holder(by_key.house, by_key.holder.key).proof(TOKEN)
    assert error(other.redeem(code, proof=proof)) == (400, "invalid_grant")
