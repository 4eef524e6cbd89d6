"""What waits and what is remembered between two requests: all of it, member by member."""

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from idp.oidc.domain.grants import Grant, Pending, RefreshToken
from idp.oidc.domain.senders import UNPROVEN
from idp.oidc.domain.signed import Opened, Pushed
from idp.oidc.store import (
    SqlPending,
    SqlPushed,
    SqlRefreshTokens,
)
from idp.session.domain import Hints, Interaction, InteractionKind
from kernel.assurance import Level
from kernel.ids import InteractionId, Reference
from kernel.secret import Secret
from kernel.web import Reply
from tests.unit.idp.oidc.house import (
    FORM_HEADER,
    PORTAL,
    Browser,
    House,
    a_request,
    exchange,
    interaction_of,
)
from tests.unit.idp.oidc.test_introspection import grant_of
from tests.unit.idp.oidc.whole import Citizen, code_of, portal

REFERENCE = Reference("ABCDEFGH2345")
BROWSER = Secret("b" * 43)
ASKED = {
    "acr_values": Level.REAL_PERSON.acr,
    "max_age": "600",
    "prompt": "login",
    "province": "51",
    "login_hint": "zhang",
    "ui_locales": "en",
    "large_type": "1",
}


def interaction(house: House, reply: Reply) -> Interaction:
    """Return what was begun for a request."""
    named = InteractionId(interaction_of(reply))
    return house.session.interactions.find(named)


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_sign_in_is_told_all_that_a_request_says_about_it(house: House) -> None:
    found = interaction(house, Browser(house).authorize(**ASKED))
    client = house.clients.clients.find(PORTAL)
    now = house.around.clock()
    assert found == Interaction(
        id=found.id,
        kind=InteractionKind.BROWSER,
        relying_party=PORTAL,
        asked=Level.REAL_PERSON,
        essential=False,
        resume=f"/oauth2/authorize/resume?interaction={found.id}",
        expires_at=now + house.session.interactions.around.lifetimes.interaction,
        prompt=frozenset({"login"}),
        max_age=timedelta(minutes=10),
        hints=Hints(
            province="51",
            login="zhang",
            ui_locales="en",
            service="办理事项",
            large_type=True,
        ),
        claims=client.claims,
        reference=REFERENCE,
        browser=BROWSER.digest(),
        started_at=now,
    )


@pytest.mark.spec("OIDC Core §5.5.1.1")
def test_a_level_that_is_demanded_is_essential(house: House) -> None:
    wish = {"id_token": {"acr": {"essential": True, "value": Level.STRONG.acr}}}
    found = interaction(house, Browser(house).authorize(claims=json.dumps(wish)))
    assert (found.asked, found.essential) == (Level.STRONG, True)


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_where_no_purpose_is_registered_none_is_told(house: House) -> None:
    client = house.clients.clients.find(PORTAL)
    bare = replace(client, purpose=replace(client.purpose, zh=""), version=2)
    house.clients.clients.record.store.replace(bare, client.version)
    house.around.clock.advance(timedelta(seconds=2))
    assert interaction(house, Browser(house).authorize()).hints == Hints()


@pytest.mark.spec("RFC 6749 §4.1.1")
def test_a_request_waits_as_it_was_sent(house: House) -> None:
    reply = Browser(house).authorize(**ASKED)
    found = SqlPending(house.db).find(InteractionId(interaction_of(reply)))
    assert found == Pending(
        interaction=InteractionId(interaction_of(reply)),
        client=PORTAL,
        parameters=a_request(**ASKED),
        started_at=house.around.clock(),
    )


def pushed(house: House, **bent: str) -> dict[str, object]:
    """Push a request of the portal."""
    headers = {**FORM_HEADER, "authorization": house.basic(PORTAL)}
    body = urlencode(a_request(**bent)).encode()
    said: dict[str, object] = json.loads(
        house.call("POST", "/oauth2/par", headers=headers, body=body).body
    )
    return said


@pytest.mark.spec("RFC 9126 §2.2")
def test_a_pushed_request_waits_whole_for_its_client(house: House) -> None:
    said = pushed(house)
    assert said["expires_in"] == 90
    digest = Secret(str(said["request_uri"])).digest()
    assert SqlPushed(house.db).find(digest) == Pushed(
        digest=digest,
        opened=Opened(parameters=a_request(), is_proven=True, pushed=digest),
        client=PORTAL,
        expires_at=house.around.clock() + timedelta(seconds=90),
    )


@pytest.mark.spec("RFC 9126 §4")
def test_whoever_brings_a_pushed_request_brings_its_name_along(house: House) -> None:
    uri = str(pushed(house)["request_uri"])
    query = urlencode({"client_id": PORTAL, "request_uri": uri})
    reply = Browser(house).get("/oauth2/authorize", query)
    found = SqlPending(house.db).find(InteractionId(interaction_of(reply)))
    assert found is not None
    assert found.pushed == Secret(uri).digest()
    assert found.parameters == a_request()


def refreshing(citizen: Citizen) -> tuple[Grant, str]:
    """Return somebody's grant and its refresh token."""
    plain = dict.fromkeys(("dpop_jkt", "resource"))
    got = json.loads(exchange(citizen.house, code_of(citizen, **plain)).body)
    return grant_of(citizen.house, got["access_token"]), got["refresh_token"]


@pytest.mark.spec("RFC 9700 §4.14.2")
def test_a_refresh_token_counts_for_hours_and_its_family_for_days(house: House) -> None:
    portal(house)
    grant, first = refreshing(Citizen(house))
    store, now = SqlRefreshTokens(house.db), house.around.clock()
    assert store.find(Secret(first).digest()) == RefreshToken(
        digest=Secret(first).digest(),
        grant=grant.id,
        issued_at=now,
        expires_at=now + timedelta(hours=8),
        sender=UNPROVEN,
    )
    token = first
    for _ in range(90):
        house.around.clock.advance(timedelta(hours=7, minutes=59))
        said = house.token(grant_type="refresh_token", refresh_token=token)
        token = json.loads(said.body)["refresh_token"]
    last = store.find(Secret(token).digest())
    assert last is not None
    assert last.issued_at == house.around.clock()
    assert last.expires_at == grant.issued_at + timedelta(days=30)
