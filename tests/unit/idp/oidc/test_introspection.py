"""Introspection: what is told, to whom, and how soon an end is seen."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from sqlalchemy import update

from idp.clients.domain import AuthMethod, GrantType
from idp.clients.messages import ClientBody, OidcBody
from idp.oidc.domain.grants import Grant
from idp.oidc.domain.issuer import Lifetimes
from idp.oidc.events import IntrospectionRefused
from idp.oidc.models import oidc_grant
from idp.oidc.store import SqlGrants
from kernel.assurance import Level
from kernel.ids import ClientId, EntityId, GrantId, OrganisationId
from kernel.proof.jose import INTROSPECTION, verify
from kernel.standing import Party, PartyKind, State
from kernel.web import Reply
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    FORM_HEADER,
    ISSUER,
    MACHINE,
    PORTAL,
    Browser,
    House,
    a_machine,
    a_portal,
    claims_of,
    exchange,
)
from tests.unit.idp.oidc.rows import rows_of
from trustroot.keys.domain import Purpose

RESOURCE = "https://cases.example/api"
SERVER = ClientId("cases-api")


def ask(house: House, token: str, client: ClientId = PORTAL, **said: str) -> Reply:
    """Introspect a token, authenticated by HTTP Basic."""
    headers = {**FORM_HEADER, "authorization": house.basic(client)}
    if "accept" in said:
        headers["accept"] = said.pop("accept")
    body = urlencode({"token": token, **said}).encode()
    return house.call("POST", "/oauth2/introspect", headers=headers, body=body)


def told(house: House, token: str, client: ClientId = PORTAL, **said: str) -> Any:  # noqa: ANN401  JSON of an answer
    reply = ask(house, token, client, **said)
    assert reply.status == 200
    return json.loads(reply.body)


def tokens_of(house: House) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        exchange(house, Browser(house).code(house.a_person())).body
    )
    return read


def a_resource_server(**bent: object) -> ClientBody:
    facet = OidcBody(grant_types=(GrantType.CLIENT_CREDENTIALS,), resources=(RESOURCE,))
    return replace(
        a_portal(client_id=SERVER, claims=()),
        oidc=replace(facet, **bent),  # type: ignore[arg-type]  # tests bend one member
    )


@pytest.mark.spec("RFC 7662 §2.2")
def test_a_client_is_told_of_its_own_access_token(house: House) -> None:
    token = tokens_of(house)["access_token"]
    said, claims = told(house, token), claims_of(token)
    assert said["active"] is True
    assert (said["client_id"], said["token_type"]) == (PORTAL, "Bearer")
    assert said["scope"] == "openid profile"
    assert said["acr"] == Level.REAL_NAME.acr
    for name in ("iss", "sub", "aud", "iat", "exp", "jti", "auth_time", "amr"):
        assert said[name] == claims[name]
    assert "grant" not in said


@pytest.mark.spec("RFC 9700 §4.14.2; RFC 7662 §2.2")
def test_no_refresh_token_outlives_its_family_where_that_was_longer_once(
    house: House,
) -> None:
    """The settings say less since it was issued: what is told holds at once."""
    tokens, family = tokens_of(house), Lifetimes().refresh_family
    token, now = tokens["refresh_token"], house.around.clock()
    began = now - family + timedelta(minutes=1)
    house.db.write(update(oidc_grant).values(issued_at=began))
    assert told(house, token)["exp"] == int((began + family).timestamp())
    house.around.clock.advance(timedelta(minutes=1))
    assert told(house, token) == {"active": False}
    reply = house.token(grant_type="refresh_token", refresh_token=token)
    assert (reply.status, json.loads(reply.body)["error"]) == (400, "invalid_grant")
    assert rows_of(house, "oidc_refresh") == 1


@pytest.mark.spec("RFC 7662 §2.1")
@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "saml"])
def test_a_wrong_hint_changes_nothing(house: House, hint: str) -> None:
    tokens = tokens_of(house)
    for kind in ("access_token", "refresh_token"):
        assert told(house, tokens[kind], token_type_hint=hint)["active"] is True


def test_a_client_is_told_of_its_refresh_token_until_it_is_used(house: House) -> None:
    refresh = tokens_of(house)["refresh_token"]
    said = told(house, refresh)
    assert (said["active"], said["client_id"]) == (True, PORTAL)
    house.token(grant_type="refresh_token", refresh_token=refresh)
    assert told(house, refresh) == {"active": False}


@pytest.mark.spec("RFC 7662 §2.2")
def test_a_refresh_token_that_its_client_may_not_use_any_more_is_inactive(
    house: House,
) -> None:
    tokens = tokens_of(house)
    may = house.clients.lookup.find(PORTAL).oidc.grant_types
    shaped(house, PORTAL, grant_types=may - {GrantType.REFRESH_TOKEN})
    house.around.clock.advance(timedelta(seconds=2))
    token = tokens["refresh_token"]
    reply = house.token(PORTAL, grant_type="refresh_token", refresh_token=token)
    assert json.loads(reply.body)["error"] == "unauthorized_client"
    assert told(house, token) == {"active": False}
    assert told(house, tokens["access_token"])["active"] is True


@pytest.mark.spec("RFC 7662 §2.2")
def test_who_is_not_meant_learns_nothing(house: House) -> None:
    other = ClientId("other-1")
    house.register(a_portal(client_id=other))
    house.register(a_resource_server())
    tokens = tokens_of(house)
    for kind in ("access_token", "refresh_token"):
        for stranger in (other, SERVER):
            assert told(house, tokens[kind], stranger) == {"active": False}


@pytest.mark.spec("RFC 7662 §4")
def test_a_resource_server_is_told_of_tokens_for_it(house: House) -> None:
    house.register(a_resource_server())
    machine = replace(a_machine(), oidc=replace(a_machine().oidc, resources=(RESOURCE,)))
    house.register(machine)
    got = house.token(MACHINE, grant_type="client_credentials", resource=RESOURCE)
    token = json.loads(got.body)["access_token"]
    said = told(house, token, SERVER)
    assert (said["active"], said["aud"], said["client_id"]) == (True, RESOURCE, MACHINE)


@pytest.mark.spec("RFC 7662 §4")
def test_a_relying_party_of_a_resource_is_no_resource_server(house: House) -> None:
    rival = a_portal(client_id="rival-1")
    house.register(replace(rival, oidc=replace(rival.oidc, resources=(RESOURCE,))))
    machine = a_machine()
    house.register(replace(machine, oidc=replace(machine.oidc, resources=(RESOURCE,))))
    got = house.token(MACHINE, grant_type="client_credentials", resource=RESOURCE)
    token = json.loads(got.body)["access_token"]
    assert told(house, token, ClientId("rival-1")) == {"active": False}


@pytest.mark.spec("RFC 8707 §2.2")
def test_a_resource_that_is_not_the_clients_is_refused(house: House) -> None:
    house.register(a_machine())
    reply = house.token(MACHINE, grant_type="client_credentials", resource=RESOURCE)
    assert (reply.status, json.loads(reply.body)["error"]) == (400, "invalid_target")


NO_TOKENS = {
    "a guess": lambda _: "x" * 43,
    "a truncated token": lambda token: token[:-1],
    "a token of another signature": lambda token: token.rpartition(".")[0] + "." + "A" * 86,
    "the head of a token": lambda token: token.split(".")[0],
    "a long text": lambda _: "y" * 2000,
    "dots": lambda _: "..",
}


@pytest.mark.spec("RFC 7662 §2.2")
@pytest.mark.parametrize("bent", NO_TOKENS.values(), ids=NO_TOKENS.keys())
def test_what_is_no_token_is_inactive(house: House, bent: Callable[[str], str]) -> None:
    assert told(house, bent(tokens_of(house)["access_token"])) == {"active": False}


def test_an_id_token_is_no_access_token(house: House) -> None:
    assert told(house, tokens_of(house)["id_token"]) == {"active": False}


@pytest.mark.spec("RFC 7662 §2.2")
def test_a_token_is_inactive_from_its_very_end(house: House) -> None:
    token = tokens_of(house)["access_token"]
    house.around.clock.advance(timedelta(seconds=299))
    assert told(house, token)["active"] is True
    house.around.clock.advance(timedelta(seconds=1))
    assert told(house, token) == {"active": False}


def grant_of(house: House, token: str) -> Grant:
    found = SqlGrants(house.db).find(GrantId(UUID(claims_of(token)["grant"])))
    assert found is not None
    return found


def lose(kind: PartyKind, name: str, house: House) -> None:
    house.around.standing.change(Party(kind, name), State.SUSPENDED, reason="test")


PROVINCE = EntityId("https://province.example")
FIRM = OrganisationId(UUID(int=7))
ENDS: dict[str, Callable[[House, Grant], object]] = {
    "grant": lambda house, grant: SqlGrants(house.db).end(
        grant.id, house.around.clock(), "test"
    ),
    "session": lambda house, grant: house.session.sessions.end(grant.session, "signed_out"),
    "person": lambda house, grant: lose(PartyKind.PERSON, str(grant.person), house),
    "provider": lambda house, _: lose(PartyKind.MEMBER, PROVINCE, house),
    "organisation": lambda house, _: lose(PartyKind.ORGANISATION, str(FIRM), house),
}


@pytest.mark.spec("RFC 7662 §2.2")
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_an_end_is_seen_at_once_at_every_place(
    house: House, end: Callable[[House, Grant], object]
) -> None:
    browser, person = Browser(house), house.a_person()
    code = browser.code(person)
    tokens = json.loads(exchange(house, code).body)
    grant = grant_of(house, tokens["access_token"])
    rests = update(oidc_grant).values(providers=[PROVINCE], acting_for=FIRM)
    house.db.write(rests)
    assert told(house, tokens["access_token"])["active"] is True
    end(house, grant)
    for kind in ("access_token", "refresh_token"):
        assert told(house, tokens[kind]) == {"active": False}
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    assert house.call("GET", "/oidc/userinfo", headers=bearer).status == 401


@pytest.mark.parametrize("party", ["client", "person"])
def test_a_clients_own_token_ends_with_who_it_speaks_for(house: House, party: str) -> None:
    house.register(a_resource_server())
    person = house.a_person()
    machine = a_machine(person)
    house.register(replace(machine, oidc=replace(machine.oidc, resources=(RESOURCE,))))
    got = house.token(MACHINE, grant_type="client_credentials", resource=RESOURCE)
    token = json.loads(got.body)["access_token"]
    assert told(house, token, SERVER)["active"] is True
    who = (PartyKind.PERSON, str(person.id))
    lose(*(who if party == "person" else (PartyKind.RELYING_PARTY, MACHINE)), house)
    assert told(house, token, SERVER) == {"active": False}


@pytest.mark.spec("RFC 9701 §5")
def test_the_answer_is_signed_for_its_caller_where_that_is_accepted(house: House) -> None:
    token = tokens_of(house)["access_token"]
    reply = ask(house, token, accept="application/token-introspection+jwt, */*;q=0.1")
    assert reply.header("Content-Type") == "application/token-introspection+jwt"
    keys = house.signer.published(Purpose.TOKENS)
    claims = verify(reply.body.decode(), keys, INTROSPECTION)
    assert (claims["iss"], claims["aud"]) == (ISSUER, PORTAL)
    assert "sub" not in claims
    assert "exp" not in claims
    assert claims["token_introspection"] == told(house, token)


@pytest.mark.spec("RFC 9701 §4; RFC 9110 §12.4.2")
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("{}", "{}"),
        ("{}; q=0.001", "{}"),
        ("application/json, {}", "{}"),
        ("APPLICATION/JSON;q=0.5,{};Q=0.5", "{}"),
        ("*/*, {};q=0.2", "{}"),
        ("{};q=0", "application/json"),
        ("application/json, {} ; q=0.000", "application/json"),
        ("{};q=0.4, application/json;q=0.9", "application/json"),
        ("{};q=much", "application/json"),
        ("application/*", "application/json"),
        ("", "application/json"),
    ],
)
def test_an_answer_is_signed_only_where_that_is_acceptable(
    house: House, accept: str, kind: str
) -> None:
    signed = "application/token-introspection+jwt"
    reply = ask(house, "x.y.z", accept=accept.format(signed))
    assert reply.header("Content-Type") == kind.format(signed)


@pytest.mark.spec("RFC 9701 §5")
def test_a_signed_answer_about_a_strangers_token_says_inactive(house: House) -> None:
    house.register(a_portal(client_id="other-1"))
    token = tokens_of(house)["access_token"]
    accept = "application/token-introspection+jwt"
    reply = ask(house, token, ClientId("other-1"), accept=accept)
    keys = house.signer.published(Purpose.TOKENS)
    claims = verify(reply.body.decode(), keys, INTROSPECTION)
    assert claims["token_introspection"] == {"active": False}


@pytest.mark.spec("RFC 7662 §2.3")
def test_a_caller_who_proves_nothing_is_refused(house: House) -> None:
    public = a_portal(client_id="public-1")
    house.register(
        replace(
            public, oidc=replace(public.oidc, token_endpoint_auth_method=AuthMethod.NONE)
        )
    )
    token = tokens_of(house)["access_token"]
    for form in ({"client_id": "public-1"}, {"client_id": PORTAL}, {}):
        body = urlencode({"token": token, **form}).encode()
        reply = house.call("POST", "/oauth2/introspect", headers=FORM_HEADER, body=body)
        said = json.loads(reply.body)
        assert (reply.status, said["error"]) == (401, "invalid_client")
        assert "active" not in said
    assert len(house.around.trail.of(IntrospectionRefused)) == 3


MALFORMED = {
    "no token": b"",
    "an empty token": b"token=",
    "two tokens": b"token=a&token=b",
}


@pytest.mark.spec("RFC 7662 §2.1")
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_question_is_refused(house: House, body: bytes) -> None:
    headers = {**FORM_HEADER, "authorization": house.basic(PORTAL)}
    reply = house.call("POST", "/oauth2/introspect", headers=headers, body=body)
    assert (reply.status, json.loads(reply.body)["error"]) == (400, "invalid_request")


def test_what_the_client_may_have_no_more_is_not_told(house: House) -> None:
    token = tokens_of(house)["access_token"]
    before = house.clients.clients.find(PORTAL)
    said = a_portal()
    narrow = replace(said, oidc=replace(said.oidc, scopes=("openid",)))
    house.clients.clients.update(PORTAL, before.version, narrow, actor=None)
    house.around.clock.advance(timedelta(seconds=2))
    assert told(house, token)["scope"] == "openid"


def test_introspection_is_three_statements_for_a_person_and_one_for_a_client(
    house: House,
) -> None:
    house.register(a_machine())
    person, own = (
        tokens_of(house)["access_token"],
        house.token(MACHINE, grant_type="client_credentials"),
    )
    with house.db.counting() as count:
        ask(house, person)
    assert len(count) == 3
    with house.db.counting() as count:
        ask(house, json.loads(own.body)["access_token"], MACHINE)
    assert len(count) == 1
