"""The ticket sequence of provincial portals: redirect, ticket, token, person, sign-out."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from idp.clients.domain import AuthMethod, GrantType, Profile
from idp.clients.messages import ClaimBody, ClientBody, OidcBody
from idp.oidc.domain.grants import GrantKind
from idp.oidc.domain.transfers import TICKET_TYPE
from idp.oidc.events import (
    CodeIssued,
    CodeReplayed,
    TicketRedeemed,
    TokenRequestRefused,
)
from idp.oidc.store import SqlGrants
from idp.people.domain import Person
from idp.session.domain import Session
from kernel.ids import ClientId
from kernel.secret import Secret
from kernel.web import Reply, Request
from tests.unit.idp.oidc.handing_over import a_ticket, let_hand_over, visiting
from tests.unit.idp.oidc.house import (
    FORM_HEADER,
    ISSUER,
    PORTAL,
    Browser,
    House,
    a_portal,
)
from tests.unit.idp.oidc.test_sign_out import a_client

BUREAU = ClientId("bureau-44")
GOURL = "http://localhost:8444/sso/back?dept=7"
BYE = "http://localhost:8444/bye"
SSO = f"{ISSUER}/sso"


def a_bureau(client: ClientId = BUREAU, **oidc: object) -> ClientBody:
    said: dict[str, object] = {
        "grant_types": (GrantType.AUTHORIZATION_CODE,),
        "redirect_uris": (GOURL,),
        "post_logout_redirect_uris": (BYE,),
        "backchannel_logout_uri": "http://localhost:8444/bcl",
        "scopes": ("openid", "profile", "offline_access"),
        "resources": (SSO,),
        **oidc,
    }
    return a_portal(
        client_id=client,
        name_zh="广东某局",
        name_en="A bureau",
        claims=(ClaimBody(name="name"), ClaimBody(name="identity_level")),
        oidc=OidcBody(**said),  # type: ignore[arg-type]  # as the test bends it
    )


@pytest.fixture
def bureau(house: House) -> House:
    house.register(a_bureau())
    return house


def login(browser: Browser, **bent: str | None) -> Reply:
    asked = {"sp": BUREAU, "gourl": GOURL, "state": "s-1", **bent}
    sent = {name: value for name, value in asked.items() if value is not None}
    return browser.get("/sso/login", urlencode(sent))


def back(reply: Reply) -> dict[str, str]:
    location = reply.header("Location") or ""
    assert location.startswith(f"{GOURL}&"), (reply.status, location, reply.body[:300])
    return dict(parse_qsl(urlsplit(location).query))


def a_sso_ticket(browser: Browser, person: Person) -> str:
    session = browser.sign_in(person)
    return back(agreed(browser, login(browser), session))["ticket"]


def agreed(browser: Browser, reply: Reply, session: Session) -> Reply:
    if (reply.header("Location") or "").startswith("/consent"):
        browser.agree(reply, session)
        return browser.resume(reply)
    return reply


def validated(house: House, ticket: str, client: ClientId = BUREAU, **bent: str) -> Reply:
    form = {"ticket": ticket, "gourl": GOURL, **bent}
    return house.call(
        "POST",
        "/sso/ticket",
        headers={**FORM_HEADER, "authorization": house.basic(client)},
        body=urlencode(form).encode(),
    )


def person_of(house: House, token: str, method: str = "GET") -> Reply:
    headers = {"authorization": f"Bearer {token}"}
    return house.call(method, "/sso/user", headers=headers)


def read(reply: Reply) -> Mapping[str, object]:
    said: dict[str, object] = json.loads(reply.body)
    return said


def test_the_whole_sequence(bureau: House) -> None:
    browser, person = Browser(bureau), bureau.a_person()
    ticket = a_sso_ticket(browser, person)

    answer = validated(bureau, ticket)
    assert answer.status == 200, answer.body
    said = read(answer)
    assert set(said) == {"token", "expires_in", "hint"}
    token = str(said["token"])
    assert aud_of(token) == SSO

    for method in ("GET", "POST"):
        who = read(person_of(bureau, token, method))
        assert set(who) == {"user_id", "user_name", "user_real_lvl"}
        assert (who["user_name"], who["user_real_lvl"]) == ("张三", 2)
    body = urlencode({"access_token": token}).encode()
    assert bureau.call("POST", "/sso/user", headers=FORM_HEADER, body=body).status == 200
    assert [one.relying_party for one in bureau.around.trail.of(TicketRedeemed)] == [BUREAU]

    sent = urlencode({"sp": BUREAU, "gourl": BYE, "hint": str(said["hint"])})
    leave = bureau.call("GET", "/sso/logout", query=sent)
    where = leave.header("Location") or ""
    gone = a_client(bureau, browser).get(where, base_url=ISSUER)
    assert gone.status_code == 303
    assert not bureau.session.sessions.sessions_of(person.id)
    assert bureau.around.jobs.kinds() == ["oidc.sign_out"]
    assert person_of(bureau, token).status == 401


def aud_of(token: str) -> object:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=="))["aud"]


def test_state_comes_back_and_none_is_made_up(bureau: House) -> None:
    browser, person = Browser(bureau), bureau.a_person()
    session = browser.sign_in(person)
    assert back(agreed(browser, login(browser), session))["state"] == "s-1"
    assert "state" not in back(login(browser, state=None))


def test_whoever_is_not_signed_in_signs_in_on_the_way(bureau: House) -> None:
    browser, person = Browser(bureau), bureau.a_person()
    reply = login(browser)
    assert (reply.header("Location") or "").startswith("/login?")
    session = browser.sign_in(person)
    browser.finish(reply, session)
    resumed = agreed(browser, browser.resume(reply), session)
    assert validated(bureau, back(resumed)["ticket"]).status == 200


REFUSED = {
    "an unknown application": {"sp": "nobody"},
    "no application": {"sp": None},
    "no address": {"gourl": None},
    "another address": {"gourl": "http://localhost:8444/elsewhere"},
    "a longer address": {"gourl": f"{GOURL}/x"},
    "an application of OpenID Connect": {"sp": PORTAL},
}


@pytest.mark.parametrize("bent", REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_redirect_ends_on_a_page(
    bureau: House, bent: dict[str, str | None]
) -> None:
    browser, person = Browser(bureau), bureau.a_person()
    browser.sign_in(person)
    reply = login(browser, **bent)
    assert reply.status in {400, 403}
    assert reply.header("Location") is None
    assert not bureau.around.trail.of(CodeIssued)


@pytest.mark.parametrize(
    "oidc",
    [
        {"resources": ()},
        {"token_endpoint_auth_method": AuthMethod.NONE, "profile": Profile.OIDC},
        {"redirect_uris": (f"{GOURL}&ticket=x",)},
    ],
    ids=["without the resource", "without a secret", "with a ticket in its address"],
)
def test_an_application_that_may_not_take_tickets_gets_none(
    house: House, oidc: dict[str, object]
) -> None:
    house.register(a_bureau(BUREAU, **oidc))
    browser, person = Browser(house), house.a_person()
    browser.sign_in(person)
    addresses = oidc.get("redirect_uris", (GOURL,))
    assert isinstance(addresses, tuple)
    reply = login(browser, gourl=addresses[0])
    assert reply.status in {400, 403}
    assert not house.around.trail.of(CodeIssued)


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_a_ticket_that_comes_twice_ends_what_came_of_it(bureau: House) -> None:
    browser, person = Browser(bureau), bureau.a_person()
    ticket = a_sso_ticket(browser, person)
    token = str(read(validated(bureau, ticket))["token"])
    assert person_of(bureau, token).status == 200
    assert read(validated(bureau, ticket))["error"] == "invalid_grant"
    assert person_of(bureau, token).status == 401
    assert len(bureau.around.trail.of(CodeReplayed)) == 1


@pytest.mark.spec("RFC 6749 §4.1.3")
@pytest.mark.parametrize(
    "bent",
    [{"gourl": "http://localhost:8444/elsewhere"}, {"ticket": "g" * 43}],
    ids=["for another address", "a guess"],
)
def test_a_ticket_is_good_for_its_address_alone(
    bureau: House, bent: dict[str, str]
) -> None:
    browser, person = Browser(bureau), bureau.a_person()
    ticket = a_sso_ticket(browser, person)
    sent = {"ticket": ticket, "gourl": GOURL, **bent}
    refused = validated(bureau, sent["ticket"], BUREAU, gourl=sent["gourl"])
    assert read(refused)["error"] == "invalid_grant"
    assert not bureau.around.trail.of(TicketRedeemed)
    assert validated(bureau, ticket).status == 200


def test_a_ticket_is_its_own_applications(bureau: House) -> None:
    bureau.register(a_bureau(ClientId("bureau-45")))
    browser, person = Browser(bureau), bureau.a_person()
    ticket = a_sso_ticket(browser, person)
    assert (
        read(validated(bureau, ticket, ClientId("bureau-45")))["error"] == "invalid_grant"
    )
    assert validated(bureau, ticket).status == 200


def test_a_ticket_is_over_after_a_minute(bureau: House) -> None:
    browser, person = Browser(bureau), bureau.a_person()
    ticket = a_sso_ticket(browser, person)
    bureau.around.clock.advance(timedelta(seconds=61))
    assert read(validated(bureau, ticket))["error"] == "invalid_grant"


def test_a_ticket_is_no_code_and_a_code_no_ticket(bureau: House) -> None:
    browser, person = Browser(bureau), bureau.a_person()
    ticket = a_sso_ticket(browser, person)
    as_code = bureau.token(
        BUREAU, grant_type="authorization_code", code=ticket, redirect_uri=GOURL
    )
    assert read(as_code)["error"] == "invalid_grant"
    code = Browser(bureau).code(person)
    assert read(validated(bureau, code, PORTAL))["error"] == "invalid_grant"
    assert validated(bureau, ticket).status == 200


def test_no_token_of_another_kind_tells_who_it_is(bureau: House) -> None:
    _, _, token = visiting(bureau)
    assert person_of(bureau, token).status == 401
    assert bureau.call("GET", "/sso/user").status == 401
    browser, person = Browser(bureau), bureau.a_person()
    ticket = a_sso_ticket(browser, person)
    own = str(read(validated(bureau, ticket))["token"])
    headers = {"authorization": f"Bearer {own}"}
    assert bureau.call("GET", "/oidc/userinfo", headers=headers).status == 401


@pytest.mark.spec("RFC 9728 §3")
def test_a_refusal_points_at_what_the_resource_says_of_itself(bureau: House) -> None:
    refused = bureau.call("GET", "/sso/user")
    told = " ".join(value for name, value in refused.headers if name == "WWW-Authenticate")
    address = told.split('resource_metadata="')[1].split('"')[0]
    document = bureau.call("GET", address.removeprefix(ISSUER))
    assert read(document)["resource"] == SSO


def test_without_its_secret_nobody_validates(bureau: House) -> None:
    browser, person = Browser(bureau), bureau.a_person()
    ticket = a_sso_ticket(browser, person)
    body = urlencode({"ticket": ticket, "gourl": GOURL, "client_id": BUREAU}).encode()
    refused = bureau.call("POST", "/sso/ticket", headers=FORM_HEADER, body=body)
    assert refused.status == 401
    assert validated(bureau, ticket).status == 200


@pytest.mark.spec("RFC 9449 §5.2")
@pytest.mark.spec("RFC 8705 §3.4")
@pytest.mark.parametrize(
    "binding", ["dpop_bound_access_tokens", "tls_client_certificate_bound_access_tokens"]
)
def test_who_is_held_to_bound_tokens_gets_no_bearer_token_here_either(
    house: House, binding: str
) -> None:
    house.register(a_bureau(BUREAU, **{binding: True}))
    ticket = a_sso_ticket(Browser(house), house.a_person())
    refused = validated(house, ticket)
    assert refused.status == 400
    assert "token" not in json.loads(refused.body)
    assert house.around.trail.of(TicketRedeemed) == []
    (told,) = house.around.trail.of(TokenRequestRefused)
    assert told.relying_party == BUREAU


@pytest.mark.spec("RFC 9110 §9.3.2")
def test_a_link_preview_begins_nothing(bureau: House) -> None:
    browser, person = Browser(bureau), bureau.a_person()
    browser.sign_in(person)
    sent = urlencode({"sp": BUREAU, "gourl": GOURL})
    match = bureau.router.find("GET", "/sso/login")
    reply = match.route.endpoint(Request(method="HEAD", path="/sso/login", query=sent))
    assert (reply.status, reply.body) == (200, b"")
    assert not bureau.around.trail.of(CodeIssued)


def test_a_platform_hands_its_visitor_over_to_a_ticket_platform(bureau: House) -> None:
    """信任传递 over the sequence: a transfer ticket goes in, a ticket comes out."""
    let_hand_over(bureau, BUREAU)
    browser, person, token = visiting(bureau)
    transfer = a_ticket(bureau, token, audience=BUREAU)
    (session,) = bureau.session.sessions.sessions_of(person.id)
    reply = agreed(browser, login(browser, ticket=transfer), session)
    ticket = back(reply)["ticket"]
    grant = SqlGrants(bureau.db).by_code(Secret(ticket).digest())
    assert grant is not None
    assert grant.kind is GrantKind.TICKET
    assert grant.parent is not None
    own = str(read(validated(bureau, ticket))["token"])
    assert read(person_of(bureau, own))["user_name"] == "张三"
    # And it ends with where it came from.
    SqlGrants(bureau.db).end(grant.parent, bureau.around.clock(), "revoked")
    assert person_of(bureau, own).status == 401
    assert TICKET_TYPE not in ticket


def test_a_transfer_ticket_is_matched_by_number_here_too(bureau: House) -> None:
    let_hand_over(bureau, BUREAU)
    _, _, token = visiting(bureau)
    stranger = Browser(bureau, browser=Secret("x" * 43))
    reply = login(stranger, ticket=a_ticket(bureau, token, audience=BUREAU))
    assert (reply.header("Location") or "").startswith("/transfer?")


def test_an_application_whose_record_changed_gets_no_more_tickets(bureau: House) -> None:
    browser, person = Browser(bureau), bureau.a_person()
    a_sso_ticket(browser, person)
    found = bureau.clients.clients.find(BUREAU)
    body = replace(a_bureau(), oidc=replace(a_bureau().oidc, resources=()))
    bureau.clients.clients.update(BUREAU, found.version, body, actor=None)
    bureau.around.clock.advance(timedelta(seconds=2))
    assert login(browser).status == 403
    assert len(bureau.around.trail.of(CodeIssued)) == 1
