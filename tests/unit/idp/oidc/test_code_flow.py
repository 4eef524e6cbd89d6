import json
from dataclasses import replace
from datetime import timedelta

import pytest

from idp.oidc.events import CodeIssued, CodeRedeemed, TokenRequestRefused
from idp.oidc.events import CodeReplayed as ReplaySeen
from idp.oidc.flows.subjects import Subjects
from kernel.assurance import Level
from kernel.ids import ClientId
from kernel.proof.jose import ID_TOKEN, verify
from kernel.proof.seal import Purpose as Sealing
from kernel.proof.seal import Sealer
from kernel.standing import Party, PartyKind, State
from kernel.web import Reply
from tests.unit.idp.oidc.house import (
    CALLBACK,
    ISSUER,
    PORTAL,
    Browser,
    House,
    a_machine,
    a_portal,
    answer_of,
    claims_of,
    exchange,
)
from trustroot.keys.domain import Purpose


def userinfo(house: House, token: str) -> Reply:
    return house.call("GET", "/oidc/userinfo", headers={"authorization": f"Bearer {token}"})


@pytest.mark.spec("OIDC Core §3.1")
def test_a_person_is_sent_to_sign_in_then_consent_then_back_with_a_code(
    house: House,
) -> None:
    browser, person = Browser(house), house.a_person()
    first = browser.authorize()
    assert (
        first.status,
        (first.header("Location") or "")[:7],
    ) == (303, "/login?")
    session = browser.sign_in(person)
    browser.finish(first, session)
    second = browser.resume(first)
    assert (second.header("Location") or "").startswith("/consent?")
    browser.agree(second, session)
    answer = answer_of(browser.resume(second))
    assert answer["state"] == "s-1"
    assert answer["iss"] == ISSUER
    assert answer["tenant"] == "1"
    reply = exchange(house, answer["code"])
    tokens = json.loads(reply.body)
    assert (reply.status, reply.header("Cache-Control")) == (200, "no-store")
    id_token = verify(tokens["id_token"], house.signer.published(Purpose.TOKENS), ID_TOKEN)
    assert id_token["aud"] == PORTAL
    assert id_token["nonce"] == "n-1"
    assert id_token["acr"] == Level.REAL_NAME.acr
    told = json.loads(userinfo(house, tokens["access_token"]).body)
    assert told == {"sub": id_token["sub"], "name": "张三"}


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_a_code_used_twice_is_refused_and_its_tokens_are_revoked(house: House) -> None:
    code = Browser(house).code(house.a_person())
    tokens = json.loads(exchange(house, code).body)
    replay = exchange(house, code)
    assert (replay.status, json.loads(replay.body)["error"]) == (400, "invalid_grant")
    assert len(house.around.trail.of(ReplaySeen)) == 1
    assert userinfo(house, tokens["access_token"]).status == 401
    refresh = house.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert json.loads(refresh.body)["error"] == "invalid_grant"


BENT = {
    "another redirect_uri": (
        {"redirect_uri": "http://localhost:8451/callback"},
        "invalid_grant",
    ),
    "another verifier": ({"code_verifier": "w" * 43}, "invalid_grant"),
    "a short verifier": ({"code_verifier": "v"}, "invalid_grant"),
    "no verifier": ({"code_verifier": ""}, "invalid_grant"),
    "a guessed code": ({"code": "x" * 43}, "invalid_grant"),
    "no grant type": ({"grant_type": ""}, "invalid_request"),
    "the password grant": ({"grant_type": "password"}, "unsupported_grant_type"),
    "client_credentials unasked": (
        {"grant_type": "client_credentials"},
        "unauthorized_client",
    ),
}


@pytest.mark.spec("RFC 6749 §4.1.3")
@pytest.mark.parametrize(("bent", "error"), BENT.values(), ids=BENT.keys())
def test_a_bent_token_request_gets_nothing_and_uses_nothing_up(
    house: House, bent: dict[str, str], error: str
) -> None:
    code = Browser(house).code(house.a_person())
    reply = exchange(house, code, **bent)
    said = json.loads(reply.body)
    assert (reply.status, said["error"]) == (400, error)
    assert "access_token" not in said
    assert house.around.trail.of(CodeRedeemed) == []
    assert exchange(house, code).status == 200


def test_a_code_of_another_client_is_refused_and_not_used_up(house: House) -> None:
    other = a_portal(client_id="other-1")
    house.register(other)
    code = Browser(house).code(house.a_person())
    stolen = house.token(
        ClientId("other-1"),
        grant_type="authorization_code",
        code=code,
        redirect_uri=CALLBACK,
        code_verifier="v" * 43,
    )
    assert json.loads(stolen.body)["error"] == "invalid_grant"
    assert exchange(house, code).status == 200


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_a_code_lives_for_a_minute(house: House) -> None:
    code = Browser(house).code(house.a_person())
    house.around.clock.advance(timedelta(seconds=60))
    assert exchange(house, code).status == 400
    assert house.around.trail.of(CodeRedeemed) == []


WHO_LOSES = ("person", "client")


@pytest.mark.parametrize("kind", WHO_LOSES)
def test_who_lost_their_standing_gets_no_tokens(house: House, kind: str) -> None:
    person = house.a_person()
    code = Browser(house).code(person)
    party = (
        Party(PartyKind.PERSON, str(person.id))
        if kind == "person"
        else Party(PartyKind.RELYING_PARTY, PORTAL)
    )
    house.around.standing.change(party, State.SUSPENDED, reason="test")
    reply = exchange(house, code)
    assert reply.status == 400
    assert json.loads(reply.body)["error"] in {"invalid_grant", "unauthorized_client"}
    assert house.around.trail.of(CodeRedeemed) == []
    assert house.around.trail.of(TokenRequestRefused)


def test_tokens_end_with_the_session(house: House) -> None:
    browser, person = Browser(house), house.a_person()
    tokens = json.loads(exchange(house, browser.code(person)).body)
    (session,) = house.session.sessions.sessions_of(person.id)
    house.session.sessions.end(session.id, "signed_out")
    assert userinfo(house, tokens["access_token"]).status == 401
    refreshed = house.token(
        grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )
    assert json.loads(refreshed.body)["error"] == "invalid_grant"


@pytest.mark.spec("RFC 9700 §4.14")
def test_a_refresh_token_is_used_once_and_its_reuse_ends_the_family(house: House) -> None:
    tokens = json.loads(exchange(house, Browser(house).code(house.a_person())).body)
    first = tokens["refresh_token"]
    second = json.loads(house.token(grant_type="refresh_token", refresh_token=first).body)
    assert second["refresh_token"] != first
    assert (
        claims_of(second["id_token"])["auth_time"]
        == claims_of(tokens["id_token"])["auth_time"]
    )
    assert "nonce" not in claims_of(second["id_token"])
    assert house.token(grant_type="refresh_token", refresh_token=first).status == 400
    dead = house.token(grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert json.loads(dead.body)["error"] == "invalid_grant"


@pytest.mark.spec("RFC 6749 §6")
def test_a_refresh_narrows_and_never_widens(house: House) -> None:
    tokens = json.loads(exchange(house, Browser(house).code(house.a_person())).body)
    wide = house.token(
        grant_type="refresh_token",
        refresh_token=tokens["refresh_token"],
        scope="openid members:read",
    )
    assert json.loads(wide.body)["error"] == "invalid_scope"
    narrow = house.token(
        grant_type="refresh_token", refresh_token=tokens["refresh_token"], scope="openid"
    )
    assert json.loads(narrow.body)["scope"] == "openid"


def now_without(house: House, *scopes: str) -> None:
    """Take scopes out of the portal's record, and every claim."""
    before = house.clients.clients.find(PORTAL)
    said = a_portal(claims=())
    left = tuple(scope for scope in said.oidc.scopes if scope not in scopes)
    said = replace(said, oidc=replace(said.oidc, scopes=left))
    house.clients.clients.update(PORTAL, before.version, said, actor=None)
    house.around.clock.advance(timedelta(seconds=2))


@pytest.mark.spec("RFC 6749 §3.3")
def test_what_was_taken_out_of_a_record_is_released_no_more(house: House) -> None:
    tokens = json.loads(exchange(house, Browser(house).code(house.a_person())).body)
    assert "name" in json.loads(userinfo(house, tokens["access_token"]).body)
    now_without(house, "profile")
    assert "name" not in json.loads(userinfo(house, tokens["access_token"]).body)
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    wide = house.token(**refresh, scope="openid profile")
    assert json.loads(wide.body)["error"] == "invalid_scope"
    again = json.loads(house.token(**refresh).body)
    assert again["scope"] == "openid"
    assert "name" not in json.loads(userinfo(house, again["access_token"]).body)


@pytest.mark.spec("OIDC Core §11")
def test_no_grant_outlives_its_session_once_its_client_may_not_ask_for_that(
    house: House,
) -> None:
    person, browser = house.a_person(), Browser(house)
    code = browser.code(person, scope="openid offline_access", prompt="consent")
    tokens = json.loads(exchange(house, code).body)
    house.session.sessions.end_all(person.id, "signed_out")
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    again = json.loads(house.token(**refresh).body)
    now_without(house, "offline_access")
    refresh["refresh_token"] = again["refresh_token"]
    assert json.loads(house.token(**refresh).body)["error"] == "invalid_grant"


@pytest.mark.spec("OIDC Core §8.1")
def test_two_portals_are_told_two_subjects_and_each_always_the_same(house: House) -> None:
    said = a_portal(client_id="portal-44")
    facet = replace(said.oidc, redirect_uris=("http://localhost:8441/callback",))
    clients = (
        house.register(replace(said, oidc=facet)),
        house.clients.lookup.find(PORTAL),
    )
    person = house.a_person().id
    sealer = Sealer(house.around.keys, house.around.entropy, Sealing.PAIRWISE)
    told = [Subjects(sealer).of(person, client) for client in clients]
    assert told[0] != told[1]
    assert told == [Subjects(sealer).of(person, client) for client in clients]


def test_every_step_is_recorded_without_the_persons_name(house: House) -> None:
    person = house.a_person()
    exchange(house, Browser(house).code(person))
    (issued,) = house.around.trail.of(CodeIssued)
    (redeemed,) = house.around.trail.of(CodeRedeemed)
    assert issued.grant == redeemed.grant
    assert issued.subject == house.people.people.pseudonym(person.id)
    assert issued.claims == ("name",)
    assert "张三" not in repr(house.around.trail.events)


@pytest.mark.spec("RFC 6749 §4.4")
def test_client_credentials_give_a_token_for_the_api_and_one_event(house: House) -> None:
    machine = house.register(a_machine(house.a_person()))
    house.token(machine.id, grant_type="client_credentials")
    with house.db.counting() as count:
        reply = house.token(machine.id, grant_type="client_credentials")
    said = json.loads(reply.body)
    assert len(count) == 0
    assert set(said) == {"access_token", "token_type", "expires_in", "scope"}
    claims = claims_of(said["access_token"])
    assert claims["aud"] == f"{ISSUER}/api/v1"
    assert claims["sub"] == str(machine.person)
    assert claims["exp"] - claims["iat"] <= 300
