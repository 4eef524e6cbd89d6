"""Signing out of a portal in a browser that a number match let in."""

import json
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from idp.clients.domain import GrantType
from idp.oidc.events import SignOutAsked
from idp.session.domain import session_cookie_name
from kernel.secret import Secret
from tests.unit.idp.oidc.handing_over import (
    NEXT,
    a_next,
    a_ticket,
    handed_over,
    let_hand_over,
    redeemed,
    visiting,
)
from tests.unit.idp.oidc.house import ISSUER, PORTAL, Browser, House, claims_of, exchange
from tests.unit.idp.oidc.telling import known_as
from tests.unit.idp.oidc.test_code_flow import userinfo
from tests.unit.idp.oidc.test_number_match import Meeting
from tests.unit.idp.oidc.test_sign_out import BYE as ORIGIN_BYE
from tests.unit.idp.oidc.test_sign_out import a_client, is_signed_in

BYE = "http://localhost:8444/bye"
GRANTS = (
    GrantType.AUTHORIZATION_CODE,
    GrantType.REFRESH_TOKEN,
    GrantType.TOKEN_EXCHANGE,
)


@pytest.fixture
def meeting(house: House) -> Meeting:
    house.register(a_next(grant_types=GRANTS, post_logout_redirect_uris=(BYE,)))
    let_hand_over(house)
    return Meeting(house)


def let_in(meeting: Meeting) -> dict[str, Any]:
    """Let the browser at the door in; return what its portal got."""
    meeting.pick(meeting.number)
    assert meeting.enter().status_code == 303
    answer = redeemed(meeting.house, meeting.resumed()["code"])
    assert answer.status == 200, answer.body
    tokens: dict[str, Any] = json.loads(answer.body)
    return tokens


def leave(house: House, browser: Browser, hint: str, **asked: str) -> TestResponse:
    """Send a browser to sign out."""
    sent = {"id_token_hint": hint, "post_logout_redirect_uri": BYE, **asked}
    return a_client(house, browser).get("/logout", query_string=sent, base_url=ISSUER)


def counts(house: House, tokens: dict[str, Any]) -> bool:
    """Tell whether an access token is still answered."""
    return userinfo(house, tokens["access_token"]).status == 200


def refreshed(house: House, tokens: dict[str, Any]) -> int:
    """Return how a refresh is answered at the portal behind the door."""
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    return house.token(NEXT, **form).status


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_signing_out_at_the_door_ends_what_its_portal_got(meeting: Meeting) -> None:
    house, tokens = meeting.house, let_in(meeting)
    assert counts(house, tokens)
    reply = leave(house, meeting.elsewhere, tokens["id_token"], state="s")
    assert reply.status_code == 303
    assert not counts(house, tokens)
    assert refreshed(house, tokens) == 400
    (told,) = house.around.trail.of(SignOutAsked)
    assert told == SignOutAsked(
        relying_party=NEXT, subject=known_as(house, meeting.person), confirmed=False
    )
    back = meeting.door.get(reply.headers["Location"], base_url=ISSUER)
    assert back.headers["Location"] == f"{BYE}?state=s"


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_who_leaves_a_door_stays_signed_in_at_home(meeting: Meeting) -> None:
    house, tokens = meeting.house, let_in(meeting)
    leave(house, meeting.elsewhere, tokens["id_token"])
    assert not counts(house, tokens)
    assert is_signed_in(house, meeting.person)
    assert counts(house, {"access_token": meeting.token})
    assert house.around.jobs.kinds() == [], "who asked knows, and the others go on"


@pytest.mark.spec("OIDC RP-Initiated Logout §4")
def test_at_the_door_an_expired_hint_counts(meeting: Meeting) -> None:
    house, tokens = meeting.house, let_in(meeting)
    expires_at = claims_of(tokens["id_token"])["exp"]
    over = expires_at - house.around.clock().timestamp() + 1
    house.around.clock.advance(timedelta(seconds=over))
    leave(house, meeting.elsewhere, tokens["id_token"])
    assert refreshed(house, tokens) == 400
    assert len(house.around.trail.of(SignOutAsked)) == 1


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_session_of_its_own_at_the_door_is_asked_about(meeting: Meeting) -> None:
    house, tokens = meeting.house, let_in(meeting)
    other = house.a_person()
    meeting.elsewhere.sign_in(other)
    there = leave(house, meeting.elsewhere, tokens["id_token"]).location
    page = a_client(house, meeting.elsewhere).get(there, base_url=ISSUER)
    assert 'id="logout-confirm"' in page.text
    assert is_signed_in(house, other)
    assert not counts(house, tokens)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_hint_of_another_client_ends_nothing_at_a_door(meeting: Meeting) -> None:
    house, tokens = meeting.house, let_in(meeting)
    kept = meeting.here.get_cookie(session_cookie_name("test", secure=False))
    assert kept is not None
    home = Browser(house, cookie=Secret(kept.value))
    origin = json.loads(exchange(house, home.code(meeting.person)).body)
    a_client(house, meeting.elsewhere).get(
        "/logout", query_string={"id_token_hint": origin["id_token"]}, base_url=ISSUER
    )
    assert counts(house, tokens)
    assert counts(house, origin)
    assert not house.around.trail.of(SignOutAsked)


REFUSED = {
    "another client's name": {"client_id": PORTAL, "post_logout_redirect_uri": ORIGIN_BYE},
    "an address that is not registered": {"post_logout_redirect_uri": "https://evil.test/"},
}


@pytest.mark.spec("OIDC RP-Initiated Logout §4")
@pytest.mark.parametrize("bent", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_ends_nothing_at_a_door(
    meeting: Meeting, bent: dict[str, str]
) -> None:
    house, tokens = meeting.house, let_in(meeting)
    sent = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE, **bent}
    reply = meeting.door.get("/logout", query_string=sent, base_url=ISSUER)
    assert reply.status_code == 400
    assert counts(house, tokens)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_who_was_handed_over_at_home_is_not_signed_out_from_elsewhere(
    meeting: Meeting,
) -> None:
    """Without its cookie a hint says nothing of a browser that has a session."""
    house = meeting.house
    browser, person, token = visiting(house)
    tokens = handed_over(house, browser, person, a_ticket(house, token))
    leave(house, Browser(house, browser=Secret("y" * 43)), tokens["id_token"])
    assert counts(house, tokens)
    assert not house.around.trail.of(SignOutAsked)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_door_is_signed_out_once(meeting: Meeting) -> None:
    house, tokens = meeting.house, let_in(meeting)
    leave(house, meeting.elsewhere, tokens["id_token"])
    assert leave(house, meeting.elsewhere, tokens["id_token"]).status_code == 303
    assert len(house.around.trail.of(SignOutAsked)) == 1


def test_what_ended_at_home_is_not_signed_out_again_at_a_door(meeting: Meeting) -> None:
    house, tokens = meeting.house, let_in(meeting)
    house.session.sessions.end_all(meeting.person.id, "signed_out")
    assert leave(house, meeting.elsewhere, tokens["id_token"]).status_code == 303
    assert not counts(house, tokens)
    assert not house.around.trail.of(SignOutAsked)
