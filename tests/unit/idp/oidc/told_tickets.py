"""What is recorded of the provincial sequence and of signing out, member by member."""

from typing import Final

from flask.testing import FlaskClient

from idp.oidc.events import (
    ClaimsReleased,
    CodeIssued,
    CodeReplayed,
    SignOutAsked,
    TicketRedeemed,
    TokenRequestRefused,
)
from idp.people.domain import Person
from kernel.assurance import Level
from kernel.events import Fault, Levels, Outcome
from kernel.ids import InteractionId
from tests.unit.idp.oidc.house import (
    FORM_HEADER,
    ISSUER,
    PORTAL,
    Browser,
    House,
    interaction_of,
)
from tests.unit.idp.oidc.telling import delivered, grant_by, known_as, walks
from tests.unit.idp.oidc.test_sign_out import a_client, signed_in
from tests.unit.idp.oidc.test_ticket_platform import (
    BUREAU,
    a_bureau,
    a_sso_ticket,
    back,
    login,
    person_of,
    read,
    validated,
)


class WithBureau(House):
    """A house where one application takes tickets."""

    def ticket(self) -> tuple[Person, str]:
        """Let somebody sign in there; return them and their ticket."""
        self.register(a_bureau())
        person = self.a_person()
        return person, a_sso_ticket(Browser(self), person)


def a_sso_ticket_is_issued(house: WithBureau) -> CodeIssued:
    """RFC 6749 §4.1.2: all that the application may ask for was granted, by name."""
    house.register(a_bureau())
    browser, person = Browser(house), house.a_person()
    session = browser.sign_in(person)
    reply = login(browser)
    browser.agree(reply, session)
    grant = grant_by(house, back(browser.resume(reply))["ticket"])
    return CodeIssued(
        grant=grant.id,
        session=session.id,
        relying_party=BUREAU,
        subject=known_as(house, person),
        interaction=InteractionId(interaction_of(reply)),
        levels=Levels(asked=Level.SELF_ASSERTED, delivered=Level.REAL_NAME),
        scope="openid profile",
        claims=("identity_level", "name"),
    )


def a_sso_ticket_is_redeemed(house: WithBureau) -> TicketRedeemed:
    """RFC 6749 §4.1.3: whose ticket it was, and at which level."""
    person, ticket = house.ticket()
    assert validated(house, ticket).status == 200
    grant = grant_by(house, ticket)
    return TicketRedeemed(
        grant=grant.id,
        relying_party=BUREAU,
        subject=known_as(house, person),
        levels=delivered(grant),
    )


def a_sso_ticket_comes_twice(house: WithBureau) -> CodeReplayed:
    """RFC 6749 §4.1.2: a ticket is used once, as any code."""
    person, ticket = house.ticket()
    assert validated(house, ticket).status == 200
    assert validated(house, ticket).status == 400
    return CodeReplayed(
        grant=grant_by(house, ticket).id,
        relying_party=BUREAU,
        subject=known_as(house, person),
        outcome=Outcome.REFUSED,
        reason="code_replayed",
    )


def a_sso_ticket_is_guessed(house: WithBureau) -> TokenRequestRefused:
    """RFC 6749 §5.2: which application asked, and why it got nothing."""
    house.register(a_bureau())
    assert validated(house, "guessed").status == 400
    return TokenRequestRefused(
        relying_party=BUREAU,
        outcome=Outcome.REFUSED,
        reason="code_unknown",
        fault=Fault("idp.oidc.checks.ticket_platform.grant_is_of_a_ticket"),
    )


def somebody_unknown_shows_a_sso_ticket(house: WithBureau) -> TokenRequestRefused:
    """RFC 6749 §5.2 invalid_client: whom nothing proves is named nowhere."""
    body = b"client_id=nobody&ticket=x&gourl=y"
    reply = house.call("POST", "/sso/ticket", headers=FORM_HEADER, body=body)
    assert reply.status == 401
    return TokenRequestRefused(
        outcome=Outcome.REFUSED,
        reason="client_not_authenticated",
        fault=Fault("idp.oidc.flows.authenticate.Authenticate.__call__"),
    )


def an_application_is_told_who_came(house: WithBureau) -> ClaimsReleased:
    """OIDC Core §5.3: which claims of whom, to whom, and where."""
    person, ticket = house.ticket()
    token = str(read(validated(house, ticket))["token"])
    assert person_of(house, token).status == 200
    return ClaimsReleased(
        grant=grant_by(house, ticket).id,
        relying_party=BUREAU,
        subject=known_as(house, person),
        claims=("identity_level", "name"),
        where="ticket",
    )


def here(house: House) -> tuple[FlaskClient, Person, str]:
    """Return somebody's browser, who they are, and the portal's ID token of them."""
    browser, person, hint = signed_in(house)
    return a_client(house, browser), person, hint


def a_portal_signs_somebody_out(house: WithBureau) -> SignOutAsked:
    """OIDC RP-Initiated Logout §2: by its hint, so nobody was asked."""
    client, person, hint = here(house)
    sent = {"id_token_hint": hint}
    client.get("/logout", query_string=sent, base_url=ISSUER)
    return SignOutAsked(
        relying_party=PORTAL, subject=known_as(house, person), confirmed=False
    )


def somebody_signs_out(house: WithBureau) -> SignOutAsked:
    """OIDC RP-Initiated Logout §2: by themselves, who have confirmed it."""
    client, person, _ = here(house)
    page = client.get("/logout", base_url=ISSUER).text
    token = page.split('name="form_token" value="')[1].split('"')[0]
    client.post("/logout/confirm", base_url=ISSUER, data={"form_token": token})
    return SignOutAsked(subject=known_as(house, person), confirmed=True)


def a_sign_out_is_refused(house: WithBureau) -> SignOutAsked:
    """OIDC RP-Initiated Logout §4: who asked is not believed, and nobody was signed out."""
    client, _, _ = here(house)
    sent = {"client_id": "nobody"}
    assert client.get("/logout", query_string=sent, base_url=ISSUER).status_code == 400
    return SignOutAsked(
        outcome=Outcome.REFUSED,
        reason="logout_refused",
        fault=Fault("idp.oidc.flows.sign_out.AskedToLeave._client"),
        confirmed=False,
    )


WALKS: Final = walks(
    WithBureau,
    (
        a_sso_ticket_is_issued,
        a_sso_ticket_is_redeemed,
        a_sso_ticket_comes_twice,
        a_sso_ticket_is_guessed,
        somebody_unknown_shows_a_sso_ticket,
        an_application_is_told_who_came,
        a_portal_signs_somebody_out,
        somebody_signs_out,
        a_sign_out_is_refused,
    ),
)
