"""What registration takes from nobody is looked at again when it is used."""

from datetime import timedelta

import pytest

from idp.oidc.errors import RedirectUriNotRegistered
from idp.oidc.events import AuthorizationRefused, CodeIssued
from idp.session.domain import Delivery
from idp.session.events import SignOutShown
from tests.unit.idp.oidc.asking import redirects, shaped
from tests.unit.idp.oidc.house import CALLBACK, ISSUER, PORTAL, Browser, House
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.test_sign_out import signed_in
from tests.unit.idp.oidc.test_telling_everybody import leave, only, with_frames


def said_now(house: House, **facet: object) -> None:
    """Let the portal's record say what it may not, and wait until every process knows."""
    shaped(house, PORTAL, **facet)
    house.around.clock.advance(timedelta(seconds=2))


@pytest.mark.spec("RFC 9700 §4.1, §4.5")
@pytest.mark.parametrize("said", ["code=theirs", "state=theirs", "ISS=theirs"])
def test_no_answer_goes_where_an_answer_stands_already(house: House, said: str) -> None:
    address = f"{CALLBACK}&{said}"
    said_now(house, redirect_uris=redirects(CALLBACK, address))
    browser = Browser(house)
    browser.sign_in(house.a_person())
    reply = browser.authorize(redirect_uri=address)
    assert (reply.status, reply.header("Location")) == (400, None)
    (told,) = house.around.trail.of(AuthorizationRefused)
    assert told.reason == RedirectUriNotRegistered.code
    assert house.around.trail.of(CodeIssued) == []
    assert rows_of(house, "oidc_pending") == 0


@pytest.mark.spec("OIDC Front-Channel Logout §2")
def test_no_page_of_another_origin_is_framed_whatever_the_record_says(
    house: House,
) -> None:
    with_frames(house)
    browser, _, hint = signed_in(house)
    said_now(house, frontchannel_logout_uri="https://evil.example/front")
    client, on = leave(house, browser, hint)
    page = client.get(on, base_url=ISSUER)
    assert "evil.example" not in page.text
    assert "<iframe" not in page.text
    assert "evil.example" not in page.headers["Content-Security-Policy"]
    # Nobody was told that way, and so nothing says that somebody was.
    assert only(house).with_state(Delivery.SHOWN) == ()
    assert house.around.trail.of(SignOutShown) == []
