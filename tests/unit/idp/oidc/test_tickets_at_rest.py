"""A transfer ticket in a pushed request waits for its browser as a digest."""

import json
from urllib.parse import urlencode

import pytest

from idp.oidc.models import oidc_pushed
from kernel.proof.jose import to_base64url
from kernel.secret import Secret
from tests.unit.idp.oidc.handing_over import (
    NEXT,
    NEXT_BACK,
    a_next,
    a_ticket,
    agreed,
    came_back,
    let_hand_over,
    redeemed,
    visiting,
)
from tests.unit.idp.oidc.house import FORM_HEADER, Browser, House, a_request


@pytest.fixture
def pair(house: House) -> House:
    house.register(a_next())
    let_hand_over(house)
    return house


def asked_with(ticket: str) -> bytes:
    asked = a_request(client_id=NEXT, redirect_uri=NEXT_BACK, transfer_ticket=ticket)
    return urlencode(asked).encode()


def pushed(house: House, ticket: str) -> str:
    """Push it (RFC 9126 §2.1); return what the browser asks with."""
    said = {**FORM_HEADER, "authorization": house.basic(NEXT)}
    reply = house.call("POST", "/oauth2/par", headers=said, body=asked_with(ticket))
    uri = json.loads(reply.body)["request_uri"]
    return urlencode({"client_id": NEXT, "request_uri": uri})


@pytest.mark.spec("RFC 9126 §2.1; ADR 33")
def test_it_hands_over_and_is_nowhere_to_be_read(pair: House) -> None:
    browser, person, token = visiting(pair)
    ticket = a_ticket(pair, token)
    query = pushed(pair, ticket)
    (row,) = pair.db.read(oidc_pushed.select())
    assert ticket not in repr(row)
    assert row.parameters["transfer_ticket"] == to_base64url(Secret(ticket).digest())
    (session,) = pair.session.sessions.sessions_of(person.id)
    reply = agreed(browser, browser.get("/oauth2/authorize", query), session)
    assert redeemed(pair, came_back(reply)["code"]).status == 200


@pytest.mark.spec("ADR 33")
@pytest.mark.parametrize("is_pushed", [True, False])
def test_who_reads_what_is_kept_cannot_come_with_it(
    pair: House, *, is_pushed: bool
) -> None:
    browser, _, token = visiting(pair)
    kept = to_base64url(Secret(a_ticket(pair, token)).digest())
    query = pushed(pair, kept) if is_pushed else asked_with(kept).decode()
    answer = came_back(browser.get("/oauth2/authorize", query))
    assert answer["error"] == "invalid_request"
    assert "code" not in answer


@pytest.mark.spec("RFC 9126 §2.3")
def test_what_is_no_ticket_is_not_taken(pair: House) -> None:
    said = {**FORM_HEADER, "authorization": pair.basic(NEXT)}
    body = asked_with("no-ticket")
    reply = pair.call("POST", "/oauth2/par", headers=said, body=body)
    assert reply.status == 400
    assert pair.db.read(oidc_pushed.select()) == []
    assert Browser(pair).authorize(transfer_ticket="no-ticket").status == 303
