"""What is recorded of authorization requests and their codes, member by member."""

from typing import Final
from urllib.parse import urlencode

from idp.oidc.events import (
    AuthorizationRefused,
    AuthorizationStarted,
    CodeIssued,
    CodeRedeemed,
    CodeReplayed,
    RequestPushed,
)
from kernel.assurance import Level
from kernel.events import Fault, Levels, Outcome
from kernel.ids import InteractionId, correlation
from tests.unit.idp.oidc.house import (
    FORM_HEADER,
    ISSUER,
    PORTAL,
    Browser,
    House,
    a_request,
    answer_of,
    exchange,
    interaction_of,
)
from tests.unit.idp.oidc.telling import delivered, grant_by, known_as, walks


def nobody_is_signed_in(house: House) -> AuthorizationStarted:
    """OIDC Core §3.1.2.3: who asked, for which level, and that a sign-in is lacking."""
    reply = Browser(house).authorize(acr_values=Level.REAL_NAME.acr)
    return AuthorizationStarted(
        relying_party=PORTAL,
        interaction=InteractionId(interaction_of(reply)),
        levels=Levels(asked=Level.REAL_NAME),
        lacks="session",
    )


def somebody_is_signed_in(house: House) -> AuthorizationStarted:
    """OIDC Core §3.1.2.3: nothing is lacking where somebody is signed in."""
    browser = Browser(house)
    browser.sign_in(house.a_person())
    reply = browser.authorize(acr_values=Level.REAL_NAME.acr)
    return AuthorizationStarted(
        relying_party=PORTAL,
        interaction=InteractionId(interaction_of(reply)),
        levels=Levels(asked=Level.REAL_NAME),
        lacks="nothing",
    )


def a_request_is_answered_with_an_error(house: House) -> AuthorizationRefused:
    """RFC 6749 §4.1.2.1: the client that is told of the error is named."""
    answer = answer_of(Browser(house).authorize(response_type="token"))
    assert answer["error"] == "unsupported_response_type"
    return AuthorizationRefused(
        relying_party=PORTAL,
        outcome=Outcome.REFUSED,
        reason="response_type_not_supported",
        fault=Fault("idp.oidc.checks.rfc6749.response_type_is_code"),
    )


def a_request_of_nobody(house: House) -> AuthorizationRefused:
    """RFC 6749 §4.1.2.1: whom nothing names is named nowhere."""
    assert Browser(house).authorize(client_id="nobody").status == 400
    return AuthorizationRefused(
        outcome=Outcome.REFUSED,
        reason="client_not_known",
        fault=Fault("idp.oidc.flows.reception.Reception._client"),
    )


def somebody_comes_back_to_an_answered_request(house: House) -> AuthorizationRefused:
    """RFC 6749 §4.1.2.1: a person who said no is an error for the client."""
    browser = Browser(house)
    reply = browser.authorize()
    house.session.interactions.deny(InteractionId(interaction_of(reply)), "access_denied")
    assert answer_of(browser.resume(reply))["error"] == "access_denied"
    return AuthorizationRefused(
        relying_party=PORTAL,
        outcome=Outcome.REFUSED,
        reason="denied_by_person",
        fault=Fault("idp.oidc.flows.resume.Resume.__call__"),
    )


def pushed(house: House, **bent: str) -> int:
    """Push a request of the portal; return the status."""
    headers = {**FORM_HEADER, "authorization": house.basic(PORTAL)}
    body = urlencode(a_request(**bent)).encode()
    return house.call("POST", "/oauth2/par", headers=headers, body=body).status


def a_request_is_pushed(house: House) -> RequestPushed:
    """RFC 9126 §2.1: whose request waits."""
    assert pushed(house) == 201
    return RequestPushed(relying_party=PORTAL)


def a_pushed_request_is_refused(house: House) -> AuthorizationRefused:
    """RFC 9126 §2.3: no redirect, and the client that had proven itself is named."""
    assert pushed(house, response_type="token") == 400
    return AuthorizationRefused(
        relying_party=PORTAL,
        outcome=Outcome.REFUSED,
        reason="response_type_not_supported",
        fault=Fault("idp.oidc.checks.rfc6749.response_type_is_code"),
    )


def a_code_is_issued(house: House) -> CodeIssued:
    """RFC 6749 §4.1.2: what was granted to whom, by whom, where, and at which level."""
    browser, person = Browser(house), house.a_person(Level.REAL_PERSON)
    session = browser.sign_in(person)
    reply = browser.authorize(acr_values=Level.REAL_NAME.acr, scope="profile openid")
    browser.agree(reply, session)
    grant = grant_by(house, answer_of(browser.resume(reply))["code"])
    return CodeIssued(
        grant=grant.id,
        session=session.id,
        relying_party=PORTAL,
        subject=known_as(house, person),
        interaction=InteractionId(interaction_of(reply)),
        levels=Levels(asked=Level.REAL_NAME, delivered=Level.REAL_PERSON),
        scope="openid profile",
        claims=("name",),
    )


def a_code_is_redeemed(house: House) -> CodeRedeemed:
    """RFC 6749 §4.1.3: both sides record the login under the nonce that was sent."""
    person = house.a_person()
    code = Browser(house).code(person, nonce="n-7")
    assert exchange(house, code).status == 200
    grant = grant_by(house, code)
    return CodeRedeemed(
        grant=grant.id,
        relying_party=PORTAL,
        subject=known_as(house, person),
        levels=delivered(grant),
        correlation=correlation(ISSUER, "n-7"),
    )


def a_code_without_a_nonce_is_redeemed(house: House) -> CodeRedeemed:
    """OIDC Core §3.1.2.1: a nonce is optional, and nothing stands in its place."""
    person = house.a_person()
    code = Browser(house).code(person, nonce=None)
    assert exchange(house, code).status == 200
    grant = grant_by(house, code)
    return CodeRedeemed(
        grant=grant.id,
        relying_party=PORTAL,
        subject=known_as(house, person),
        levels=delivered(grant),
    )


def a_code_comes_twice(house: House) -> CodeReplayed:
    """RFC 6749 §4.1.2: whose code it was, and that its grant has ended."""
    person = house.a_person()
    code = Browser(house).code(person)
    assert exchange(house, code).status == 200
    assert exchange(house, code).status == 400
    return CodeReplayed(
        grant=grant_by(house, code).id,
        relying_party=PORTAL,
        subject=known_as(house, person),
        outcome=Outcome.REFUSED,
        reason="code_replayed",
    )


WALKS: Final = walks(
    House,
    (
        nobody_is_signed_in,
        somebody_is_signed_in,
        a_request_is_answered_with_an_error,
        a_request_of_nobody,
        somebody_comes_back_to_an_answered_request,
        a_request_is_pushed,
        a_pushed_request_is_refused,
        a_code_is_issued,
        a_code_is_redeemed,
        a_code_without_a_nonce_is_redeemed,
        a_code_comes_twice,
    ),
)
