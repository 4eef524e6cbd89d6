"""Token exchange: for whom, by whom, and never more than there was."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from idp.clients.domain import AuthMethod, GrantType
from idp.clients.messages import ClientBody, OidcBody
from idp.clients.messages.oidc import ExchangeBody
from idp.oidc.domain.grants import LONGEST_LINE, Grant
from idp.oidc.events import TokenExchanged
from idp.people.domain import Person
from idp.session.domain import Session
from kernel.ids import ClientId
from kernel.standing import Party, PartyKind, State
from kernel.web import Reply, Role
from tests.unit.idp.oidc.house import (
    CALLBACK,
    FORM_HEADER,
    VERIFIER,
    Browser,
    House,
    a_portal,
    answer_of,
    claims_of,
)
from tests.unit.idp.oidc.proving import Holder
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.test_introspection import grant_of, told
from tests.unit.idp.oidc.test_revocation import revoke, userinfo

EXCHANGE = GrantType.TOKEN_EXCHANGE.value
ACCESS = "urn:ietf:params:oauth:token-type:access_token"
FRONT, CASES, FILES = ClientId("front-1"), ClientId("cases-1"), ClientId("files-1")
OTHER = ClientId("front-2")
STATE = "https://registers.example/api"


def a_front(**bent: object) -> ClientBody:
    """Return a portal that signs people in and asks others on their behalf."""
    said = a_portal(client_id=FRONT)
    facet = replace(
        said.oidc,
        grant_types=(
            GrantType.AUTHORIZATION_CODE,
            GrantType.REFRESH_TOKEN,
            GrantType.TOKEN_EXCHANGE,
        ),
        exchanges=(
            ExchangeBody(audience=CASES),
            ExchangeBody(audience=FILES, may_impersonate=True),
            ExchangeBody(audience=STATE),
        ),
    )
    return replace(said, oidc=replace(facet, **bent))  # type: ignore[arg-type]  # bent


def a_server(client: ClientId, *audiences: str) -> ClientBody:
    """Return a service that is called with tokens, and may call on."""
    facet = OidcBody(
        grant_types=(GrantType.CLIENT_CREDENTIALS, GrantType.TOKEN_EXCHANGE),
        scopes=("openid", "profile"),
        exchanges=tuple(ExchangeBody(audience=audience) for audience in audiences),
    )
    return a_portal(client_id=client, claims=(), oidc=facet)


@pytest.fixture
def offices(house: House) -> House:
    house.register(a_front())
    house.register(a_server(CASES, FILES))
    house.register(a_server(FILES, CASES))
    return house


def signed_in(
    house: House, client: ClientId = FRONT, person: Person | None = None, **asked: str
) -> dict[str, Any]:
    code = Browser(house).code(person or house.a_person(), client_id=client, **asked)
    got = house.token(
        client,
        grant_type="authorization_code",
        code=code,
        redirect_uri=CALLBACK,
        code_verifier=VERIFIER,
    )
    read: dict[str, Any] = json.loads(got.body)
    return read


def swap(house: House, token: str, client: str = FRONT, **bent: str) -> Reply:
    form = {
        "grant_type": EXCHANGE,
        "subject_token": token,
        "subject_token_type": ACCESS,
        "audience": CASES,
        **bent,
    }
    return house.token(
        ClientId(client), **{name: value for name, value in form.items() if value}
    )


def swapped(house: House, token: str, client: ClientId = FRONT, **bent: str) -> Any:  # noqa: ANN401  JSON of an answer
    reply = swap(house, token, client, **bent)
    assert reply.status == 200, reply.body
    return json.loads(reply.body)


def refused(house: House, reply: Reply, error: str) -> None:
    said = json.loads(reply.body)
    assert (reply.status, said["error"]) == (400, error), said
    assert "access_token" not in said
    assert house.around.trail.of(TokenExchanged) == []


@pytest.mark.spec("RFC 8693 §2.2.1")
@pytest.mark.spec("RFC 8693 §4.1")
def test_a_client_acts_for_its_visitor_and_is_named(offices: House) -> None:
    tokens = signed_in(offices)
    said = swapped(offices, tokens["access_token"])
    assert said["issued_token_type"] == ACCESS
    assert said["token_type"] == "Bearer"
    assert "refresh_token" not in said
    assert "id_token" not in said
    before, claims = claims_of(tokens["access_token"]), claims_of(said["access_token"])
    assert claims["aud"] == CASES
    assert claims["act"] == {"sub": FRONT, "client_id": FRONT}
    assert (claims["acr"], claims["auth_time"]) == (before["acr"], before["auth_time"])
    assert claims["sub"] != before["sub"]
    (event,) = offices.around.trail.of(TokenExchanged)
    assert (event.kind, event.targets) == ("delegation", (CASES,))


@pytest.mark.spec("OIDC Core §8.1")
def test_the_audience_knows_the_person_as_it_always_does(offices: House) -> None:
    first, second = signed_in(offices), signed_in(offices)
    names = [
        claims_of(
            swapped(offices, tokens["access_token"], audience=audience)["access_token"]
        )
        for tokens in (first, second)
        for audience in (CASES, FILES)
    ]
    assert len({claims["sub"] for claims in names}) == 4


@pytest.mark.spec("OIDC Core §8.1")
def test_no_two_sectors_are_told_one_subject_by_one_token(offices: House) -> None:
    """A token for both would tell each how the other knows the person."""
    token = signed_in(offices)["access_token"]
    form = f"grant_type={EXCHANGE}&subject_token={token}&subject_token_type={ACCESS}"
    headers = {**FORM_HEADER, "authorization": offices.basic(FRONT)}
    body = f"{form}&audience={CASES}&audience={FILES}".encode()
    reply = offices.call("POST", "/oauth2/token", headers=headers, body=body)
    refused(offices, reply, "invalid_target")
    assert rows_of(offices, "oidc_grant") == 1


@pytest.mark.spec("RFC 8693 §1.1")
def test_impersonation_only_where_the_pair_allows_it(offices: House) -> None:
    token = signed_in(offices)["access_token"]
    said = swapped(offices, token, audience=FILES)
    assert "act" not in claims_of(said["access_token"])
    both = swap(offices, token, resource=STATE, audience=FILES)
    assert "act" in claims_of(json.loads(both.body)["access_token"])


@pytest.mark.spec("RFC 8693 §4.1")
def test_each_further_actor_stands_outside_the_one_before(offices: House) -> None:
    first = swapped(offices, signed_in(offices)["access_token"])["access_token"]
    second = swapped(offices, first, CASES, audience=FILES)["access_token"]
    assert claims_of(second)["act"] == {
        "sub": CASES,
        "client_id": CASES,
        "act": {"sub": FRONT, "client_id": FRONT},
    }


@pytest.mark.spec("RFC 8693 §2.1")
def test_an_actor_token_says_who_acts(offices: House) -> None:
    own = offices.token(CASES, grant_type="client_credentials")
    first = swapped(offices, signed_in(offices)["access_token"])["access_token"]
    actor = json.loads(own.body)["access_token"]
    said = swapped(
        offices,
        first,
        CASES,
        audience=FILES,
        actor_token=actor,
        actor_token_type=ACCESS,
    )
    assert claims_of(said["access_token"])["act"]["sub"] == CASES


def officially(house: House, official: Person) -> str:
    """Return an official's token at the front, for our API too."""
    asked = "openid profile members:read"
    return str(signed_in(house, FRONT, official, scope=asked)["access_token"])


@pytest.mark.spec("RFC 8693 §4.1")
@pytest.mark.spec("OIDC Core §8.1")
def test_who_acts_is_called_as_those_the_token_is_for_know_them(house: House) -> None:
    """Nobody but our API is told the name by which it knows a person."""
    house.register(a_front(scopes=("openid", "profile", "members:read")))
    house.register(a_server(CASES))
    official = house.a_person()
    house.people.people.set_roles(official.id, frozenset({Role.OPERATOR}), actor=None)
    visitor = signed_in(house)["access_token"]
    mine = swapped(house, signed_in(house, FRONT, official)["access_token"])
    known = claims_of(mine["access_token"])
    for actor in (
        officially(house, official),
        signed_in(house, FRONT, official)["access_token"],
    ):
        said = swapped(house, visitor, actor_token=actor, actor_token_type=ACCESS)
        named = claims_of(said["access_token"])["act"]
        assert named == {"sub": known["sub"], "client_id": FRONT}
        assert named["sub"] not in {str(official.id), claims_of(actor)["sub"]}


@pytest.mark.spec("RFC 8693 §4.1")
def test_a_client_that_acts_is_called_by_its_own_name(house: House) -> None:
    """Its token for our API names its person, who is nobody elsewhere."""
    official = house.a_person()
    house.people.people.set_roles(official.id, frozenset({Role.OPERATOR}), actor=None)
    house.register(a_front())
    facet = a_server(CASES, FILES).oidc
    scopes = ("openid", "profile", "members:read")
    bound = replace(
        a_server(CASES, FILES), person=official.id, oidc=replace(facet, scopes=scopes)
    )
    house.register(bound)
    house.register(a_server(FILES))
    own = json.loads(house.token(CASES, grant_type="client_credentials").body)
    actor = own["access_token"]
    assert claims_of(actor)["sub"] == str(official.id)
    first = swapped(house, signed_in(house)["access_token"])["access_token"]
    named = {"actor_token": actor, "actor_token_type": ACCESS}
    said = swapped(house, first, CASES, audience=FILES, **named)
    assert str(official.id) not in json.dumps(claims_of(said["access_token"]))
    assert claims_of(said["access_token"])["act"]["sub"] == CASES


@pytest.mark.spec("RFC 8693 §1.1")
@pytest.mark.parametrize("kind", [PartyKind.PERSON, PartyKind.RELYING_PARTY])
def test_a_delegated_token_ends_with_who_acts(house: House, kind: PartyKind) -> None:
    """The official acts by a token of another portal, which the visitor never met."""
    for each in (FRONT, OTHER):
        house.register(replace(a_front(), client_id=each))
    house.register(a_server(CASES, FILES))
    house.register(a_server(FILES))
    official = house.a_person()
    visitor = swapped(house, signed_in(house)["access_token"])["access_token"]
    own = signed_in(house, OTHER, official)["access_token"]
    acts = swapped(house, own, OTHER)["access_token"]
    named = {"actor_token": acts, "actor_token_type": ACCESS}
    said = swapped(house, visitor, CASES, audience=FILES, **named)["access_token"]
    plain = swapped(house, visitor, CASES, audience=FILES)["access_token"]
    assert told(house, said, FILES)["active"] is True
    lose(house, kind, str(official.id) if kind is PartyKind.PERSON else OTHER)
    assert told(house, said, FILES) == {"active": False}
    assert told(house, plain, FILES)["active"] is True


@pytest.mark.spec("RFC 8693 §1.1")
def test_a_delegated_token_ends_with_whom_the_client_that_acts_is_bound_to(
    house: House,
) -> None:
    house.register(a_front())
    official = house.a_person()
    house.register(replace(a_server(CASES, FILES), person=official.id))
    house.register(a_server(FILES))
    visitor = signed_in(house)["access_token"]
    first = swapped(house, visitor)["access_token"]
    said = swapped(house, first, CASES, audience=FILES)["access_token"]
    lose(house, PartyKind.PERSON, str(official.id))
    assert told(house, said, FILES) == {"active": False}


BENT: dict[str, tuple[dict[str, str], str]] = {
    "no subject token": ({"subject_token": ""}, "invalid_request"),
    "no type of it": ({"subject_token_type": ""}, "invalid_request"),
    "a type we do not read": (
        {"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"},
        "invalid_request",
    ),
    "an ID token": (
        {"subject_token_type": "urn:ietf:params:oauth:token-type:id_token"},
        "invalid_request",
    ),
    "a guess": ({"subject_token": "x.y.z"}, "invalid_request"),
    "a type that is not given": (
        {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
        "invalid_request",
    ),
    "no target": ({"audience": ""}, "invalid_request"),
    "another's audience": ({"audience": "portal-51"}, "invalid_target"),
    "one good target and a bad one": (
        {"resource": "https://evil.example"},
        "invalid_target",
    ),
    "a type of an actor alone": ({"actor_token_type": ACCESS}, "invalid_request"),
    "an actor without its type": ({"actor_token": "x"}, "invalid_request"),
    "an actor that is none": (
        {"actor_token": "x.y.z", "actor_token_type": ACCESS},
        "invalid_request",
    ),
    "more scope": ({"scope": "profile members:read"}, "invalid_scope"),
    "the scope of userinfo": ({"scope": "openid"}, "invalid_scope"),
}


@pytest.mark.spec("RFC 8693 §2.2.2")
@pytest.mark.spec("CVE-2026-9704")
@pytest.mark.parametrize(("bent", "error"), BENT.values(), ids=BENT.keys())
def test_a_bent_exchange_gives_nothing(
    offices: House, bent: dict[str, str], error: str
) -> None:
    token = signed_in(offices)["access_token"]
    refused(offices, swap(offices, token, **bent), error)
    assert rows_of(offices, "oidc_grant") == 1


def test_a_subject_token_sent_twice_is_refused(offices: House) -> None:
    token = signed_in(offices)["access_token"]
    form = f"grant_type={EXCHANGE}&subject_token={token}&subject_token=&audience={CASES}"
    reply = offices.call(
        "POST",
        "/oauth2/token",
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "authorization": offices.basic(FRONT),
        },
        body=f"{form}&subject_token_type={ACCESS}".encode(),
    )
    refused(offices, reply, "invalid_request")


@pytest.mark.spec("RFC 8693 §2.1")
def test_only_whose_token_it_is_or_whom_it_was_sent_to_may_exchange_it(
    offices: House,
) -> None:
    token = signed_in(offices)["access_token"]
    refused(offices, swap(offices, token, FILES, audience=CASES), "invalid_request")


def test_a_clients_own_token_is_no_persons(offices: House) -> None:
    own = json.loads(offices.token(CASES, grant_type="client_credentials").body)
    reply = swap(offices, own["access_token"], CASES, audience=FILES)
    refused(offices, reply, "invalid_request")


def test_a_client_without_the_grant_exchanges_nothing(offices: House) -> None:
    offices.register(a_portal(client_id="plain-1"))
    token = signed_in(offices, ClientId("plain-1"))["access_token"]
    refused(offices, swap(offices, token, ClientId("plain-1")), "unauthorized_client")


@pytest.mark.spec("RFC 9449 §7.1")
def test_a_bound_token_is_exchanged_by_its_holder_only(house: House) -> None:
    house.register(a_front(token_endpoint_auth_method=AuthMethod.POST))
    house.register(a_server(CASES))
    secret = house.secrets[FRONT]
    assert secret is not None
    me = {"client_id": FRONT, "client_secret": secret.reveal()}
    mine, other = Holder(), Holder("other")
    code = Browser(house).code(house.a_person(), client_id=FRONT)
    got = mine.post(
        house,
        "/oauth2/token",
        grant_type="authorization_code",
        code=code,
        redirect_uri=CALLBACK,
        code_verifier=VERIFIER,
        **me,
    )
    form = {
        "grant_type": EXCHANGE,
        "subject_token": json.loads(got.body)["access_token"],
        "subject_token_type": ACCESS,
        "audience": CASES,
        **me,
    }
    refused(house, other.post(house, "/oauth2/token", **form), "invalid_request")
    said = json.loads(mine.post(house, "/oauth2/token", **form).body)
    assert said["token_type"] == "DPoP"
    assert claims_of(said["access_token"])["cnf"] == {"jkt": mine.jkt}


def test_what_is_exchanged_lives_no_longer(offices: House) -> None:
    token = signed_in(offices)["access_token"]
    offices.around.clock.advance(timedelta(seconds=200))
    said = swapped(offices, token)
    assert said["expires_in"] == 100
    assert claims_of(said["access_token"])["exp"] == claims_of(token)["exp"]


ENDS: dict[str, Callable[[House, dict[str, Any]], object]] = {
    "the person": lambda house, tokens: lose(
        house, PartyKind.PERSON, str(origin(house, tokens).person)
    ),
    "the first client": lambda house, _: lose(house, PartyKind.RELYING_PARTY, FRONT),
    "the session": lambda house, tokens: house.session.sessions.end(
        origin(house, tokens).session, "signed_out"
    ),
    "the first grant": lambda house, tokens: revoke(house, tokens["refresh_token"], FRONT),
}


def lose(house: House, kind: PartyKind, name: str) -> None:
    house.around.standing.change(Party(kind, name), State.SUSPENDED, reason="test")


def origin(house: House, tokens: dict[str, Any]) -> Grant:
    return grant_of(house, tokens["access_token"])


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_a_derived_token_ends_with_what_it_came_from(
    offices: House, end: Callable[[House, dict[str, Any]], object]
) -> None:
    tokens = signed_in(offices)
    derived = swapped(offices, tokens["access_token"])["access_token"]
    further = swapped(offices, derived, CASES, audience=FILES)["access_token"]
    assert told(offices, further, FILES)["active"] is True
    end(offices, tokens)
    assert told(offices, further, FILES) == {"active": False}
    assert told(offices, derived, CASES) == {"active": False}
    refused_later = swap(offices, derived, CASES, audience=FILES)
    assert json.loads(refused_later.body)["error"] == "invalid_request"


OFFLINE = ("openid", "profile", "offline_access")


def gone_offline(house: House, **server: object) -> tuple[Browser, Session, dict[str, Any]]:
    """Return what the front holds of somebody who agreed to be away, and their browser."""
    house.register(a_front(scopes=OFFLINE))
    cases = a_server(CASES, FILES)
    house.register(replace(cases, oidc=replace(cases.oidc, **server)))  # type: ignore[arg-type]  # bent
    house.register(a_server(FILES))
    browser = Browser(house)
    session = browser.sign_in(house.a_person())
    reply = browser.authorize(client_id=FRONT, scope=" ".join(OFFLINE), prompt="consent")
    browser.agree(reply, session)
    code = answer_of(browser.resume(reply))["code"]
    got = house.token(
        FRONT,
        grant_type="authorization_code",
        code=code,
        redirect_uri=CALLBACK,
        code_verifier=VERIFIER,
    )
    return browser, session, json.loads(got.body)


@pytest.mark.spec("RFC 8693 §2.1")
@pytest.mark.parametrize("scopes", [OFFLINE, ("openid", "profile")])
@pytest.mark.parametrize("is_away", [False, True])
def test_what_somebody_agreed_to_be_away_for_is_exchanged_by_those_it_is_sent_to(
    house: House, scopes: tuple[str, ...], *, is_away: bool
) -> None:
    """It hangs on what it came from, whatever the one that exchanges it may ask itself."""
    _, session, tokens = gone_offline(house, scopes=scopes)
    if is_away:
        house.session.sessions.end(session.id, "signed_out")
    first = swapped(house, tokens["access_token"])["access_token"]
    further = swapped(house, first, CASES, audience=FILES)["access_token"]
    assert told(house, further, FILES)["active"] is True


@pytest.mark.spec("OIDC Core §11")
def test_what_is_no_longer_agreed_to_ends_what_was_exchanged_for_it(house: House) -> None:
    _, session, tokens = gone_offline(house)
    first = swapped(house, tokens["access_token"])["access_token"]
    further = swapped(house, first, CASES, audience=FILES)["access_token"]
    for receipt in house.consent.consents.receipts_of(session.person):
        house.consent.consents.withdraw(session.person, receipt.id)
    assert told(house, further, FILES) == {"active": False}
    assert json.loads(swap(house, first, CASES, audience=FILES).body)["error"]


@pytest.mark.spec("RFC 8693 §2.2.2")
def test_nothing_is_given_for_who_may_not_act(offices: House) -> None:
    lose(offices, PartyKind.RELYING_PARTY, CASES)
    reply = swap(offices, signed_in(offices)["access_token"])
    refused(offices, reply, "invalid_target")


def test_a_pair_taken_out_of_the_record_ends_its_tokens(offices: House) -> None:
    derived = swapped(offices, signed_in(offices)["access_token"])["access_token"]
    assert told(offices, derived, CASES)["active"] is True
    before = offices.clients.clients.find(FRONT)
    less = a_front(exchanges=(ExchangeBody(audience=FILES),))
    offices.clients.clients.update(FRONT, before.version, less, actor=None)
    offices.around.clock.advance(timedelta(seconds=2))
    assert told(offices, derived, CASES) == {"active": False}


def exchanged_twice(house: House) -> tuple[str, str]:
    """Return a token of the front's for the cases, and what these got for it."""
    derived = swapped(house, signed_in(house)["access_token"])["access_token"]
    return derived, swapped(house, derived, CASES, audience=FILES)["access_token"]


def have_left(house: House, **facet: object) -> None:
    """Leave the front less in its record, and let a second go by."""
    before = house.clients.clients.find(FRONT)
    house.clients.clients.update(FRONT, before.version, a_front(**facet), actor=None)
    house.around.clock.advance(timedelta(seconds=2))


@pytest.mark.spec("RFC 8693 §2.2.2")
def test_a_pair_taken_out_of_the_record_ends_what_was_exchanged_further(
    offices: House,
) -> None:
    derived, further = exchanged_twice(offices)
    assert told(offices, further, FILES)["active"] is True
    have_left(offices, exchanges=(ExchangeBody(audience=FILES),))
    assert told(offices, further, FILES) == {"active": False}
    again = swap(offices, derived, CASES, audience=FILES)
    assert json.loads(again.body)["error"] == "invalid_request"


@pytest.mark.spec("RFC 8693 §2.1")
def test_a_scope_taken_out_of_the_record_is_lost_along_the_line(offices: House) -> None:
    derived, further = exchanged_twice(offices)
    assert told(offices, further, FILES)["scope"] == "profile"
    have_left(offices, scopes=("openid",))
    assert told(offices, derived, CASES)["scope"] == ""
    assert told(offices, further, FILES)["scope"] == ""
    assert "scope" not in swapped(offices, derived, CASES, audience=FILES)


def test_a_derived_token_opens_neither_userinfo_nor_our_api(offices: House) -> None:
    derived = swapped(offices, signed_in(offices)["access_token"])["access_token"]
    assert userinfo(offices, derived) == 401


def test_a_line_of_exchanges_comes_to_an_end(offices: House) -> None:
    token = swapped(offices, signed_in(offices)["access_token"])["access_token"]
    here, there = CASES, FILES
    for _ in range(LONGEST_LINE - 1):
        token = swapped(offices, token, here, audience=there)["access_token"]
        here, there = there, here
    reply = swap(offices, token, here, audience=there)
    assert json.loads(reply.body)["error"] == "invalid_request"


def test_an_exchange_costs_few_statements(offices: House) -> None:
    token = signed_in(offices)["access_token"]
    swapped(offices, token)
    with offices.db.counting() as count:
        swapped(offices, token)
    assert len(count) <= 7
