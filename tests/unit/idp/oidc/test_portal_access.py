"""Access tokens for our own API in the code flow: the console's way in."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from idp.clients.domain import GrantType
from idp.clients.messages import OidcBody
from idp.people.domain import Person
from kernel.ids import ClientId
from kernel.standing import Party, PartyKind, State
from kernel.web import Access, AccessDenied, AccessTokenRefused, Caller, Reply, Role
from tests.unit.idp.oidc.house import (
    CALLBACK,
    ISSUER,
    MACHINE,
    PORTAL,
    VERIFIER,
    Browser,
    House,
    a_machine,
    a_portal,
    answer_of,
    claims_of,
)
from tests.unit.idp.oidc.sending import bearing
from trustroot.keys.domain import Purpose

CONSOLE = ClientId("portal-console")
READ = Access(scope="members:read")
WRITE = Access(scope="members:write", role=Role.OPERATOR)
SCOPE = "openid members:read members:write"


def a_console(*scopes: str) -> OidcBody:
    return OidcBody(
        grant_types=(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
        redirect_uris=(CALLBACK,),
        scopes=("openid", "offline_access", *scopes),
    )


@pytest.fixture
def console(house: House) -> House:
    body = a_portal(client_id=CONSOLE, claims=())
    house.register(replace(body, oidc=a_console("members:read", "members:write")))
    return house


def an_operator(house: House) -> Person:
    person = house.a_person()
    roles = frozenset({Role.OPERATOR})
    house.people.people.set_roles(person.id, roles, actor=None)
    return person


def exchanged(house: House, code: str) -> Reply:
    return house.token(
        CONSOLE,
        grant_type="authorization_code",
        code=code,
        redirect_uri=CALLBACK,
        code_verifier=VERIFIER,
    )


def tokens_of(
    house: House, person: Person, scope: str = SCOPE, prompt: str | None = None
) -> dict[str, str]:
    browser = Browser(house)
    code = browser.code(person, client_id=CONSOLE, scope=scope, prompt=prompt)
    read: dict[str, str] = json.loads(exchanged(house, code).body)
    return read


def call(house: House, token: str, access: Access = READ) -> Caller:
    return house.room.authorizer.authorize(bearing(f"Bearer {token}"), access)


def userinfo(house: House, token: str) -> Reply:
    return house.call("GET", "/oidc/userinfo", headers={"authorization": f"Bearer {token}"})


@pytest.mark.spec("RFC 9068 §2.2")
def test_an_operator_acts_at_our_api_through_a_portal_as_themselves(console: House) -> None:
    person = an_operator(console)
    said = tokens_of(console, person)
    token = said["access_token"]
    told = claims_of(token)
    assert (told["sub"], told["client_id"]) == (str(person.id), CONSOLE)
    assert told["aud"] == [f"{ISSUER}/api/v1", f"{ISSUER}/oidc/userinfo"]
    assert set(said["scope"].split()) == set(SCOPE.split())
    caller = call(console, token, WRITE)
    assert (caller.client, caller.person) == (CONSOLE, person.id)
    assert caller.pseudonym == console.people.people.pseudonym(person.id)
    assert caller.roles == {Role.OPERATOR}


@pytest.mark.spec("OIDC Core §5.3.2")
def test_the_same_token_tells_userinfo_the_name_the_client_knows(console: House) -> None:
    said = tokens_of(console, an_operator(console))
    answer = json.loads(userinfo(console, said["access_token"]).body)
    assert answer["sub"] == claims_of(said["id_token"])["sub"]
    assert answer["sub"] != claims_of(said["access_token"])["sub"]


@pytest.mark.spec("RFC 6749 §3.3")
def test_a_person_without_a_role_gets_no_scope_of_our_api(console: House) -> None:
    said = tokens_of(console, console.a_person())
    assert said["scope"] == "openid"
    assert claims_of(said["access_token"])["aud"] == f"{ISSUER}/oidc/userinfo"
    with pytest.raises(AccessTokenRefused):
        call(console, said["access_token"])


@pytest.mark.spec("ASVS 8.2.1")
def test_a_role_taken_away_counts_no_more_for_a_token_given_before(console: House) -> None:
    person = an_operator(console)
    token = tokens_of(console, person)["access_token"]
    assert call(console, token)
    console.people.people.set_roles(person.id, frozenset(), actor=None)
    console.around.clock.advance(timedelta(seconds=2))
    for access in (READ, WRITE):
        with pytest.raises(AccessDenied):
            call(console, token, access)


def test_an_auditor_reads_and_does_not_write(console: House) -> None:
    person = console.a_person()
    roles = frozenset({Role.AUDITOR})
    console.people.people.set_roles(person.id, roles, actor=None)
    token = tokens_of(console, person)["access_token"]
    assert call(console, token).roles == {Role.AUDITOR}
    with pytest.raises(AccessDenied):
        call(console, token, WRITE)


@pytest.mark.spec("RFC 6750 §3.1")
def test_a_scope_not_asked_for_is_not_held(console: House) -> None:
    said = tokens_of(console, an_operator(console), "openid members:read")
    with pytest.raises(AccessDenied):
        call(console, said["access_token"], WRITE)


@pytest.mark.spec("RFC 6749 §3.3")
def test_a_portal_without_our_scopes_in_its_record_may_not_ask_for_them(
    house: House,
) -> None:
    browser = Browser(house)
    browser.sign_in(an_operator(house))
    reply = browser.authorize(scope="openid members:read")
    assert answer_of(reply)["error"] == "invalid_scope"
    assert "code" not in answer_of(reply)


def test_a_scope_taken_out_of_the_record_counts_no_more(console: House) -> None:
    token = tokens_of(console, an_operator(console))["access_token"]
    kept = console.clients.clients.find(CONSOLE)
    body = replace(a_portal(client_id=CONSOLE, claims=()), oidc=a_console("members:read"))
    console.clients.clients.update(CONSOLE, kept.version, body, actor=None)
    console.around.clock.advance(timedelta(seconds=2))
    assert call(console, token, READ)
    with pytest.raises(AccessDenied):
        call(console, token, WRITE)


ENDS = {
    "the person": (PartyKind.PERSON, None),
    "the client": (PartyKind.RELYING_PARTY, CONSOLE),
}


@pytest.mark.parametrize(("kind", "name"), ENDS.values(), ids=ENDS.keys())
def test_whoever_is_suspended_acts_no_more(
    console: House, kind: PartyKind, name: str | None
) -> None:
    person = an_operator(console)
    token = tokens_of(console, person)["access_token"]
    party = Party(kind, name or str(person.id))
    console.around.standing.change(party, State.SUSPENDED, reason="test")
    with pytest.raises(AccessTokenRefused):
        call(console, token)


@pytest.mark.spec("OIDC Back-Channel Logout §2.7")
@pytest.mark.parametrize("scope", [SCOPE, f"{SCOPE} offline_access"])
def test_with_the_session_ends_what_it_may_do_at_our_api(
    console: House, scope: str
) -> None:
    person = an_operator(console)
    token = tokens_of(console, person, scope, "consent")["access_token"]
    assert call(console, token)
    console.session.sessions.end_all(person.id, "signed_out")
    with pytest.raises(AccessTokenRefused):
        call(console, token)


def test_a_code_that_comes_again_ends_the_token_at_our_api_too(console: House) -> None:
    code = Browser(console).code(an_operator(console), client_id=CONSOLE, scope=SCOPE)
    token = json.loads(exchanged(console, code).body)["access_token"]
    assert call(console, token)
    assert exchanged(console, code).status == 400
    with pytest.raises(AccessTokenRefused):
        call(console, token)


@pytest.mark.spec("RFC 9068 §4")
def test_the_token_of_a_client_without_our_scopes_is_for_another_audience(
    house: House,
) -> None:
    person = an_operator(house)
    code = Browser(house).code(person)
    reply = house.token(
        PORTAL,
        grant_type="authorization_code",
        code=code,
        redirect_uri=CALLBACK,
        code_verifier=VERIFIER,
    )
    with pytest.raises(AccessTokenRefused):
        call(house, json.loads(reply.body)["access_token"])
    with pytest.raises(AccessTokenRefused):
        call(house, json.loads(reply.body)["id_token"])


@pytest.mark.spec("RFC 9068 §2.2")
@pytest.mark.parametrize(
    "bent",
    [{"client_id": MACHINE}, {"sub": "somebody"}, {"grant": "x"}, {"grant": None}],
    ids=str,
)
def test_a_token_that_names_others_than_its_grant_is_refused(
    console: House, bent: dict[str, object]
) -> None:
    console.register(a_machine())
    told = claims_of(tokens_of(console, an_operator(console))["access_token"])
    kept = {n: v for n, v in {**told, **bent}.items() if v is not None}
    forged = console.signer.sign(Purpose.TOKENS, "at+jwt", kept)
    with pytest.raises(AccessTokenRefused):
        call(console, forged)


@pytest.mark.spec("RFC 6749 §6")
def test_refreshing_asks_for_the_role_again(console: House) -> None:
    person = an_operator(console)
    said = tokens_of(console, person)
    console.people.people.set_roles(person.id, frozenset(), actor=None)
    reply = console.token(
        CONSOLE, grant_type="refresh_token", refresh_token=said["refresh_token"]
    )
    again = json.loads(reply.body)
    assert again["scope"] == "openid"
    assert claims_of(again["access_token"])["aud"] == f"{ISSUER}/oidc/userinfo"
