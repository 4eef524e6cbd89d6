"""A ticket in another browser: let in only by the number that the person picks."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.oidc.domain.transfers import MATCH_LIVES
from idp.oidc.events import TransferLeft, TransferMatched, TransferRedeemed
from kernel.secret import Secret
from tests.unit.idp.oidc.handing_over import (
    a_next,
    a_ticket,
    arrive,
    came_back,
    door_of,
    let_hand_over,
    redeemed,
    visiting,
)
from tests.unit.idp.oidc.house import ISSUER, Browser, House, claims_of
from tests.unit.idp.oidc.test_sign_out import a_client


@pytest.fixture
def pair(house: House) -> House:
    house.register(a_next())
    let_hand_over(house)
    return house


class Meeting:
    """One person, signed in here; a browser elsewhere that came with a ticket."""

    def __init__(self, house: House) -> None:
        self.house = house
        here, self.person, self.token = visiting(house)
        self.here = a_client(house, here)
        self.elsewhere = Browser(house, browser=Secret("x" * 43))
        self.reply = arrive(self.elsewhere, a_ticket(house, self.token))
        self.address = door_of(self.reply)
        self.door = a_client(house, self.elsewhere)

    def at_door(self) -> TestResponse:
        return self.door.get(self.address, base_url=ISSUER)

    @property
    def number(self) -> str:
        found = re.search(r'id="transfer-number">(\d\d)<', self.at_door().text)
        assert found is not None
        return found.group(1)

    def own(self) -> str:
        return self.here.get("/account/transfer", base_url=ISSUER).text

    def pick(self, number: str, client: FlaskClient | None = None) -> TestResponse:
        """Pick a number on the page as it stands."""
        sent = {**hidden(self.own()), "number": number}
        return (client or self.here).post("/account/transfer", data=sent, base_url=ISSUER)

    def enter(self) -> TestResponse:
        sent = hidden(self.at_door().text)
        return self.door.post(self.address, data=sent, base_url=ISSUER)

    def leave(self) -> TestResponse:
        sent = {**hidden(self.at_door().text), "act": "leave"}
        return self.door.post(self.address, data=sent, base_url=ISSUER)

    def resumed(self) -> dict[str, str]:
        return came_back(self.elsewhere.resume(self.reply))


def hidden(page: str) -> dict[str, str]:
    form = page.rpartition("<form")[2]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


@pytest.fixture
def meeting(pair: House) -> Meeting:
    return Meeting(pair)


@pytest.mark.spec("OIDC Core §3.1.2.1 ui_locales")
def test_the_door_speaks_as_the_service_wishes(pair: House) -> None:
    _, _, token = visiting(pair)
    elsewhere = Browser(pair, browser=Secret("x" * 43))
    reply = arrive(elsewhere, a_ticket(pair, token), ui_locales="en")
    page = a_client(pair, elsewhere).get(door_of(reply), base_url=ISSUER)
    assert '<html lang="en"' in page.text


def test_the_number_that_the_door_shows_lets_it_in(meeting: Meeting) -> None:
    page = meeting.own()
    number = meeting.number
    assert f'id="transfer-pick-{number}"' in page
    assert page.count('id="transfer-pick-') == 3
    # What is released is agreed to on the same page.
    assert "四川省政务中心" in page

    assert "已确认" in meeting.pick(number).text
    door = meeting.at_door()
    assert "*三" in door.text
    assert "张三" not in door.text
    entered = meeting.enter()
    assert entered.status_code == 303
    answer = redeemed(meeting.house, meeting.resumed()["code"])
    assert answer.status == 200
    assert len(meeting.house.around.trail.of(TransferRedeemed)) == 1
    # The door's browser holds no session of the hub: it was let in to this one portal.
    assert meeting.elsewhere.cookie is None


def test_no_two_things_have_one_name_where_several_wait(meeting: Meeting) -> None:
    another = Browser(meeting.house, browser=Secret("y" * 43))
    arrive(another, a_ticket(meeting.house, meeting.token))
    page = meeting.own()
    assert page.count('name="transfer"') == 2
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_wrong_number_ends_it(meeting: Meeting) -> None:
    number = meeting.number
    wrong = next(
        n for n in re.findall(r"transfer-pick-(\d\d)", meeting.own()) if n != number
    )
    refused = meeting.pick(wrong).text
    assert "已拒绝" in refused
    assert 'href="/account"' in refused  # where one's devices are, at which it says to look
    assert "transfer-pick-" not in meeting.own()
    assert meeting.at_door().status_code == 303
    assert meeting.resumed()["error"] == "access_denied"
    (told,) = meeting.house.around.trail.of(TransferMatched)
    assert told.reason == "access_denied"


def test_a_person_who_knows_nothing_of_it_says_no(meeting: Meeting) -> None:
    meeting.pick("no")
    assert meeting.at_door().status_code == 303
    assert meeting.resumed()["error"] == "access_denied"


def test_nobody_enters_before_the_number_is_picked(meeting: Meeting) -> None:
    page = meeting.here.get("/account/transfer", base_url=ISSUER).text
    token = hidden(page)["form_token"]
    assert token
    forced = meeting.door.post(meeting.address, data={}, base_url=ISSUER)
    assert forced.status_code == 403
    assert (meeting.elsewhere.resume(meeting.reply).header("Location") or "").startswith(
        "/transfer?"
    )
    assert not meeting.house.around.trail.of(TransferRedeemed)


def test_three_minutes_without_a_number_are_over(meeting: Meeting) -> None:
    number = meeting.number
    meeting.house.around.clock.advance(MATCH_LIVES + timedelta(seconds=1))
    assert "transfer-pick-" not in meeting.own()
    assert meeting.at_door().status_code == 303
    assert meeting.resumed()["error"] == "access_denied"
    assert number


def test_whoever_turns_back_twice_comes_to_the_service_both_times(
    meeting: Meeting,
) -> None:
    sent = {**hidden(meeting.at_door().text), "act": "leave"}
    first, second = (
        meeting.door.post(meeting.address, data=sent, base_url=ISSUER) for _ in range(2)
    )
    reloaded = meeting.at_door()
    assert [r.status_code for r in (first, second, reloaded)] == [303] * 3
    assert first.location == second.location == reloaded.location
    assert meeting.resumed()["error"] == "access_denied"
    assert len(meeting.house.around.trail.of(TransferLeft)) == 1


def test_an_end_is_told_once(meeting: Meeting) -> None:
    sent = {**hidden(meeting.at_door().text), "act": "leave"}
    meeting.pick("no")
    assert meeting.door.post(meeting.address, data=sent, base_url=ISSUER).status_code == 303
    trail = meeting.house.around.trail
    assert len(trail.of(TransferMatched)) == 1
    assert not trail.of(TransferLeft)


@pytest.mark.spec("RFC 8628 §5.4")
def test_whoever_turns_back_at_the_door_ends_it(meeting: Meeting) -> None:
    page, number = meeting.own(), meeting.number
    left = meeting.leave()
    assert left.status_code == 303
    assert meeting.resumed()["error"] == "access_denied"
    assert "transfer-pick-" not in meeting.own()
    late = {**hidden(page), "number": number}
    assert (
        meeting.here.post("/account/transfer", data=late, base_url=ISSUER).status_code
        == 404
    )
    trail = meeting.house.around.trail
    assert len(trail.of(TransferLeft)) == 1
    assert not trail.of(TransferMatched)
    assert not trail.of(TransferRedeemed)


def test_whoever_is_somebody_else_turns_back_though_matched(meeting: Meeting) -> None:
    """A stranger may have sent the ticket and picked the number: it is not the visitor."""
    meeting.pick(meeting.number)
    assert 'value="leave"' in meeting.at_door().text
    assert meeting.leave().status_code == 303
    assert meeting.resumed()["error"] == "access_denied"
    assert meeting.enter().status_code >= 400
    assert not meeting.house.around.trail.of(TransferRedeemed)


def test_nobody_turns_back_for_another_browser(meeting: Meeting) -> None:
    signed_in = Browser(meeting.house, browser=Secret("y" * 43))
    signed_in.sign_in(meeting.person)
    other = a_client(meeting.house, signed_in)
    sent = {"form_token": hidden_token(other), "act": "leave"}
    assert other.post(meeting.address, data=sent, base_url=ISSUER).status_code == 404
    assert not meeting.house.around.trail.of(TransferLeft)
    assert "已确认" in meeting.pick(meeting.number).text


def test_a_number_is_picked_in_its_own_session_only(meeting: Meeting) -> None:
    page = meeting.own()
    other = Browser(meeting.house, browser=Secret("y" * 43))
    other.sign_in(meeting.person)
    stranger = a_client(meeting.house, other)
    assert "transfer-pick-" not in stranger.get("/account/transfer", base_url=ISSUER).text
    own_token = hidden_token(stranger)
    sent = {**hidden(page), "number": meeting.number, "form_token": own_token}
    reply = stranger.post("/account/transfer", data=sent, base_url=ISSUER)
    assert reply.status_code == 404
    assert not meeting.house.around.trail.of(TransferMatched)


def hidden_token(client: FlaskClient) -> str:
    """Return a form token of a browser, from a page of ours that has a form."""
    page = client.get("/logout", base_url=ISSUER).text
    return page.split('name="form_token" value="')[1].split('"')[0]


def test_the_door_is_of_the_browser_that_came(meeting: Meeting) -> None:
    other = a_client(meeting.house, Browser(meeting.house, browser=Secret("y" * 43)))
    assert other.get(meeting.address, base_url=ISSUER).status_code == 404
    assert other.get("/transfer?interaction=x", base_url=ISSUER).status_code == 404


def test_whoever_signs_out_meanwhile_lets_nobody_in(meeting: Meeting) -> None:
    meeting.pick(meeting.number)
    meeting.house.session.sessions.end_all(meeting.person.id, "signed_out")
    assert meeting.enter().status_code >= 400
    assert not meeting.house.around.trail.of(TransferRedeemed)


def test_a_session_that_idles_meanwhile_lets_nobody_in(meeting: Meeting) -> None:
    """It is not over yet, and what was granted in it stands; but nobody is there."""
    meeting.pick(meeting.number)
    assert meeting.enter().status_code == 303
    around, session = meeting.house.around, meeting.house.session
    (own,) = session.sessions.sessions_of(meeting.person.id)
    session.sessions.store.touch(own.id, around.clock())
    assert meeting.resumed()["error"] == "invalid_request"
    assert not around.trail.of(TransferRedeemed)


def test_what_changed_since_it_was_shown_is_shown_again(meeting: Meeting) -> None:
    page, number = meeting.own(), meeting.number
    sent = {**hidden(page), "number": number, "shown": "00" * 32}
    reply = meeting.here.post("/account/transfer", data=sent, base_url=ISSUER)
    assert reply.status_code == 409
    assert "transfer-pick-" in reply.text
    assert "已确认" in meeting.pick(number).text


def test_what_is_told_is_what_the_origin_was_told(meeting: Meeting) -> None:
    meeting.pick(meeting.number)
    meeting.enter()
    tokens = json.loads(redeemed(meeting.house, meeting.resumed()["code"]).body)
    told, origin = claims_of(tokens["id_token"]), claims_of(meeting.token)
    assert told["acr"] == origin["acr"]
    assert told["auth_time"] <= int(meeting.house.around.clock().timestamp())


def test_who_is_not_signed_in_is_sent_there_first(pair: House) -> None:
    client = a_client(pair, Browser(pair))
    reply = client.get("/account/transfer", base_url=ISSUER)
    assert reply.headers["Location"].startswith("/login?interaction=")


@pytest.mark.spec("RFC 8693 §2.2.2")
def test_a_pair_that_was_taken_back_lets_no_door_in(meeting: Meeting) -> None:
    """Neither one whose number was picked already."""
    meeting.pick(meeting.number)
    let_hand_over(meeting.house, may_transfer=False)
    assert meeting.enter().status_code == 400
    assert (meeting.elsewhere.resume(meeting.reply).header("Location") or "").startswith(
        "/transfer?"
    )
    assert not meeting.house.around.trail.of(TransferRedeemed)


@pytest.mark.spec("RFC 8693 §2.2.2")
def test_a_pair_that_was_taken_back_gives_no_code_to_who_entered(meeting: Meeting) -> None:
    meeting.pick(meeting.number)
    assert meeting.enter().status_code == 303
    let_hand_over(meeting.house, may_transfer=False)
    assert meeting.resumed()["error"] == "invalid_request"
    assert not meeting.house.around.trail.of(TransferRedeemed)
