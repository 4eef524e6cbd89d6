"""Everybody who took part is told, by whichever way they have; what failed is seen."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from idp.clients.messages import OidcBody
from idp.oidc.checks import front_channel
from idp.oidc.errors import FrameRefused, LogoutTokenNotTaken
from idp.session.domain import Delivery, Participant, SignOut
from idp.session.errors import DeliveryStateUnknown, NobodyToCall, SignOutUnknown
from idp.session.events import SignOutFailed, SignOutOrdered, SignOutShown
from idp.session.messages import SignOutPage, SignOutReply
from idp.session.service import DeliveryOrder, SignOuts
from kernel.errors import Unavailable
from kernel.ids import ClientId, Reference, SessionId
from kernel.web import Caller, Request, Role, Router, read_body
from tests.unit.idp.oidc.house import (
    CALLBACK,
    ISSUER,
    PORTAL,
    Browser,
    House,
    a_portal,
    claims_of,
)
from tests.unit.idp.oidc.test_sign_out import (
    Deliveries,
    a_client,
    an_app,
    ended,
    signed_in,
    state,
    told,
)

FRONT = "http://localhost:8451/front?tenant=1"
OFFICIAL = Caller(
    client=ClientId("console"),
    person=None,
    pseudonym=None,
    roles=frozenset({Role.OPERATOR}),
    scopes=frozenset(),
)


def with_frames(house: House, **facet: object) -> None:
    """Give the portal a front channel in place of its back channel."""
    said = a_portal()
    oidc = {
        "grant_types": said.oidc.grant_types,
        "redirect_uris": (CALLBACK,),
        "post_logout_redirect_uris": said.oidc.post_logout_redirect_uris,
        "frontchannel_logout_uri": FRONT,
        "frontchannel_logout_session_required": True,
        "scopes": said.oidc.scopes,
        **facet,
    }
    body = a_portal(oidc=OidcBody(**oidc))  # type: ignore[arg-type]  # bent by the test
    found = house.clients.clients.find(PORTAL)
    house.clients.clients.update(PORTAL, found.version, body, actor=None)
    house.around.clock.advance(timedelta(seconds=2))


def leave(house: House, browser: Browser, hint: str) -> tuple[FlaskClient, str]:
    """Sign out at a hint, and return where the browser goes on."""
    client = a_client(house, browser)
    sent = {"id_token_hint": hint, "post_logout_redirect_uri": "http://localhost:8451/bye"}
    reply = client.get("/logout", query_string=sent, base_url=ISSUER)
    assert reply.status_code == 303, reply.text
    return client, reply.headers["Location"]


def only(house: House) -> SignOut:
    (((_, payload)),) = house.around.jobs.jobs.values()
    return house.session.sign_outs.show(DeliveryOrder.read(payload).sign_out)


@pytest.mark.spec("OIDC Front-Channel Logout §2")
def test_the_sign_out_page_frames_exactly_who_took_part_and_then_goes_on(
    house: House,
) -> None:
    with_frames(house)
    browser, _, hint = signed_in(house)
    client, on = leave(house, browser, hint)

    page = client.get(on, base_url=ISSUER)

    source = page.text.split('<iframe hidden src="')[1].split('"')[0].replace("&amp;", "&")
    said = parse_qs(urlsplit(source).query)
    assert said == {"tenant": ["1"], "iss": [ISSUER], "sid": [claims_of(hint)["sid"]]}
    assert page.text.count("<iframe") == 1
    policy = page.headers["Content-Security-Policy"]
    assert "frame-src http://localhost:8451;" in policy
    seconds, _, then = page.headers["Refresh"].partition("; url=")
    assert int(seconds) <= 5
    back = client.get(then, base_url=ISSUER)
    assert back.headers["Location"] == "http://localhost:8451/bye"


def test_who_was_framed_is_told_apart_from_who_has_answered(house: House) -> None:
    with_frames(house)
    browser, _, hint = signed_in(house)
    client, on = leave(house, browser, hint)
    client.get(on, base_url=ISSUER)

    (participant,) = only(house).participants
    assert only(house).deliveries[participant] is Delivery.SHOWN
    assert len(house.around.trail.of(SignOutShown)) == 1
    told(house, Deliveries())(DeliveryOrder(only(house).id, participant))
    assert only(house).deliveries[participant] is Delivery.SHOWN
    sent = {"sign_out": str(only(house).id), "framed": "1"}
    page = (
        an_app(house).test_client().get("/logout/done", query_string=sent, base_url=ISSUER)
    )
    assert 'id="logout-shown"' in page.text
    assert 'id="logout-told"' not in page.text


@pytest.mark.spec("OIDC Front-Channel Logout §2")
def test_a_page_without_a_frame_for_it_told_a_client_nothing(house: House) -> None:
    bare = {"frontchannel_logout_uri": None, "frontchannel_logout_session_required": False}
    with_frames(house, **bare)
    browser, _, hint = signed_in(house)
    client, on = leave(house, browser, hint)
    assert "<iframe" not in client.get(on, base_url=ISSUER).text
    (participant,) = only(house).participants
    assert only(house).deliveries[participant] is not Delivery.SHOWN
    assert house.around.trail.of(SignOutShown) == []


@pytest.mark.spec("OIDC Front-Channel Logout §2")
@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost:8451.evil.test/front",
        "https://localhost:8451/front",
        "http://localhost:8452/front",
        "http://localhost:8451/front#f",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_no_neighbour_of_a_redirect_uri_is_not_framed(
    house: House, uri: str
) -> None:
    record = house.clients.clients.find(PORTAL)
    front_channel.address_is_of_the_client(record, "http://localhost:8451/front")
    with pytest.raises(FrameRefused):
        front_channel.address_is_of_the_client(record, uri)


def test_a_client_that_only_a_browser_reaches_is_not_told_without_one(house: House) -> None:
    with_frames(house)
    _, person, _ = signed_in(house)
    house.session.sessions.end_all(person.id, "person")
    sign_out = only(house)
    told(house, Deliveries())(DeliveryOrder(sign_out.id, sign_out.participants[0]))
    assert only(house).with_state(Delivery.FAILED) == sign_out.participants


def test_a_browser_that_never_came_to_the_page_leaves_its_frames_on_record(
    house: House,
) -> None:
    with_frames(house)
    browser, _, hint = signed_in(house)
    leave(house, browser, hint)
    order = DeliveryOrder(only(house).id, only(house).participants[0])
    with pytest.raises(Unavailable):
        told(house, Deliveries())(order)
    house.around.clock.advance(timedelta(seconds=61))
    told(house, Deliveries())(order)
    telling = only(house).tellings[order.participant]
    assert telling.reason == "browser_did_not_return"
    assert state(house, order) is Delivery.FAILED
    # One that was long on its way upstream still tells them when it comes.
    sent = {"sign_out": str(only(house).id)}
    page = a_client(house, browser).get("/logout/done", query_string=sent, base_url=ISSUER)
    assert "<iframe" in page.text
    assert state(house, order) is Delivery.SHOWN


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
def test_a_client_out_of_reach_is_tried_again_after_hours_and_then_told(
    house: House,
) -> None:
    order, _ = ended(house)
    down = told(house, Deliveries(Unavailable("down")))
    with pytest.raises(Unavailable):
        down(order)
    house.around.clock.advance(timedelta(minutes=5))
    down(order)
    telling = house.session.sign_outs.show(order.sign_out).tellings[order.participant]
    assert (telling.attempts, telling.reason) == (2, "unavailable")

    (at,) = house.around.jobs.due.values()
    assert at == house.around.clock() + SignOuts.LATER[0]
    _, payload = list(house.around.jobs.jobs.values())[-1]
    late = DeliveryOrder.read(payload)
    assert late.late == 1
    house.around.clock.advance(SignOuts.LATER[0])
    down(late)
    assert len(house.around.jobs.due) == 2
    told(house, Deliveries())(late)
    assert state(house, order) is Delivery.DELIVERED


def test_a_client_that_refused_is_not_tried_later(house: House) -> None:
    order, _ = ended(house)
    told(house, Deliveries(LogoutTokenNotTaken("400")))(order)
    assert house.around.jobs.due == {}
    assert len(house.around.trail.of(SignOutFailed)) == 1


def call(house: House, method: str, path: str, query: str = "") -> bytes:
    match = Router(house.session.routes).find(method, path)
    request = Request(
        method=method,
        path=path,
        query=query,
        parameters=match.parameters,
        caller=OFFICIAL,
        reference=Reference("ABCDEFGH2345"),
    )
    return match.route.endpoint(request).body


def test_an_operator_sees_who_was_not_told_and_has_them_told_again(house: House) -> None:
    order, _ = ended(house)
    assert read_body(SignOutPage, call(house, "GET", "/api/v1/sign-outs", "state=failed"))
    down = told(house, Deliveries(Unavailable("down")))
    house.around.clock.advance(timedelta(minutes=5))
    down(order)
    listed = call(house, "GET", "/api/v1/sign-outs", "state=failed")
    (shown,) = read_body(SignOutPage, listed).sign_outs
    (one,) = shown.participants
    assert (one.client, one.state, one.reason) == (PORTAL, "failed", "unavailable")

    call(house, "POST", f"/api/v1/sign-outs/{shown.id}/retry")
    assert state(house, order) is Delivery.PENDING
    assert len(house.around.trail.of(SignOutOrdered)) == 1
    _, payload = list(house.around.jobs.jobs.values())[-1]
    told(house, Deliveries())(DeliveryOrder.read(payload))
    after = read_body(SignOutReply, call(house, "GET", f"/api/v1/sign-outs/{shown.id}"))
    assert after.participants[0].state == "delivered"
    assert not read_body(
        SignOutPage, call(house, "GET", "/api/v1/sign-outs", "state=failed")
    ).sign_outs


@pytest.mark.spec("OIDC Back-Channel Logout §2.2")
@pytest.mark.parametrize("front", [None, FRONT], ids=["nothing", "frames"])
def test_who_has_no_back_channel_is_not_ordered_to_be_told_again(
    house: House, front: str | None
) -> None:
    order, _ = ended(house)
    with_frames(house, frontchannel_logout_uri=front)
    house.session.sign_outs.failed(order, "no_back_channel")
    jobs, one = len(house.around.jobs.jobs), f"/api/v1/sign-outs/{order.sign_out}"
    before = read_body(SignOutReply, call(house, "GET", one))
    assert [told.has_back_channel for told in before.participants] == [False]
    with pytest.raises(NobodyToCall):
        call(house, "POST", f"{one}/retry")
    assert read_body(SignOutReply, call(house, "GET", one)) == before
    assert len(house.around.jobs.jobs) == jobs
    assert not house.around.trail.of(SignOutOrdered)


def test_who_is_waiting_already_is_not_ordered_once_more(house: House) -> None:
    order, _ = ended(house)
    with pytest.raises(NobodyToCall):
        call(house, "POST", f"/api/v1/sign-outs/{order.sign_out}/retry")
    assert state(house, order) is Delivery.PENDING


def test_who_registers_a_back_channel_since_can_be_told_again(house: House) -> None:
    order, _ = ended(house)
    with_frames(house)
    house.session.sign_outs.failed(order, "no_back_channel")
    with_frames(house, backchannel_logout_uri="http://localhost:8451/bcl")
    call(house, "POST", f"/api/v1/sign-outs/{order.sign_out}/retry")
    assert state(house, order) is Delivery.PENDING
    assert len(house.around.trail.of(SignOutOrdered)) == 1


def test_a_platform_upstream_is_never_called(house: House) -> None:
    above = Participant(
        session=SessionId(UUID(int=1)), protocol="broker", client=PORTAL, sid=""
    )
    assert not house.session.sign_outs.channels.lead_to(above)


def test_what_the_api_does_not_know_is_refused(house: House) -> None:
    with pytest.raises(DeliveryStateUnknown):
        call(house, "GET", "/api/v1/sign-outs", "state=lost")
    for name in ("nobody", "00000000-0000-0000-0000-000000000009"):
        with pytest.raises(SignOutUnknown):
            call(house, "GET", f"/api/v1/sign-outs/{name}")


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_hints_and_language_travel_with_the_question(house: House, method: str) -> None:
    browser, _, _ = signed_in(house)
    client = a_client(house, browser)
    sent = {"logout_hint": "somebody", "ui_locales": "en", "client_id": PORTAL}
    if method == "GET":
        page = client.get("/logout", query_string=sent, base_url=ISSUER)
    else:
        page = client.post("/logout", data=sent, base_url=ISSUER, follow_redirects=True)
    assert "Sichuan services asks you to sign out." in page.text
    assert 'name="logout_hint" value="somebody"' in page.text
    assert 'id="logout-confirm"' in page.text
