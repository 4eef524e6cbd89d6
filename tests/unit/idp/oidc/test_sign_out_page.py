"""What the sign-out page says of whom nothing has reached, and the way back it shows."""

import re
from datetime import timedelta
from html import unescape

import pytest
from werkzeug.test import TestResponse

from idp.clients.domain import RedirectUri
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import ISSUER, PORTAL, House
from tests.unit.idp.oidc.test_sign_out import BYE, an_app, ended

APP = "com.example.app:/bye"
_BACK = re.compile(r'<a [^>]*id="logout-back" href="([^"]*)"')


def done(house: House, **asked: str) -> TestResponse:
    """Let somebody sign out whom nobody was told of, and open the page of it."""
    order, _ = ended(house)
    house.around.clock.advance(timedelta(seconds=6))
    sent = {"sign_out": str(order.sign_out), "client_id": PORTAL, **asked}
    client = an_app(house).test_client()
    return client.get("/logout/done", query_string=sent, base_url=ISSUER)


@pytest.mark.spec("OIDC RP-Initiated Logout §3, RFC 8252 §7.1")
def test_the_way_back_to_an_app_is_its_address_as_it_is(house: House) -> None:
    shaped(house, post_logout_redirect_uris=(RedirectUri.parse(APP),))
    page = done(house, post_logout_redirect_uri=APP, state="a&b")
    (shown,) = _BACK.findall(page.text)
    assert unescape(shown) == f"{APP}?state=a%26b"


def test_no_way_back_is_shown_that_a_browser_is_not_sent_to(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = "javascript:alert(1)"
    monkeypatch.setattr("idp.oidc.flows.sign_out.back_to", lambda *_: there)
    page = done(house, post_logout_redirect_uri=BYE)
    assert page.status_code == 500
    assert "logout-back" not in page.text
    assert there not in page.text
