"""Modules in which our provider must refuse, named after them (openid-federation-…)."""

from dataclasses import replace

import pytest

from tests.flows.federation_op.steps import is_turned_away, walks_to_an_id_token
from tests.unit.federation.world import ANCHOR
from tests.unit.idp.oidc.house import Browser
from tests.unit.idp.oidc.joined import (
    RP,
    RP_CALLBACK,
    STATEMENT,
    Joined,
    RelyingParty,
    answered,
    rp_metadata,
)
from tests.unit.kernel.proof.signers import signer

pytestmark = pytest.mark.spec("OpenID Federation 1.0 §12.1.1.1")
OBJECT = "request_object_claim_refused"


def refuses(joined: Joined, code: str = OBJECT, **bent: object) -> None:
    """Bend one claim of a valid object: that alone is refused."""
    rp, browser = RelyingParty(joined), Browser(joined)
    browser.sign_in(joined.a_person())
    is_turned_away(joined, rp.get(browser, rp.asks(rp.signed(None, **bent))), code)


def test_automatic_client_registration_invalid_client_id_in_request_object(
    joined: Joined,
) -> None:
    """Condition: client_id inside is not the entity identifier; an error, no code."""
    refuses(joined, client_id=f"{RP}/1")


def test_automatic_client_registration_invalid_client_id_in_query_parameters(
    joined: Joined,
) -> None:
    """Condition: client_id in the query is no entity of the federation; an error page."""
    rp, browser = RelyingParty(joined), Browser(joined)
    browser.sign_in(joined.a_person())
    reply = rp.get(browser, rp.asks(rp.signed(), client_id=f"{RP}/1"))
    is_turned_away(joined, reply, "trust_chain_refused")


def test_automatic_client_registration_invalid_signature(
    joined: Joined,
) -> None:
    """Condition: the signature of the object was changed; an error, no code."""
    rp, browser = RelyingParty(joined), Browser(joined)
    browser.sign_in(joined.a_person())
    head, body, _ = rp.signed().split(".")
    broken = ".".join((head, body, rp.signed().split(".")[2]))
    is_turned_away(joined, rp.get(browser, rp.asks(broken)), "request_object_unsigned")


def test_automatic_client_registration_signed_with_other_keys(
    joined: Joined,
) -> None:
    """Condition: signed under the right kid by a key that is not in the metadata."""
    other = replace(signer(kid="another"), kid="rp-protocol")
    rp, browser = RelyingParty(joined, key=other), Browser(joined)
    browser.sign_in(joined.a_person())
    reply = rp.get(browser, rp.asks(rp.signed()))
    is_turned_away(joined, reply, "request_object_unsigned")


def test_automatic_client_registration_invalid_exp(
    joined: Joined,
) -> None:
    """Condition: exp of the object lies in the past; an error, no code."""
    refuses(joined, exp=RelyingParty(joined).now() - 300)


def test_automatic_client_registration_invalid_iss(
    joined: Joined,
) -> None:
    """Condition: iss of the object is not the entity identifier."""
    refuses(joined, iss=f"{RP}/1")


def test_automatic_client_registration_invalid_aud(
    joined: Joined,
) -> None:
    """Condition: aud of the object is not our entity identifier."""
    refuses(joined, aud="https://op.example")


def test_automatic_client_registration_sub_in_request_object(
    joined: Joined,
) -> None:
    """Condition: the object has a sub, as an assertion has."""
    refuses(joined, sub=RP)


def test_automatic_client_registration_missing_jti(
    joined: Joined,
) -> None:
    """Condition: the object has no jti."""
    refuses(joined, jti=None)


def test_automatic_client_registration_missing_exp(
    joined: Joined,
) -> None:
    """Condition: the object has no exp."""
    refuses(joined, exp=None)


def test_automatic_client_registration_missing_iss(
    joined: Joined,
) -> None:
    """Condition: the object has no iss."""
    refuses(joined, iss=None)


def test_automatic_client_registration_missing_aud(
    joined: Joined,
) -> None:
    """Condition: the object has no aud."""
    refuses(joined, aud=None)


def test_automatic_client_registration_duplicate_jti(
    joined: Joined,
) -> None:
    """Conditions of the module.

    - a first request is answered
    - a second object with the same jti, otherwise valid, is refused: no second code
    """
    rp, browser, person = RelyingParty(joined), Browser(joined), joined.a_person()
    browser.sign_in(person)
    first = rp.get(browser, rp.asks(rp.signed(jti="once")))
    assert answered(rp.consented(browser, person, first))["code"]
    again = rp.get(browser, rp.asks(rp.signed(jti="once", state="s-10")))
    assert again.status == 400
    assert again.header("Location") is None
    assert b'data-code="request_object_replayed"' in again.body


def test_automatic_client_registration_invalid_trust_chain_order(
    joined: Joined,
) -> None:
    """Condition: the header trust_chain is there, in reverse order; an error, no code."""
    rp, browser = RelyingParty(joined), Browser(joined)
    browser.sign_in(joined.a_person())
    request = rp.signed({"trust_chain": joined.chain()[::-1]})
    is_turned_away(joined, rp.get(browser, rp.asks(request)), "trust_chain_refused")


def test_automatic_client_registration_invalid_iss_in_entity_configuration(
    joined: Joined,
) -> None:
    """Written in the suite, not in its plan: iss of the client's configuration is wrong."""
    rp, browser = RelyingParty(joined), Browser(joined)
    browser.sign_in(joined.a_person())
    key = signer(kid=RP)
    claims = {
        "iss": f"{RP}/1",
        "sub": RP,
        **joined.world.lifetime().claims(),
        "jwks": key.keys.to_jwks(),
        "authority_hints": [ANCHOR],
        "metadata": {"openid_relying_party": rp_metadata()},
    }
    joined.world.configurations[RP] = key.token(key.header(STATEMENT), claims)
    reply = rp.get(browser, rp.asks(rp.signed()))
    is_turned_away(joined, reply, "trust_chain_refused")


def test_automatic_client_registration_expect_entity_configuration_request(
    joined: Joined,
) -> None:
    """Written in the suite, not in its plan: our provider asks for the configuration."""
    walks_to_an_id_token(joined, lambda rp, b: rp.get(b, rp.asks(rp.signed())))
    assert joined.world.asked[0] == RP


@pytest.mark.spec("OpenID Federation 1.0 §12.1.3")
def test_with_an_address_beside_it_a_believed_client_is_told_and_a_stranger_is_not(
    joined: Joined,
) -> None:
    rp, browser = RelyingParty(joined), Browser(joined)
    browser.sign_in(joined.a_person())
    reply = rp.get(browser, rp.asks(rp.signed(aud="x"), redirect_uri=RP_CALLBACK))
    assert answered(reply)["error"] == "invalid_request_object"
    stranger = rp.asks(rp.signed(), client_id=f"{RP}/1", redirect_uri=RP_CALLBACK)
    is_turned_away(joined, rp.get(browser, stranger), "trust_chain_refused")
