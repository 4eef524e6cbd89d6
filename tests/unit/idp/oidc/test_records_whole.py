"""Clients that entered themselves, sign-outs that were asked, callers: all of each."""

import json
from dataclasses import replace
from typing import Any

import pytest

from idp.oidc.domain.issuer import Issuer
from idp.oidc.domain.registering import OwnRecord
from idp.oidc.flows.sign_out import AskedToLeave, Leaving
from idp.oidc.flows.subjects import HintReader
from idp.oidc.messages.logout import LogoutRequest
from idp.oidc.store import SqlGrants, SqlOwnRecords, SqlTransfers
from kernel.ids import ClientId
from kernel.secret import Digest, Secret
from kernel.web import Access, Caller, Role
from tests.unit.idp.oidc.house import (
    ISSUER,
    MACHINE,
    PORTAL,
    House,
    a_machine,
    a_portal,
)
from tests.unit.idp.oidc.sending import bearing
from tests.unit.idp.oidc.test_dynamic_registration import OpenHouse, entered, hub, register
from tests.unit.idp.oidc.test_own_record import a_change, manage, told
from tests.unit.idp.oidc.test_portal_access import CONSOLE, a_console, an_operator
from tests.unit.idp.oidc.test_portal_access import tokens_of as console_tokens
from tests.unit.idp.oidc.test_sign_out import BYE, signed_in

__all__ = ["hub"]
READ = Access(scope="members:read")


def digest(said: dict[str, Any]) -> Digest:
    """Return the digest of a registration token."""
    return Secret(said["registration_access_token"]).digest()


@pytest.mark.spec("RFC 7592 §3")
def test_beside_a_record_lie_its_tokens_and_what_means_nothing_here(
    hub: OpenHouse,
) -> None:
    store, now = SqlOwnRecords(hub.db), hub.around.clock()
    said = entered(register(hub, software_id="4NRB1", software_version="2"))
    client = ClientId(said["client_id"])
    first = OwnRecord(
        client=client,
        token=digest(said),
        said={"software_id": "4NRB1", "software_version": "2"},
        registered_at=now,
    )
    assert store.find(client) == first
    change = a_change(said, software_id="4NRB2")
    changed = told(manage(hub, "PUT", said, **change))
    second = replace(
        first, token=digest(changed), previous=digest(said), said={"software_id": "4NRB2"}
    )
    assert store.find(client) == second
    told(manage(hub, "GET", said))
    assert store.find(client) == second, "the older token ends nothing"
    told(manage(hub, "GET", changed))
    assert store.find(client) == replace(second, previous=None)


@pytest.mark.spec("RFC 7591 §3.2.1")
def test_who_enters_gets_a_name_that_nobody_has(hub: OpenHouse) -> None:
    names = {entered(register(hub))["client_id"] for _ in range(3)}
    assert len(names) == 3
    for name in names:
        prefix, _, drawn = name.partition("-")
        assert (prefix, len(bytes.fromhex(drawn))) == ("app", 10)


def leaving(house: House) -> AskedToLeave:
    """Return what reads sign-out requests."""
    return AskedToLeave(
        house.clients.lookup,
        house.session.sessions,
        HintReader(Issuer(ISSUER), house.signer),
        SqlTransfers(house.db),
        SqlGrants(house.db),
        house.around.trail,
    )


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_sign_out_says_whose_by_whom_and_where_to_go(house: House) -> None:
    browser, person, hint = signed_in(house)
    (session,) = house.session.sessions.sessions_of(person.id)
    portal = house.clients.clients.find(PORTAL)
    asked = LogoutRequest(id_token_hint=hint, post_logout_redirect_uri=BYE, state="x")
    assert leaving(house).read(asked, browser.cookie) == Leaving(
        session=session, client=portal, back=f"{BYE}?state=x", is_certain=True
    )
    assert leaving(house).read(asked, None) == Leaving(
        session=None, client=portal, back=f"{BYE}?state=x", is_certain=False
    )
    assert leaving(house).read(LogoutRequest(), browser.cookie) == Leaving(
        session=session, client=None, back=None, is_certain=False
    )
    named = LogoutRequest(client_id=PORTAL)
    assert leaving(house).read(named, browser.cookie) == Leaving(
        session=session, client=portal, back=None, is_certain=False
    )


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_hint_of_another_session_makes_nothing_certain(house: House) -> None:
    _, _, hint = signed_in(house)
    browser, _, _ = signed_in(house)
    found = leaving(house).read(LogoutRequest(id_token_hint=hint), browser.cookie)
    assert found.session is not None
    assert not found.is_certain


@pytest.mark.spec("RFC 9068 §2.2")
def test_our_api_is_told_all_of_who_calls(house: House) -> None:
    house.register(a_machine())
    token = json.loads(house.token(MACHINE, grant_type="client_credentials").body)
    call = house.room.authorizer.authorize
    assert call(bearing(f"Bearer {token['access_token']}"), READ) == Caller(
        client=MACHINE,
        person=None,
        pseudonym=None,
        roles=frozenset(),
        scopes=frozenset({"members:read", "clients:write"}),
    )
    body = a_portal(client_id=CONSOLE, claims=())
    house.register(replace(body, oidc=a_console("members:read", "members:write")))
    person = an_operator(house)
    held = console_tokens(house, person)["access_token"]
    assert call(bearing(f"Bearer {held}"), READ) == Caller(
        client=CONSOLE,
        person=person.id,
        pseudonym=house.people.people.pseudonym(person.id),
        roles=frozenset({Role.OPERATOR}),
        scopes=frozenset({"openid", "members:read", "members:write"}),
    )
    own = a_machine(person)
    house.register(replace(own, client_id="machine-2"))
    mine = house.token(ClientId("machine-2"), grant_type="client_credentials")
    held = json.loads(mine.body)["access_token"]
    assert call(bearing(f"Bearer {held}"), READ) == Caller(
        client=ClientId("machine-2"),
        person=person.id,
        pseudonym=house.people.people.pseudonym(person.id),
        roles=frozenset({Role.OPERATOR}),
        scopes=frozenset({"members:read", "clients:write"}),
    )
