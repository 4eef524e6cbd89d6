"""ID tokens that come back as hints, encrypted to us again by their client."""

import pytest

from tests.attacks.envelopes import Envelope
from tests.unit.idp.oidc.house import ISSUER, Browser, House, answer_of
from tests.unit.idp.oidc.test_sign_out import a_client, is_signed_in, signed_in
from trustroot.keys.domain import Purpose


def sealed(house: House, content: str, **header: object) -> str:
    """Return what a client sends that encrypts to the first key that we show for it."""
    shown = house.decrypter.published(Purpose.REQUEST_DECRYPT)
    return Envelope(next(iter(shown.by_kid.values()))).around(content, header)


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_a_sealed_hint_is_who_it_was_before(house: House) -> None:
    browser, _, hint = signed_in(house)
    again = browser.authorize(prompt="none", id_token_hint=sealed(house, hint))
    assert "code" in answer_of(again)
    stranger = Browser(house)
    stranger.code(house.a_person())
    other = stranger.authorize(prompt="none", id_token_hint=sealed(house, hint))
    assert answer_of(other)["error"] == "login_required"


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_sealed_hint_of_this_session_signs_out_at_once(house: House) -> None:
    browser, person, hint = signed_in(house)
    sent = {"id_token_hint": sealed(house, hint)}
    reply = a_client(house, browser).get("/logout", query_string=sent, base_url=ISSUER)
    assert reply.status_code == 303
    assert not is_signed_in(house, person)


@pytest.mark.spec("RFC 7519 §11.2")
@pytest.mark.parametrize("lie", ["unsigned", "twice", "no token", "changed", "unopened"])
def test_sealing_a_hint_proves_nothing(house: House, lie: str) -> None:
    browser, person, hint = signed_in(house)
    head, body, signature = hint.split(".")
    bent = {
        "unsigned": sealed(house, f"{head}.{body}."),
        "twice": sealed(house, sealed(house, hint)),
        "no token": sealed(house, hint, cty="text/plain"),
        "changed": sealed(house, f"{head}.{body[:-2]}.{signature}"),
        "unopened": sealed(house, hint)[:-4],
    }[lie]
    answer = answer_of(browser.authorize(id_token_hint=bent))
    assert answer["error"] == "invalid_request"
    assert "id_token_hint" in answer["error_description"]
    sent = {"id_token_hint": bent}
    page = a_client(house, browser).get("/logout", query_string=sent, base_url=ISSUER)
    assert page.status_code == 400
    assert is_signed_in(house, person)
