"""Signing out in both directions."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from idp.broker.domain import Reading
from idp.broker.events import LogoutRefused, UpstreamSignedOut
from idp.broker.flows.farewell import BrowserOnItsWay
from idp.session.domain import Delivery, SignOut
from idp.session.service import DeliveryOrder
from kernel.clock import epoch_seconds
from kernel.ids import Reference
from kernel.standing import Party, PartyKind, State
from kernel.web import FORM, Reply, Request
from tests.unit.idp.broker.house import ISSUER, House
from tests.unit.idp.broker.test_faults import by_another_key, by_public_key, unsigned
from tests.unit.idp.broker.upstream import CLIENT_ID, SUBJECT, Claims

EVENT = "http://schemas.openid.net/event/backchannel-logout"


def logout_claims(house: House, **bent: object) -> dict[str, Any]:
    now = epoch_seconds(house.around.clock())
    claims = {
        "iss": house.upstream.issuer,
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + 120,
        "jti": "logout-1",
        "sub": SUBJECT,
        "sid": "sid-1",
        "events": {EVENT: {}},
        **bent,
    }
    return {name: value for name, value in claims.items() if value is not None}


def logout_token(house: House, **bent: object) -> str:
    key, typ = house.upstream.key, str(bent.pop("typ", "logout+jwt"))
    return key.token(key.header(typ), logout_claims(house, **bent))


def tell(house: House, token: str) -> Reply:
    return house.call(
        Request(
            method="POST",
            path="/broker/gd/backchannel_logout",
            headers={"content-type": FORM},
            body=urlencode({"logout_token": token}).encode(),
            reference=Reference("ABCDEFGH2345"),
        )
    )


@pytest.mark.spec("OIDC Back-Channel Logout 1.0 §2.7")
@pytest.mark.parametrize("bent", [{}, {"sid": None}, {"sub": None}])
def test_an_upstreams_sign_out_ends_what_rests_on_it_and_tells_our_own(
    house: House, bent: dict[str, Any]
) -> None:
    session = house.session_of(house.sign_in())
    house.session.sessions.add_participant(session.id, "oidc", "portal-51", "s-1")
    reply = tell(house, logout_token(house, **bent))
    assert (reply.status, reply.header("Cache-Control")) == (200, "no-store")
    assert house.session.sessions.find(session.id).end_reason == "upstream"
    kinds = [kind for kind, _ in house.around.jobs.jobs.values()]
    assert kinds == ["oidc.sign_out"]
    (heard,) = house.around.trail.of(UpstreamSignedOut)
    assert heard.count == 1


@pytest.mark.parametrize("bent", [{"sid": "sid-2"}, {"sub": "somebody", "sid": None}])
def test_a_sign_out_of_somebody_else_ends_nothing(
    house: House, bent: dict[str, Any]
) -> None:
    house.sign_in()
    assert tell(house, logout_token(house, **bent)).status == 200
    assert house.live() == 1


REFUSED: dict[str, dict[str, Any]] = {
    "another iss": {"iss": "https://evil.example"},
    "another aud": {"aud": "somebody"},
    "a nonce": {"nonce": "n"},
    "no event": {"events": {}},
    "an event that is no object": {"events": {EVENT: 1}},
    "no jti": {"jti": None},
    "no iat": {"iat": None},
    "no exp": {"exp": None},
    "nobody": {"sub": None, "sid": None},
    "sub that is no text": {"sub": 1},
    "the typ of an ID token": {"typ": "JWT"},
}


def refused_without_effect(house: House, reply: Reply) -> None:
    assert reply.status == 400
    assert json.loads(reply.body)["error"] == "invalid_request"
    assert house.live() == 1
    (refusal,) = house.around.trail.of(LogoutRefused)
    assert refusal.reason == "logout_token_refused"
    assert house.around.trail.of(UpstreamSignedOut) == []


@pytest.mark.spec("OIDC Back-Channel Logout 1.0 §2.6")
@pytest.mark.parametrize("bent", REFUSED.values(), ids=REFUSED.keys())
def test_a_bent_logout_token_ends_nothing(house: House, bent: dict[str, Any]) -> None:
    house.sign_in()
    refused_without_effect(house, tell(house, logout_token(house, **bent)))


@pytest.mark.parametrize("sign", [unsigned, by_public_key, by_another_key])
def test_a_forged_logout_token_ends_nothing(
    house: House, sign: Callable[[Claims, Claims], str]
) -> None:
    house.sign_in()
    header = house.upstream.key.header("logout+jwt")
    refused_without_effect(house, tell(house, sign(header, logout_claims(house))))


def test_an_expired_logout_token_ends_nothing(house: House) -> None:
    house.sign_in()
    token = logout_token(house)
    house.around.clock.advance(timedelta(seconds=181))
    refused_without_effect(house, tell(house, token))


@pytest.mark.spec("OIDC Back-Channel Logout 1.0 §2.6")
def test_a_logout_token_is_acted_on_once(house: House) -> None:
    house.sign_in()
    token = logout_token(house)
    assert tell(house, token).status == 200
    house.sign_in()
    assert tell(house, token).status == 400
    assert house.live() == 1
    assert [event.reason for event in house.around.trail.of(LogoutRefused)] == [
        "logout_token_replayed"
    ]


def test_a_suspended_upstream_is_not_listened_to(house: House) -> None:
    house.sign_in()
    party = Party(PartyKind.MEMBER, house.entity)
    house.around.standing.change(party, State.SUSPENDED, reason="test")
    assert tell(house, logout_token(house)).status == 400
    assert house.live() == 1


# ------------------------------------------------------------------ from here to upstream


def leaving(house: House, reason: str = "signed_out") -> SignOut:
    session = house.session_of(house.sign_in())
    sign_out = house.session.sessions.end(session.id, reason)
    assert sign_out is not None
    return sign_out


def the_job(house: House) -> DeliveryOrder:
    ((kind, payload),) = house.around.jobs.jobs.values()
    assert kind == "broker.sign_out"
    return DeliveryOrder.read(payload)


def state_of(house: House, sign_out: SignOut) -> Delivery:
    (state,) = house.session.sign_outs.show(sign_out.id).deliveries.values()
    return state


@pytest.mark.spec("OIDC RP-Initiated Logout 1.0 §2")
def test_a_browser_that_signs_out_here_is_sent_upstream_and_comes_back(
    house: House,
) -> None:
    sign_out = leaving(house)
    reads = Reading(ui_locales="en", is_large=True)
    address = house.room.farewells.address(sign_out, "/logout/done?x=1", reads)
    assert address is not None
    asked = dict(parse_qsl(urlsplit(address).query))
    assert (asked["ui_locales"], asked["large_type"]) == ("en", "1")
    assert address.startswith(f"{house.upstream.issuer}/logout?")
    assert asked["id_token_hint"].count(".") == 2
    assert asked["post_logout_redirect_uri"] == f"{ISSUER}/broker/gd/signed_out"
    with pytest.raises(BrowserOnItsWay):
        house.room.farewells.carry_out(the_job(house))
    assert state_of(house, sign_out) is Delivery.PENDING
    back = house.get("/broker/gd/signed_out", urlencode({"state": asked["state"]}))
    assert (back.status, back.header("Location")) == (303, "/logout/done?x=1")
    assert state_of(house, sign_out) is Delivery.DELIVERED
    house.room.farewells.carry_out(the_job(house))
    assert state_of(house, sign_out) is Delivery.DELIVERED
    again = house.get("/broker/gd/signed_out", urlencode({"state": asked["state"]}))
    assert again.status == 400


def test_a_browser_that_does_not_come_back_is_told_of_honestly(house: House) -> None:
    sign_out = leaving(house)
    house.around.clock.advance(timedelta(minutes=1))
    house.room.farewells.carry_out(the_job(house))
    assert state_of(house, sign_out) is Delivery.FAILED


@pytest.mark.parametrize("why", ["no endpoint", "no browser"])
def test_where_nobody_can_go_upstream_it_is_said_at_once(house: House, why: str) -> None:
    sign_out = leaving(house, "signed_out" if why == "no endpoint" else "person_suspended")
    if why == "no endpoint":
        house.vouch(end_session_endpoint=None)
        assert house.room.farewells.address(sign_out, "/") is None
    house.room.farewells.carry_out(the_job(house))
    assert state_of(house, sign_out) is Delivery.FAILED


def test_a_suspended_upstream_is_sent_no_id_token(house: House) -> None:
    sign_out = leaving(house)
    party = Party(PartyKind.MEMBER, house.entity)
    house.around.standing.change(party, State.SUSPENDED, reason="test")
    assert house.room.farewells.address(sign_out, "/") is None
