"""What is recorded of grants and the tokens that come of them, member by member."""

import json
from typing import Any, Final

from idp.oidc.events import (
    ClaimsReleased,
    ClientTokenIssued,
    GrantsEnded,
    IntrospectionRefused,
    RefreshTokenReused,
    RevocationRefused,
    TokenRequestRefused,
    TokenRevoked,
    TokensRefreshed,
    UserInfoRefused,
)
from idp.people.domain import Person
from kernel.events import Fault, Outcome
from kernel.ids import ClientId, correlation
from kernel.standing import Party, PartyKind, State
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
from tests.unit.idp.oidc.telling import delivered, known_as, walks
from tests.unit.idp.oidc.test_ending import follow
from tests.unit.idp.oidc.test_introspection import ask, grant_of
from tests.unit.idp.oidc.test_revocation import revoke, userinfo

STRANGER: Final = ClientId("other-1")


def tokens_of(house: House) -> tuple[Person, dict[str, Any]]:
    """Return somebody and the tokens that the portal got for them."""
    person = house.a_person()
    reply = exchange(house, Browser(house).code(person))
    read: dict[str, Any] = json.loads(reply.body)
    return person, read


def refreshed(house: House, token: str) -> int:
    """Use a refresh token; return the status."""
    return house.token(grant_type="refresh_token", refresh_token=token).status


def tokens_are_refreshed(house: House) -> TokensRefreshed:
    """RFC 6749 §6: whose grant it was, of which client, at which level."""
    person, tokens = tokens_of(house)
    assert refreshed(house, tokens["refresh_token"]) == 200
    grant = grant_of(house, tokens["access_token"])
    return TokensRefreshed(
        grant=grant.id,
        relying_party=PORTAL,
        subject=known_as(house, person),
        levels=delivered(grant),
    )


def a_used_refresh_token_comes_again(house: House) -> RefreshTokenReused:
    """RFC 9700 §4.14.2: whose family it was, and that it has ended."""
    person, tokens = tokens_of(house)
    assert refreshed(house, tokens["refresh_token"]) == 200
    assert refreshed(house, tokens["refresh_token"]) == 400
    return RefreshTokenReused(
        grant=grant_of(house, tokens["access_token"]).id,
        relying_party=PORTAL,
        subject=known_as(house, person),
        outcome=Outcome.REFUSED,
        reason="refresh_token_reused",
    )


def a_client_gets_a_token_of_its_own(house: House) -> ClientTokenIssued:
    """RFC 6749 §4.4: for which scopes, in order; both sides know it by its jti."""
    house.register(a_machine())
    reply = house.token(MACHINE, grant_type="client_credentials")
    claims = claims_of(json.loads(reply.body)["access_token"])
    return ClientTokenIssued(
        relying_party=MACHINE,
        scope="clients:write members:read",
        correlation=correlation(ISSUER, claims["jti"]),
    )


def a_token_request_is_refused(house: House) -> TokenRequestRefused:
    """RFC 6749 §5.2: which client asked, and why it got nothing."""
    assert exchange(house, "guessed").status == 400
    return TokenRequestRefused(
        relying_party=PORTAL,
        outcome=Outcome.REFUSED,
        reason="code_unknown",
        fault=Fault("idp.oidc.flows.code_exchange.CodeExchange._found"),
    )


def somebody_unknown_asks_for_a_token(house: House) -> TokenRequestRefused:
    """RFC 6749 §5.2 invalid_client: whom nothing proves is named nowhere."""
    body = b"client_id=nobody&grant_type=client_credentials"
    reply = house.call("POST", "/oauth2/token", headers=FORM_HEADER, body=body)
    assert reply.status == 401
    return TokenRequestRefused(
        outcome=Outcome.REFUSED,
        reason="client_not_authenticated",
        fault=Fault("idp.oidc.flows.authenticate.Authenticate.__call__"),
    )


def grants_of_a_client_end(house: House) -> GrantsEnded:
    """RFC 6749 §10.5: which sort of party lost its standing, how much ended, and why."""
    for _ in range(2):
        tokens_of(house)
    party = Party(PartyKind.RELYING_PARTY, PORTAL)
    house.around.standing.change(party, State.SUSPENDED, reason="an audit")
    follow(house)
    return GrantsEnded(kind="relying_party", count=2, reason="an audit")


def a_public_client_introspects(house: House) -> IntrospectionRefused:
    """RFC 7662 §2.1: that somebody asked who may not."""
    body = b"client_id=nobody&token=x"
    reply = house.call("POST", "/oauth2/introspect", headers=FORM_HEADER, body=body)
    assert reply.status == 401
    return IntrospectionRefused(
        outcome=Outcome.REFUSED,
        reason="client_not_authenticated",
        fault=Fault("idp.oidc.flows.authenticate.Authenticate.__call__"),
    )


def an_introspection_names_no_token(house: House) -> IntrospectionRefused:
    """RFC 7662 §2.1: token is REQUIRED."""
    assert ask(house, "", PORTAL).status == 400
    return IntrospectionRefused(
        relying_party=PORTAL,
        outcome=Outcome.REFUSED,
        reason="parameter_missing",
        fault=Fault("idp.oidc.flows.introspecting.Introspect.__call__", "token"),
    )


def an_access_token_is_given_back(house: House) -> TokenRevoked:
    """RFC 7009 §2.1: an access token ends alone; both sides know it by its jti."""
    _, tokens = tokens_of(house)
    assert revoke(house, tokens["access_token"]).status == 200
    jti = claims_of(tokens["access_token"])["jti"]
    return TokenRevoked(
        relying_party=PORTAL, kind="access_token", correlation=correlation(ISSUER, jti)
    )


def a_refresh_token_is_given_back(house: House) -> TokenRevoked:
    """RFC 7009 §2.1: with a refresh token its grant has ended."""
    _, tokens = tokens_of(house)
    grant = grant_of(house, tokens["access_token"])
    assert revoke(house, tokens["refresh_token"]).status == 200
    return TokenRevoked(relying_party=PORTAL, kind="refresh_token", grant=grant.id)


def a_stranger_gives_a_token_back(house: House) -> RevocationRefused:
    """RFC 7009 §2.1: who came with what is another's."""
    house.register(a_portal(client_id=STRANGER))
    _, tokens = tokens_of(house)
    assert revoke(house, tokens["refresh_token"], STRANGER).status == 400
    return RevocationRefused(
        relying_party=STRANGER,
        outcome=Outcome.REFUSED,
        reason="grant_of_other_client",
        fault=Fault("idp.oidc.checks.rfc7009.token_was_issued_to"),
    )


def somebody_unknown_gives_a_token_back(house: House) -> RevocationRefused:
    """RFC 7009 §2.1: whom nothing proves is named nowhere."""
    body = b"client_id=nobody&token=x"
    reply = house.call("POST", "/oauth2/revoke", headers=FORM_HEADER, body=body)
    assert reply.status == 401
    return RevocationRefused(
        outcome=Outcome.REFUSED,
        reason="client_not_authenticated",
        fault=Fault("idp.oidc.flows.authenticate.Authenticate.__call__"),
    )


def userinfo_releases_claims(house: House) -> ClaimsReleased:
    """OIDC Core §5.3: which claims of whom, to whom, and where."""
    person, tokens = tokens_of(house)
    assert userinfo(house, tokens["access_token"]) == 200
    return ClaimsReleased(
        grant=grant_of(house, tokens["access_token"]).id,
        relying_party=PORTAL,
        subject=known_as(house, person),
        claims=("name",),
        where="userinfo",
    )


def userinfo_releases_nothing(house: House) -> UserInfoRefused:
    """OIDC Core §5.3.3: that nothing was released, and why."""
    assert userinfo(house, "guessed") == 401
    return UserInfoRefused(
        outcome=Outcome.REFUSED,
        reason="token_refused",
        fault=Fault("idp.oidc.flows.opaque.OpaqueAccess.shown"),
    )


WALKS: Final = walks(
    House,
    (
        tokens_are_refreshed,
        a_used_refresh_token_comes_again,
        a_client_gets_a_token_of_its_own,
        a_token_request_is_refused,
        somebody_unknown_asks_for_a_token,
        grants_of_a_client_end,
        a_public_client_introspects,
        an_introspection_names_no_token,
        an_access_token_is_given_back,
        a_refresh_token_is_given_back,
        a_stranger_gives_a_token_back,
        somebody_unknown_gives_a_token_back,
        userinfo_releases_claims,
        userinfo_releases_nothing,
    ),
)
