"""Two portals, of which the first may hand its visitors over to the second."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from idp.clients.domain import GrantType
from idp.clients.messages import ClaimBody, ClientBody, ExchangeBody, OidcBody
from idp.oidc.domain.transfers import TICKET_TYPE
from idp.people.domain import Person
from idp.session.domain import Session
from kernel.ids import ClientId
from kernel.web import Reply
from tests.unit.idp.oidc.house import (
    PORTAL,
    VERIFIER,
    Browser,
    House,
    a_portal,
    exchange,
    interaction_of,
)

NEXT = ClientId("portal-44")
THIRD = ClientId("portal-33")
NEXT_BACK = "http://localhost:8444/callback"
EXCHANGE = GrantType.TOKEN_EXCHANGE.value
ACCESS = "urn:ietf:params:oauth:token-type:access_token"


def a_next(client: ClientId = NEXT, to: ClientId = PORTAL, **oidc: object) -> ClientBody:
    """Return the record of a portal that takes visitors, and may hand them on."""
    said: dict[str, object] = {
        "grant_types": (GrantType.AUTHORIZATION_CODE, GrantType.TOKEN_EXCHANGE),
        "redirect_uris": (NEXT_BACK,),
        "post_logout_redirect_uris": (),
        "backchannel_logout_uri": "http://localhost:8444/bcl",
        "scopes": ("openid", "profile", "offline_access"),
        "exchanges": (ExchangeBody(audience=to, may_transfer=True),),
        **oidc,
    }
    return a_portal(
        client_id=client,
        name_zh="广东政务服务",
        name_en="Guangdong services",
        claims=(ClaimBody(name="name"),),
        oidc=OidcBody(**said),  # type: ignore[arg-type]  # as the test bends it
    )


def let_hand_over(house: House, to: ClientId = NEXT, **bent: Any) -> None:  # noqa: ANN401  members of a policy
    """Let the first portal hand its visitors over to ``to``."""
    said = a_portal()
    grants = (*said.oidc.grant_types, GrantType.TOKEN_EXCHANGE)
    pair = ExchangeBody(audience=to, **{"may_transfer": True, **bent})
    body = a_portal(oidc=replace(said.oidc, grant_types=grants, exchanges=(pair,)))
    found = house.clients.clients.find(PORTAL)
    house.clients.clients.update(PORTAL, found.version, body, actor=None)
    house.around.clock.advance(timedelta(seconds=2))


def visiting(house: House, **bent: str | None) -> tuple[Browser, Person, str]:
    """Return somebody who is signed in at the first portal, and its access token."""
    browser, person = Browser(house), house.a_person()
    tokens = json.loads(exchange(house, browser.code(person, **bent)).body)
    return browser, person, tokens["access_token"]


def asked_for(house: House, token: str, client: ClientId = PORTAL, **bent: str) -> Reply:
    """Ask for a ticket."""
    form = {
        "grant_type": EXCHANGE,
        "subject_token": token,
        "subject_token_type": ACCESS,
        "requested_token_type": TICKET_TYPE,
        "audience": NEXT,
        **bent,
    }
    return house.token(client, **{k: v for k, v in form.items() if v})


def a_ticket(house: House, token: str, client: ClientId = PORTAL, **bent: str) -> str:
    """Return a ticket."""
    reply = asked_for(house, token, client, **bent)
    assert reply.status == 200, reply.body
    said: dict[str, str] = json.loads(reply.body)
    return said["access_token"]


def arrive(browser: Browser, ticket: str, **bent: str | None) -> Reply:
    """Come to the second portal with a ticket, which asks the hub at once."""
    asked = {
        "client_id": NEXT,
        "redirect_uri": NEXT_BACK,
        "transfer_ticket": ticket,
        **bent,
    }
    return browser.authorize(**asked)


def agreed(browser: Browser, reply: Reply, session: Session) -> Reply:
    """Agree where it is asked."""
    if (reply.header("Location") or "").startswith("/consent"):
        browser.agree(reply, session)
        return browser.resume(reply)
    return reply


def came_back(reply: Reply) -> dict[str, str]:
    """Return what the second portal was answered."""
    location = reply.header("Location") or ""
    assert location.startswith(f"{NEXT_BACK}?"), (location, reply.body[:200])
    return dict(parse_qsl(urlsplit(location).query))


def redeemed(house: House, code: str, client: ClientId = NEXT) -> Reply:
    """Redeem a code at the second portal."""
    return house.token(
        client,
        grant_type="authorization_code",
        code=code,
        redirect_uri=NEXT_BACK,
        code_verifier=VERIFIER,
    )


def handed_over(
    house: House, browser: Browser, person: Person, ticket: str, **bent: str | None
) -> Any:  # noqa: ANN401  JSON of an answer
    """Walk from a ticket to the tokens of the second portal."""
    (session,) = house.session.sessions.sessions_of(person.id)
    reply = agreed(browser, arrive(browser, ticket, **bent), session)
    answer = redeemed(house, came_back(reply)["code"])
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def door_of(reply: Reply) -> str:
    """Return the address of the page at the door."""
    location = reply.header("Location") or ""
    assert location.startswith("/transfer?"), (location, reply.body[:200])
    return "/transfer?" + urlencode({"interaction": interaction_of(reply)})
