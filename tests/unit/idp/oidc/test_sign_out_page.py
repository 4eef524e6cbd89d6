"""What the sign-out page says of whom nothing has reached, and the way back it shows."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from idp.clients.domain import RedirectUri
from idp.oidc.errors import LogoutTokenNotTaken
from idp.session.domain import SignOutId
from idp.session.service import DeliveryOrder
from idp.session.service.sign_outs import BROKER
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import ISSUER, PORTAL, House
from tests.unit.idp.oidc.test_sign_out import BYE, Deliveries, an_app, ended, told

APP = "com.example.app:/bye"
_LIST = re.compile(r'<ul id="logout-([a-z-]+)">(.*?)</ul>')
KEEP_TRYING = {"zh-CN": "我们会继续尝试通知", "en": "we keep trying to tell them"}
_BACK = re.compile(r'<a [^>]*id="logout-back" href="([^"]*)"')


def done(house: House, **asked: str) -> TestResponse:
    """Let somebody sign out whom nobody was told of, and open the page of it."""
    order, _ = ended(house)
    return opened(house, order, **asked)


def opened(house: House, order: DeliveryOrder, **asked: str) -> TestResponse:
    """Open the page of a sign-out when it waits no more."""
    house.around.clock.advance(timedelta(seconds=6))
    sent = {"sign_out": str(order.sign_out), "client_id": PORTAL, **asked}
    client = an_app(house).test_client()
    return client.get("/logout/done", query_string=sent, base_url=ISSUER)


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
@pytest.mark.parametrize("language", KEEP_TRYING)
def test_who_has_a_back_channel_is_said_to_be_tried_again(
    house: House, language: str
) -> None:
    page = done(house, ui_locales=language)
    assert [name for name, _ in _LIST.findall(page.text)] == ["missed"]
    assert KEEP_TRYING[language] in page.text


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
@pytest.mark.parametrize("language", KEEP_TRYING)
def test_who_has_no_back_channel_is_not_said_to_be_tried_again(
    house: House, language: str
) -> None:
    shaped(house, backchannel_logout_uri=None)
    page = done(house, ui_locales=language)
    assert [name for name, _ in _LIST.findall(page.text)] == ["given-up"]
    assert KEEP_TRYING[language] not in page.text


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
def test_who_refused_is_not_said_to_be_tried_again(house: House) -> None:
    order, _ = ended(house)
    told(house, Deliveries(LogoutTokenNotTaken("400")))(order)
    page = opened(house, order)
    assert _LIST.findall(page.text) == [("given-up", "<li>四川政务服务</li>")]
    assert KEEP_TRYING["zh-CN"] not in page.text


@pytest.mark.spec("OIDC Back-Channel Logout §2.2")
def test_of_a_client_that_is_gone_nobody_is_said_to_be_tried_again(house: House) -> None:
    order, _ = ended(house)
    with house.db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM clients_client")
    page = opened(house, order, client_id="")
    assert _LIST.findall(page.text) == [("given-up", "<li>一个已停用的应用</li>")]


def test_the_platform_upstream_is_not_tried_again_whatever_its_name(house: House) -> None:
    order, _ = ended(house)
    sign_outs = house.session.sign_outs
    told_of = sign_outs.show(order.sign_out)
    above = replace(order.participant, protocol=BROKER)
    other = SignOutId(UUID(int=9))
    sign_outs.store.add(replace(told_of, id=other, participants=(above,)))
    page = opened(house, DeliveryOrder(other, above))
    assert [name for name, _ in _LIST.findall(page.text)] == ["given-up"]


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
