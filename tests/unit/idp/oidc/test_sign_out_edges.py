"""Telling clients of a sign-out: what they are told, how long it is tried, and by whom."""

from datetime import timedelta

import pytest

from idp.oidc.domain.issuer import Issuer
from idp.oidc.errors import LogoutTokenNotTaken
from idp.oidc.flows.front_channel import FrontChannel
from idp.oidc.flows.tell_client import BrowserOnItsWay
from idp.session.domain import Delivery, SignOut
from idp.session.service import DeliveryOrder
from kernel.clock import epoch_seconds
from kernel.errors import Unavailable
from kernel.proof.jose import LOGOUT_TOKEN, verify
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import ISSUER, PORTAL, House, claims_of
from tests.unit.idp.oidc.test_answers_whole import header_of
from tests.unit.idp.oidc.test_sign_out import (
    Deliveries,
    ended,
    signed_in,
    state,
    told,
)
from tests.unit.idp.oidc.test_telling_everybody import FRONT, leave, only, with_frames
from trustroot.keys.domain import Purpose

SECOND = timedelta(seconds=1)
EVENT = "http://schemas.openid.net/event/backchannel-logout"


def reason(house: House, order: DeliveryOrder) -> str | None:
    """Return why a client was not told."""
    shown = house.session.sign_outs.show(order.sign_out)
    return shown.tellings[order.participant].reason


def front(house: House) -> FrontChannel:
    """Return what the sign-out page asks."""
    return FrontChannel(
        house.clients.lookup,
        house.session.sign_outs,
        Issuer(ISSUER),
        house.around.clock,
    )


def framed(house: House) -> tuple[SignOut, str]:
    """Let somebody sign out whose portal has a front channel; return its frame too."""
    with_frames(house)
    browser, _, hint = signed_in(house)
    leave(house, browser, hint)
    sid = claims_of(hint)["sid"]
    return only(house), f"{FRONT}&iss=http%3A%2F%2Flocalhost%3A8400&sid={sid}"


@pytest.mark.spec("OIDC Back-Channel Logout §2.4")
def test_a_logout_token_says_who_where_until_when_and_nothing_else(house: House) -> None:
    order, hint = ended(house)
    delivery = Deliveries()
    told(house, delivery)(order)
    ((_, token),) = delivery.taken
    claims = verify(token, house.signer.published(Purpose.TOKENS), LOGOUT_TOKEN)
    known, now = claims_of(hint), epoch_seconds(house.around.clock())
    assert header_of(token)["typ"] == "logout+jwt"
    assert dict(claims) == {
        "iss": ISSUER,
        "aud": PORTAL,
        "iat": now,
        "exp": now + 120,
        "sub": known["sub"],
        "sid": known["sid"],
        "events": {EVENT: {}},
        "jti": claims["jti"],
    }
    assert len(str(claims["jti"])) == 22


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
def test_who_is_out_of_reach_is_tried_for_four_minutes(house: House) -> None:
    order, _ = ended(house)
    down = told(house, Deliveries(Unavailable("down")))
    house.around.clock.advance(timedelta(minutes=4) - SECOND)
    with pytest.raises(Unavailable):
        down(order)
    assert (state(house, order), reason(house, order)) == (Delivery.PENDING, "unavailable")
    house.around.clock.advance(SECOND)
    down(order)
    assert (state(house, order), reason(house, order)) == (Delivery.FAILED, "unavailable")


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
def test_who_refuses_is_put_on_record_by_its_refusal(house: House) -> None:
    order, _ = ended(house)
    told(house, Deliveries(LogoutTokenNotTaken("400")))(order)
    assert reason(house, order) == "logout_token_not_taken"


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_who_was_told_is_not_told_twice(house: House) -> None:
    order, _ = ended(house)
    delivery = Deliveries()
    told(house, delivery)(order)
    told(house, delivery)(order)
    assert len(delivery.taken) == 1


@pytest.mark.spec("OIDC Back-Channel Logout §2.2")
def test_who_has_no_channel_at_all_is_put_on_record_so(house: House) -> None:
    order, _ = ended(house)
    shaped(house, backchannel_logout_uri=None)
    house.around.clock.advance(timedelta(seconds=2))
    delivery = Deliveries()
    told(house, delivery)(order)
    assert (state(house, order), delivery.taken) == (Delivery.FAILED, [])
    assert reason(house, order) == "no_back_channel"


@pytest.mark.spec("OIDC Front-Channel Logout §3")
def test_a_browser_is_waited_for_a_minute(house: House) -> None:
    sign_out, _ = framed(house)
    order = DeliveryOrder(sign_out.id, sign_out.participants[0])
    tell = told(house, Deliveries())
    house.around.clock.advance(timedelta(minutes=1) - SECOND)
    with pytest.raises(BrowserOnItsWay):
        tell(order)
    assert state(house, order) is Delivery.PENDING
    house.around.clock.advance(SECOND)
    tell(order)
    assert reason(house, order) == "browser_did_not_return"


@pytest.mark.spec("OIDC Front-Channel Logout §3")
def test_without_a_browser_who_needs_one_is_put_on_record_so(house: House) -> None:
    with_frames(house)
    _, person, _ = signed_in(house)
    house.session.sessions.end_all(person.id, "person")
    sign_out = only(house)
    order = DeliveryOrder(sign_out.id, sign_out.participants[0])
    told(house, Deliveries())(order)
    assert reason(house, order) == "no_back_channel"


@pytest.mark.spec("OIDC Front-Channel Logout §3")
def test_frames_are_for_a_browser_at_hand_and_for_five_minutes(house: House) -> None:
    sign_out, frame = framed(house)
    assert front(house).frames(sign_out) == (frame,)
    house.around.clock.advance(FrontChannel.PATIENCE)
    assert front(house).frames(sign_out) == (frame,)
    house.around.clock.advance(SECOND)
    assert front(house).frames(sign_out) == ()


@pytest.mark.spec("OIDC Front-Channel Logout §3")
def test_a_session_that_nobody_signed_out_of_is_framed_nowhere(house: House) -> None:
    with_frames(house)
    _, person, _ = signed_in(house)
    house.session.sessions.end_all(person.id, "person")
    assert front(house).frames(only(house)) == ()


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_who_has_both_channels_is_told_by_the_one_that_answers(house: House) -> None:
    with_frames(house, backchannel_logout_uri="http://localhost:8451/bcl")
    browser, _, hint = signed_in(house)
    leave(house, browser, hint)
    sign_out = only(house)
    assert len(front(house).frames(sign_out)) == 1
    front(house).laid(sign_out)
    assert only(house).with_state(Delivery.PENDING) == sign_out.participants


@pytest.mark.spec("OIDC Front-Channel Logout §3")
def test_a_page_tells_nobody_who_has_neither_channel(house: House) -> None:
    order, _ = ended(house)
    shaped(house, backchannel_logout_uri=None)
    house.around.clock.advance(timedelta(seconds=2))
    sign_out = house.session.sign_outs.show(order.sign_out)
    assert front(house).frames(sign_out) == ()
    front(house).laid(sign_out)
    assert state(house, order) is Delivery.PENDING


@pytest.mark.spec("OIDC Front-Channel Logout §3")
def test_who_was_laid_out_is_shown(house: House) -> None:
    sign_out, _ = framed(house)
    front(house).laid(sign_out)
    assert only(house).with_state(Delivery.SHOWN) == sign_out.participants


@pytest.mark.spec("OIDC Back-Channel Logout §2.2")
def test_of_a_client_that_is_gone_nothing_is_framed_and_it_is_put_on_record(
    house: House,
) -> None:
    order, _ = ended(house)
    gone = DeliveryOrder(order.sign_out, order.participant)
    sign_out = house.session.sign_outs.show(order.sign_out)
    with house.db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM clients_client")
    house.around.clock.advance(timedelta(seconds=2))
    assert front(house).frames(sign_out) == ()
    front(house).laid(sign_out)
    told(house, Deliveries())(gone)
    assert reason(house, gone) == "no_back_channel"
