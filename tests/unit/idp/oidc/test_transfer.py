"""Handing a visitor over by a ticket, in the browser that is signed in."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from idp.clients.domain import ClientAction, GrantType
from idp.oidc.domain.grants import GrantKind
from idp.oidc.domain.transfers import MOST_HOPS, TICKET_TYPE
from idp.oidc.events import (
    TransferArrived,
    TransferIssued,
    TransferRedeemed,
    TransferReplayed,
)
from idp.oidc.models import oidc_pending, oidc_transfer
from idp.oidc.store import SqlGrants, SqlTransfers
from kernel.assurance import Level
from kernel.ids import ClientId, GrantId, InteractionId
from kernel.secret import Secret
from tests.unit.idp.oidc.handing_over import (
    ACCESS,
    NEXT,
    THIRD,
    a_next,
    a_ticket,
    agreed,
    arrive,
    asked_for,
    came_back,
    handed_over,
    let_hand_over,
    redeemed,
    visiting,
)
from tests.unit.idp.oidc.house import PORTAL, Browser, House, claims_of, exchange

ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"


@pytest.fixture
def pair(house: House) -> House:
    house.register(a_next())
    let_hand_over(house)
    return house


def transfers(house: House) -> int:
    return len(house.db.read(oidc_transfer.select()))


def error_of(body: bytes) -> str:
    said: dict[str, str] = json.loads(body)
    return said["error"]


@pytest.mark.spec("RFC 8693 §2.2.1")
def test_a_ticket_is_no_access_token_and_lives_one_minute(pair: House) -> None:
    _, _, token = visiting(pair)
    said = json.loads(asked_for(pair, token).body)
    assert said["issued_token_type"] == TICKET_TYPE
    assert (said["token_type"], said["expires_in"]) == ("N_A", 60)
    assert "scope" not in said
    (issued,) = pair.around.trail.of(TransferIssued)
    assert (issued.relying_party, issued.target, issued.hops) == (PORTAL, NEXT, 1)
    (row,) = pair.db.read(oidc_transfer.select())
    assert row.ticket == Secret(said["access_token"]).digest()


@pytest.mark.spec("RFC 8693 §2.2.2")
@pytest.mark.parametrize(
    ("bent", "error"),
    [
        ({"audience": "portal-99"}, "invalid_target"),
        ({"audience": PORTAL}, "invalid_target"),
        ({"audience": ""}, "invalid_target"),
        ({"resource": "https://api.example"}, "invalid_target"),
        ({"actor_token": "x"}, "invalid_request"),
        ({"subject_token": "a.b.c"}, "invalid_request"),
        ({"subject_token_type": ID_TOKEN}, "invalid_request"),
    ],
)
def test_a_wrong_wish_for_a_ticket_is_refused(
    pair: House, bent: dict[str, str], error: str
) -> None:
    _, _, token = visiting(pair)
    reply = asked_for(pair, token, PORTAL, **bent)
    assert (reply.status, error_of(reply.body)) == (400, error)
    assert transfers(pair) == 0
    assert not pair.around.trail.of(TransferIssued)


def test_only_a_pair_that_is_registered_hands_over(house: House) -> None:
    house.register(a_next())
    let_hand_over(house, may_transfer=False)
    _, _, token = visiting(house)
    assert error_of(asked_for(house, token).body) == "invalid_target"
    let_hand_over(house, THIRD)
    assert error_of(asked_for(house, token).body) == "invalid_target"
    assert transfers(house) == 0


def test_nobody_gets_a_ticket_for_the_visitor_of_another(pair: House) -> None:
    _, _, token = visiting(pair)
    reply = asked_for(pair, token, NEXT, audience=PORTAL)
    assert error_of(reply.body) == "invalid_request"
    assert transfers(pair) == 0


@pytest.mark.spec("RFC 8693 §4.1")
def test_a_token_by_which_somebody_acts_hands_nobody_over(pair: House) -> None:
    _, _, token = visiting(pair)
    delegated = pair.token(
        PORTAL,
        grant_type=GrantType.TOKEN_EXCHANGE.value,
        subject_token=token,
        subject_token_type=ACCESS,
        audience=NEXT,
    )
    own = json.loads(delegated.body)["access_token"]
    assert claims_of(own)["act"]
    assert error_of(asked_for(pair, own).body) == "invalid_request"
    assert transfers(pair) == 0


@pytest.mark.spec("RFC 8693 §1.1")
def test_who_poses_as_a_person_that_never_came_hands_nobody_over(pair: House) -> None:
    """Nor does a hop begin to be counted anew by an exchange in between."""
    let_hand_over(pair, may_impersonate=True)
    _, _, token = visiting(pair)
    exchanged = pair.token(
        PORTAL,
        grant_type=GrantType.TOKEN_EXCHANGE.value,
        subject_token=token,
        subject_token_type=ACCESS,
        audience=NEXT,
    )
    own = json.loads(exchanged.body)["access_token"]
    assert "act" not in claims_of(own)
    assert error_of(asked_for(pair, own).body) == "invalid_request"
    assert transfers(pair) == 0


def test_who_is_suspended_is_handed_nobody(pair: House) -> None:
    _, _, token = visiting(pair)
    pair.clients.clients.move(NEXT, ClientAction.DISABLE, "for a test", actor=None)
    assert error_of(asked_for(pair, token).body) == "invalid_target"


@pytest.mark.parametrize("how", ["signed out", "idle"])
def test_who_is_not_signed_in_any_more_is_not_handed_over(pair: House, how: str) -> None:
    _, person, token = visiting(pair)
    if how == "signed out":
        pair.session.sessions.end_all(person.id, "signed_out")
    else:
        (session,) = pair.session.sessions.sessions_of(person.id)
        pair.session.sessions.store.touch(session.id, pair.around.clock())
    assert error_of(asked_for(pair, token).body) == "invalid_request"
    assert transfers(pair) == 0


def test_in_the_browser_that_is_signed_in_a_ticket_gives_a_code_without_a_sign_in(
    pair: House,
) -> None:
    browser, person, token = visiting(pair)
    tokens = handed_over(pair, browser, person, a_ticket(pair, token))

    told = claims_of(tokens["id_token"])
    assert told["aud"] == NEXT
    (redeemed,) = pair.around.trail.of(TransferRedeemed)
    grant = SqlGrants(pair.db).find(redeemed.grant)
    assert grant is not None
    assert (grant.kind, grant.parent) == (GrantKind.TRANSFER, redeemed.parent)
    parent = SqlGrants(pair.db).find(redeemed.parent)
    assert parent is not None
    assert parent.client == PORTAL
    assert (grant.level, grant.amr) == (parent.level, parent.amr)
    assert grant.authenticated_at == parent.authenticated_at
    assert [one.kind for one in pair.around.trail.of(TransferArrived)] == ["not_needed"]


def test_no_ticket_is_kept_with_the_request_that_waits(pair: House) -> None:
    browser, _, token = visiting(pair)
    ticket = a_ticket(pair, token)
    reply = arrive(browser, ticket)
    assert (reply.header("Location") or "").startswith("/consent")
    (row,) = pair.db.read(oidc_pending.select())
    assert ticket not in json.dumps(row.parameters)
    assert "transfer_ticket" not in row.parameters


def test_nothing_is_told_beyond_what_the_origin_was_told(pair: House) -> None:
    browser, person, token = visiting(pair)
    ticket = a_ticket(pair, token)
    pair.people.people.raise_identity(person.id, Level.STRONG, source="test")
    browser.sign_in(pair.people.people.find(person.id), strength=3)
    tokens = handed_over(pair, browser, person, ticket)
    assert claims_of(tokens["id_token"])["acr"] == Level.REAL_NAME.acr


def test_a_level_that_a_ticket_does_not_carry_is_no_reason_for_less(pair: House) -> None:
    browser, person, token = visiting(pair)
    ticket = a_ticket(pair, token)
    pair.people.people.raise_identity(person.id, Level.STRONG, source="test")
    browser.sign_in(pair.people.people.find(person.id), strength=3)
    acr = {"acr": {"essential": True, "value": Level.REAL_PERSON.acr}}
    reply = arrive(browser, ticket, claims=json.dumps({"id_token": acr}))
    assert came_back(reply)["error"] == "unmet_authentication_requirements"
    # The ticket was not used up by that.
    assert handed_over(pair, browser, person, ticket)


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "0"}])
def test_who_wants_a_fresh_sign_in_is_not_served_by_a_ticket(
    pair: House, asked: dict[str, str]
) -> None:
    browser, _, token = visiting(pair)
    pair.around.clock.advance(timedelta(seconds=1))
    reply = arrive(browser, a_ticket(pair, token), **asked)
    assert came_back(reply)["error"] == "login_required"


WRONG = {
    "a guess": lambda _ticket: "g" * 43,
    "no ticket's form": lambda ticket: ticket[:-1],
    "a longer one": lambda ticket: ticket + "A",
}


@pytest.mark.parametrize("bend", WRONG.values(), ids=WRONG.keys())
def test_a_ticket_that_we_did_not_issue_opens_nothing(pair: House, bend) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  pytest gives it
    browser, _, token = visiting(pair)
    reply = arrive(browser, bend(a_ticket(pair, token)))
    assert came_back(reply)["error"] == "invalid_request"
    assert not pair.around.trail.of(TransferArrived)


def test_a_ticket_counts_for_its_audience_alone(pair: House) -> None:
    pair.register(a_next(THIRD))
    browser, person, token = visiting(pair)
    ticket = a_ticket(pair, token)
    assert came_back(arrive(browser, ticket, client_id=THIRD))["error"] == "invalid_request"
    assert handed_over(pair, browser, person, ticket)


def test_a_ticket_is_over_after_a_minute(pair: House) -> None:
    browser, _, token = visiting(pair)
    ticket = a_ticket(pair, token)
    pair.around.clock.advance(timedelta(seconds=60))
    assert came_back(arrive(browser, ticket))["error"] == "invalid_request"
    assert not pair.around.trail.of(TransferArrived)


def test_a_second_use_ends_what_came_of_the_first(pair: House) -> None:
    browser, person, token = visiting(pair)
    ticket = a_ticket(pair, token)
    tokens = handed_over(pair, browser, person, ticket)
    again = arrive(browser, ticket)
    assert came_back(again)["error"] == "invalid_request"
    assert len(pair.around.trail.of(TransferReplayed)) == 1
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    assert pair.call("GET", "/oidc/userinfo", headers=headers).status == 401
    # The origin's own tokens are none of its business.
    headers = {"authorization": f"Bearer {token}"}
    assert pair.call("GET", "/oidc/userinfo", headers=headers).status == 200


def test_a_second_use_before_the_code_leaves_no_code(pair: House) -> None:
    browser, person, token = visiting(pair)
    ticket = a_ticket(pair, token)
    first = arrive(browser, ticket)
    arrive(browser, ticket)
    (session,) = pair.session.sessions.sessions_of(person.id)
    reply = agreed(browser, first, session)
    assert came_back(reply)["error"] == "login_required"
    assert not pair.around.trail.of(TransferRedeemed)


def test_what_came_of_a_ticket_ends_with_its_origin(pair: House) -> None:
    browser, person, token = visiting(pair)
    tokens = handed_over(pair, browser, person, a_ticket(pair, token))
    origin = GrantId(pair.around.trail.of(TransferIssued)[0].grant)
    SqlGrants(pair.db).end(origin, pair.around.clock(), "revoked")
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    assert pair.call("GET", "/oidc/userinfo", headers=headers).status == 401


def test_a_ticket_of_a_revoked_grant_opens_nothing(pair: House) -> None:
    browser, _, token = visiting(pair)
    ticket = a_ticket(pair, token)
    origin = GrantId(pair.around.trail.of(TransferIssued)[0].grant)
    SqlGrants(pair.db).end(origin, pair.around.clock(), "revoked")
    assert came_back(arrive(browser, ticket))["error"] == "invalid_request"


@pytest.mark.spec("RFC 8693 §2.2.2")
def test_a_ticket_of_a_pair_that_was_taken_back_opens_nothing(pair: House) -> None:
    browser, _, token = visiting(pair)
    ticket = a_ticket(pair, token)
    let_hand_over(pair, may_transfer=False)
    assert came_back(arrive(browser, ticket))["error"] == "invalid_request"
    assert not pair.around.trail.of(TransferArrived)


@pytest.mark.spec("OIDC Core §11")
def test_no_offline_access_comes_of_a_ticket_nor_is_asked_for(pair: House) -> None:
    browser, _, token = visiting(pair)
    reply = arrive(
        browser,
        a_ticket(pair, token),
        scope="openid offline_access",
        prompt="consent",
    )
    answer = redeemed(pair, came_back(reply)["code"])
    said = json.loads(answer.body)
    assert "offline_access" not in said["scope"].split()


def test_signing_out_tells_everybody_along_the_line(pair: House) -> None:
    browser, person, token = visiting(pair)
    handed_over(pair, browser, person, a_ticket(pair, token))
    (session,) = pair.session.sessions.sessions_of(person.id)
    told = pair.session.sessions.participants(session.id)
    assert {one.client for one in told} == {PORTAL, NEXT}
    pair.session.sessions.end(session.id, "signed_out")
    assert pair.around.jobs.kinds() == ["oidc.sign_out", "oidc.sign_out"]


def test_each_hop_is_counted_and_a_circle_ends(pair: House) -> None:
    """PORTAL hands to NEXT, NEXT back to PORTAL, and so on: five hops are enough."""
    browser, person, token = visiting(pair)
    (session,) = pair.session.sessions.sessions_of(person.id)
    line = [(PORTAL, NEXT), (NEXT, PORTAL)] * MOST_HOPS
    for hop, (origin, target) in enumerate(line[:MOST_HOPS], start=1):
        ticket = a_ticket(pair, token, origin, audience=target)
        assert pair.around.trail.of(TransferIssued)[-1].hops == hop
        if target == NEXT:
            reply = agreed(browser, arrive(browser, ticket), session)
            token = json.loads(redeemed(pair, came_back(reply)["code"]).body)[
                "access_token"
            ]
        else:
            reply = browser.authorize(transfer_ticket=ticket)
            location = reply.header("Location") or ""
            code = location.partition("code=")[2].partition("&")[0]
            token = json.loads(exchange(pair, code).body)["access_token"]
    origin, target = line[MOST_HOPS]
    reply = asked_for(pair, token, origin, audience=target)
    assert error_of(reply.body) == "invalid_target"
    assert [one.hops for one in pair.around.trail.of(TransferRedeemed)] == [1, 2, 3, 4, 5]


def test_the_same_ticket_in_the_browser_of_nobody_gives_no_code(pair: House) -> None:
    _, _, token = visiting(pair)
    stranger = Browser(pair, browser=Secret("x" * 43))
    reply = arrive(stranger, a_ticket(pair, token))
    assert (reply.header("Location") or "").startswith("/transfer?")
    again = stranger.resume(reply)
    assert (again.header("Location") or "").startswith("/transfer?")
    assert not pair.around.trail.of(TransferRedeemed)


def test_without_pages_a_ticket_counts_at_home_only(pair: House) -> None:
    browser, person, token = visiting(pair)
    stranger = Browser(pair, browser=Secret("x" * 43))
    ticket = a_ticket(pair, token)
    reply = arrive(stranger, ticket, prompt="none")
    assert came_back(reply)["error"] == "login_required"
    handed_over(pair, browser, person, ticket)
    silent = arrive(browser, a_ticket(pair, token), prompt="none")
    assert "code" in came_back(silent)


def test_another_session_of_the_same_person_is_another_browser(pair: House) -> None:
    _, person, token = visiting(pair)
    elsewhere = Browser(pair, browser=Secret("x" * 43))
    elsewhere.sign_in(person)
    reply = arrive(elsewhere, a_ticket(pair, token))
    assert (reply.header("Location") or "").startswith("/transfer?")


def test_who_cannot_take_codes_is_handed_nobody(house: House) -> None:
    house.register(
        a_next(grant_types=(GrantType.CLIENT_CREDENTIALS,), redirect_uris=(), exchanges=())
    )
    let_hand_over(house)
    _, _, token = visiting(house)
    assert error_of(asked_for(house, token).body) == "invalid_target"


def test_a_client_without_the_grant_type_gets_no_ticket(house: House) -> None:
    house.register(a_next())
    _, _, token = visiting(house)
    reply = asked_for(house, token, ClientId(PORTAL))
    assert error_of(reply.body) == "unauthorized_client"


def test_numbers_are_three_and_one_is_right(pair: House) -> None:
    _, _, token = visiting(pair)
    ticket = a_ticket(pair, token)
    found = SqlTransfers(pair.db).by_ticket(Secret(ticket).digest())
    assert found is not None
    for _ in range(50):
        found = replace(found, interaction=InteractionId(pair.around.ids()()))
        assert len(set(found.choices)) == 3
        assert found.number in found.choices
        assert all(10 <= number <= 99 for number in found.choices)
