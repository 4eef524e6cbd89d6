import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import flask
import pytest
from flask.testing import FlaskClient

from idp.broker.domain import Reading
from idp.clients.domain import Client
from idp.clients.messages import client_body
from idp.clients.ports import ClientKeys
from idp.oidc import build as oidc
from idp.oidc.domain.issuer import Issuer
from idp.oidc.errors import LogoutTokenNotTaken
from idp.oidc.events import SignOutAsked
from idp.oidc.flows.client_keys import KeysOfClients
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.subjects import Subjects
from idp.oidc.flows.tell_client import TellClient
from idp.people.domain import Person
from idp.session.domain import Delivery, browser_cookie_name, session_cookie_name
from idp.session.service import DeliveryOrder
from kernel.errors import Unavailable
from kernel.events import Outcome
from kernel.infra.pages import Pages, create_app
from kernel.infra.pages.completeness import missing_translations, unmarked_texts
from kernel.proof.jose import LOGOUT_TOKEN, verify
from kernel.proof.seal import Purpose as Sealing
from kernel.proof.seal import Sealer
from tests.unit.idp.oidc.house import ISSUER, PORTAL, Browser, House, claims_of, exchange
from tests.unit.idp.oidc.test_client_keys import Kept, Served
from trustroot.keys.domain import Purpose

ROOM = Path(oidc.__file__).parents[1]
BYE = "http://localhost:8451/bye"


def an_app(house: House) -> flask.Flask:
    around = house.around
    pages = Pages.assemble(
        house.settings,
        clock=around.clock,
        entropy=around.entropy,
        catalogues=(house.room.translations,),
    )
    app = create_app(pages, (house.room.explanations,))
    for blueprint in house.room.blueprints:
        app.register_blueprint(blueprint)
    return app


def a_client(house: House, browser: Browser) -> FlaskClient:
    client = an_app(house).test_client()
    for name, value in (
        (browser_cookie_name("test", secure=False), browser.browser),
        (session_cookie_name("test", secure=False), browser.cookie),
    ):
        if value is not None:
            client.set_cookie(name, value.reveal(), domain="localhost")
    return client


def signed_in(house: House) -> tuple[Browser, Person, str]:
    browser, person = Browser(house), house.a_person()
    tokens = json.loads(exchange(house, browser.code(person)).body)
    return browser, person, tokens["id_token"]


def is_signed_in(house: House, person: Person) -> bool:
    return bool(house.session.sessions.sessions_of(person.id))


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_hint_of_this_session_signs_out_at_once(house: House) -> None:
    browser, person, hint = signed_in(house)
    reply = a_client(house, browser).get(
        "/logout", query_string={"id_token_hint": hint}, base_url=ISSUER
    )
    assert reply.status_code == 303
    assert not is_signed_in(house, person)
    assert house.around.jobs.kinds() == ["oidc.sign_out"]


@pytest.mark.spec("RFC 9110 §9.3.2")
def test_who_asks_for_the_head_alone_signs_nobody_out(house: House) -> None:
    browser, person, hint = signed_in(house)
    reply = a_client(house, browser).head(
        "/logout", query_string={"id_token_hint": hint}, base_url=ISSUER
    )
    assert reply.status_code == 200
    assert is_signed_in(house, person)
    assert house.around.jobs.kinds() == []


def test_without_a_hint_the_person_is_asked_first(house: House) -> None:
    browser, person, _ = signed_in(house)
    page = a_client(house, browser).get("/logout", base_url=ISSUER)
    assert 'id="logout-confirm"' in page.text
    assert 'id="logout-stay" href="/account"' in page.text  # who was asked can say no
    assert is_signed_in(house, person)


def test_a_confirmation_without_our_form_token_signs_nobody_out(house: House) -> None:
    browser, person, _ = signed_in(house)
    reply = a_client(house, browser).post("/logout/confirm", base_url=ISSUER)
    assert reply.status_code == 403
    assert is_signed_in(house, person)


def test_a_confirmation_from_our_page_signs_out(house: House) -> None:
    browser, person, _ = signed_in(house)
    client = a_client(house, browser)
    page = client.get("/logout", base_url=ISSUER).text
    token = page.split('name="form_token" value="')[1].split('"')[0]
    reply = client.post("/logout/confirm", base_url=ISSUER, data={"form_token": token})
    assert reply.status_code == 303
    assert not is_signed_in(house, person)


WRONG = {
    "an address of nobody": {"post_logout_redirect_uri": BYE},
    "an unregistered address": {
        "client_id": PORTAL,
        "post_logout_redirect_uri": "https://evil.test/",
    },
    "a longer address": {"client_id": PORTAL, "post_logout_redirect_uri": f"{BYE}/x"},
    "a changed hint": {"id_token_hint": "a.b.c"},
    "an unknown client": {"client_id": "nobody"},
}


@pytest.mark.spec("OIDC RP-Initiated Logout §4")
@pytest.mark.parametrize("sent", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_sign_out_request_ends_on_a_page(
    house: House, sent: dict[str, str]
) -> None:
    browser, person, _ = signed_in(house)
    reply = a_client(house, browser).get("/logout", query_string=sent, base_url=ISSUER)
    assert reply.status_code == 400
    assert "Location" not in reply.headers
    assert is_signed_in(house, person)
    (event,) = house.around.trail.of(SignOutAsked)
    assert (event.outcome, event.reason) == (Outcome.REFUSED, "logout_refused")
    assert event.relying_party is None, "nobody is named whom nothing proves"


def test_who_is_not_signed_in_is_not_told_to_be(house: House) -> None:
    stranger = a_client(house, Browser(house))
    sent = {"id_token_hint": "a.b.c", "ui_locales": "en"}
    page = stranger.get("/logout", query_string=sent, base_url=ISSUER)
    assert page.status_code == 400
    assert "still signed in" not in page.text
    assert "open “Account” and choose “Sign out”" in page.text


def test_two_clients_in_one_request_are_refused(house: House) -> None:
    browser, person, hint = signed_in(house)
    sent = {"id_token_hint": hint, "client_id": "other"}
    reply = a_client(house, browser).get("/logout", query_string=sent, base_url=ISSUER)
    assert reply.status_code == 400
    assert is_signed_in(house, person)


class Deliveries:
    """A `LogoutDelivery` that takes, refuses or is out of reach."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.taken: list[tuple[str, str]] = []

    def post(self, client: Client, logout_token: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        assert client.id == PORTAL
        self.taken.append((client.oidc.backchannel_logout_uri or "", logout_token))


def told(house: House, delivery: Deliveries, keys: ClientKeys | None = None) -> TellClient:
    around, session = house.around, house.session
    issuing = TokenIssuer(Issuer(ISSUER), house.signer, around.clock, around.entropy)
    sealer = Sealer(around.keys, around.entropy, Sealing.PAIRWISE)
    return TellClient(
        house.clients.lookup,
        session.sessions,
        session.sign_outs,
        Subjects(sealer),
        issuing,
        keys or KeysOfClients(Served(), Kept(), around.clock),
        delivery,
    )


def ended(house: House) -> tuple[DeliveryOrder, str]:
    _, person, hint = signed_in(house)
    (session,) = house.session.sessions.sessions_of(person.id)
    house.session.sessions.end(session.id, "signed_out")
    ((_, payload),) = house.around.jobs.jobs.values()
    return DeliveryOrder.read(payload), hint


def state(house: House, order: DeliveryOrder) -> Delivery:
    return house.session.sign_outs.show(order.sign_out).deliveries[order.participant]


@pytest.mark.spec("OIDC Back-Channel Logout §2.4")
def test_a_logout_token_names_the_session_the_client_knows(house: House) -> None:
    order, hint = ended(house)
    delivery = Deliveries()
    told(house, delivery)(order)
    ((uri, token),) = delivery.taken
    claims = verify(token, house.signer.published(Purpose.TOKENS), LOGOUT_TOKEN)
    known = claims_of(hint)
    assert uri == "http://localhost:8451/bcl"
    assert (claims["sid"], claims["sub"]) == (known["sid"], known["sub"])
    assert claims["aud"] == PORTAL
    assert "nonce" not in claims
    assert state(house, order) is Delivery.DELIVERED


def test_a_client_out_of_reach_is_tried_again_and_then_put_on_record(house: House) -> None:
    order, _ = ended(house)
    tell = told(house, Deliveries(Unavailable("down")))
    with pytest.raises(Unavailable):
        tell(order)
    assert state(house, order) is Delivery.PENDING
    house.around.clock.advance(timedelta(minutes=5))
    tell(order)
    assert state(house, order) is Delivery.FAILED


def test_a_client_that_refuses_is_not_asked_again(house: House) -> None:
    order, _ = ended(house)
    told(house, Deliveries(LogoutTokenNotTaken("400")))(order)
    assert state(house, order) is Delivery.FAILED


def test_the_person_is_told_who_could_not_be_reached(house: House) -> None:
    order, hint = ended(house)
    sent = {
        "sign_out": str(order.sign_out),
        "client_id": PORTAL,
        "post_logout_redirect_uri": BYE,
        "state": "x",
    }
    client = an_app(house).test_client()
    waiting = client.get("/logout/done", query_string=sent, base_url=ISSUER)
    assert waiting.headers["Refresh"] == "1"
    house.around.clock.advance(timedelta(seconds=6))
    page = client.get("/logout/done", query_string=sent, base_url=ISSUER)
    assert 'id="logout-missed"' in page.text
    assert "四川政务服务" in page.text
    told(house, Deliveries())(order)
    back = client.get("/logout/done", query_string=sent, base_url=ISSUER)
    assert (back.status_code, back.headers["Location"]) == (303, f"{BYE}?state=x")
    assert hint


@pytest.mark.spec("RFC 9700 §4.3")
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_the_id_token_does_not_stay_in_the_address(
    house: House, *, is_signed_in: bool
) -> None:
    browser, _, hint = signed_in(house)
    client = a_client(house, browser if is_signed_in else Browser(house))
    sent = {
        "id_token_hint": hint,
        "logout_hint": "zhang",
        "post_logout_redirect_uri": BYE,
        "state": "x",
    }
    left = client.get("/logout", query_string=sent, base_url=ISSUER)
    kept = dict(parse_qsl(left.headers["Location"].partition("?")[2]))
    assert left.headers["Location"].startswith("/logout/done?")
    assert ("sign_out" in kept) is is_signed_in
    kept.pop("sign_out", None)
    assert kept == {"client_id": PORTAL, "post_logout_redirect_uri": BYE, "state": "x"}
    house.around.clock.advance(timedelta(seconds=6))
    page = client.get(left.headers["Location"], base_url=ISSUER)
    assert f"{BYE}?state=x" in (page.headers.get("Location"), *page.text.split('"'))


@pytest.mark.spec("RFC 9700 §4.3")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_page_that_asks_does_not_show_the_id_token(house: House, method: str) -> None:
    _, _, foreign = signed_in(house)
    browser, person, _ = signed_in(house)
    client = a_client(house, browser)
    sent = {"id_token_hint": foreign, "post_logout_redirect_uri": BYE, "state": "x"}
    if method == "GET":
        page = client.get(
            "/logout", query_string=sent, base_url=ISSUER, follow_redirects=True
        )
    else:
        page = client.post("/logout", data=sent, base_url=ISSUER, follow_redirects=True)
    assert 'id="logout-confirm"' in page.text
    assert foreign not in page.request.url + page.text
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    left = client.post("/logout/confirm", base_url=ISSUER, data=fields)
    assert not is_signed_in(house, person)
    kept = dict(parse_qsl(left.headers["Location"].partition("?")[2]))
    del kept["sign_out"]
    assert kept == {"client_id": PORTAL, "post_logout_redirect_uri": BYE, "state": "x"}


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_browser_goes_on_to_sign_out_where_its_session_came_from(house: House) -> None:
    browser, _, hint = signed_in(house)
    house.farewell.upstream = "https://44.example/logout?state=s"

    answer = a_client(house, browser).get(
        "/logout", query_string={"id_token_hint": hint}, base_url=ISSUER
    )

    assert answer.headers["Location"] == house.farewell.upstream
    assert house.farewell.then.startswith("/logout/done?")
    assert "sign_out=" in house.farewell.then


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_language_and_size_go_along_with_who_signs_out(house: House) -> None:
    browser, _, hint = signed_in(house)
    house.farewell.upstream = "https://44.example/logout?state=s"
    client = a_client(house, browser)
    client.set_cookie("trusthub-test-language", "en", domain="localhost")
    sent = {"id_token_hint": hint, "ui_locales": "zh-CN", "large_type": "1"}
    client.get("/logout", query_string=sent, base_url=ISSUER)
    # What the person chose here goes before what the service says.
    assert house.farewell.reads == Reading(ui_locales="en", is_large=True)
    done = client.get(house.farewell.then, base_url=ISSUER).text
    assert '<html lang="en" class="elder">' in done


def test_every_text_has_its_english() -> None:
    python = [*(ROOM / "views").glob("*.py"), ROOM / "api" / "explanations.py"]
    assert not missing_translations([ROOM / "templates"], python, ROOM / "translations")
    assert not unmarked_texts([ROOM / "templates"], python)


@pytest.mark.spec("OIDC RP-Initiated Logout §3")
def test_who_asked_and_has_no_channel_gets_the_browser_back(house: House) -> None:
    order, _ = ended(house)
    found = house.clients.clients.find(PORTAL)
    body = client_body(found)
    body = replace(body, oidc=replace(body.oidc, backchannel_logout_uri=None))
    house.clients.clients.update(PORTAL, found.version, body, actor=None)
    house.around.clock.advance(timedelta(seconds=2))
    told(house, Deliveries())(order)
    assert state(house, order) is Delivery.FAILED
    sent = {
        "sign_out": str(order.sign_out),
        "client_id": PORTAL,
        "post_logout_redirect_uri": BYE,
    }
    client = an_app(house).test_client()
    back = client.get("/logout/done", query_string=sent, base_url=ISSUER)
    assert (back.status_code, back.headers["Location"]) == (303, BYE)
    del sent["post_logout_redirect_uri"]
    page = client.get("/logout/done", query_string=sent, base_url=ISSUER)
    assert 'id="logout-given-up"' in page.text
