"""A grant serves whom it was given to, as what it is, and while they may use it."""

import json
from datetime import timedelta

import pytest

from idp.clients.domain import GrantType
from idp.oidc.events import (
    ClaimsReleased,
    CodeRedeemed,
    TicketRedeemed,
    TokenRequestRefused,
    TokensRefreshed,
)
from kernel.ids import ClientId
from kernel.web import Reply
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    PORTAL,
    VERIFIER,
    Browser,
    House,
    a_portal,
    claims_of,
    exchange,
)
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.test_device import KIOSK, Phone, a_kiosk, ask, poll
from tests.unit.idp.oidc.test_ticket_platform import (
    BUREAU,
    GOURL,
    SSO,
    a_bureau,
    a_sso_ticket,
    agreed,
    back,
    person_of,
    validated,
)

OTHER = ClientId("other-1")


def may_use(house: House, client: ClientId, *grants: GrantType) -> None:
    """Let a client use these grants alone, and wait until every process knows."""
    shaped(house, client, grant_types=frozenset(grants))
    house.around.clock.advance(timedelta(seconds=2))


def error_of(house: House, reply: Reply) -> str:
    """Return the error of a refusal that gave no token and is on record."""
    said: dict[str, str] = json.loads(reply.body)
    assert (reply.status, "access_token" in said, "token" in said) == (400, False, False)
    assert house.around.trail.of(TokenRequestRefused)
    return said["error"]


def refreshed(house: House, token: str, client: ClientId = PORTAL) -> Reply:
    return house.token(client, grant_type="refresh_token", refresh_token=token)


@pytest.mark.spec("RFC 6749 §5.2 unauthorized_client")
def test_a_code_is_not_redeemed_by_who_may_not_use_codes_any_more(house: House) -> None:
    code = Browser(house).code(house.a_person())
    may_use(house, PORTAL, GrantType.REFRESH_TOKEN)
    assert error_of(house, exchange(house, code)) == "unauthorized_client"
    assert house.around.trail.of(CodeRedeemed) == []
    assert rows_of(house, "oidc_refresh") == 0
    may_use(house, PORTAL, GrantType.AUTHORIZATION_CODE)
    assert exchange(house, code).status == 200


@pytest.mark.spec("RFC 6749 §5.2 unauthorized_client")
def test_a_device_code_is_not_redeemed_by_who_may_not_use_them_any_more(
    house: House,
) -> None:
    house.register(a_kiosk())
    codes, phone = ask(house), Phone(house)
    phone.sign_in()
    phone.allow(codes["user_code"])
    may_use(house, KIOSK, GrantType.REFRESH_TOKEN)
    said = poll(house, codes)
    assert (said["error"], "access_token" in said) == ("unauthorized_client", False)
    assert house.around.trail.of(CodeRedeemed) == []
    may_use(house, KIOSK, GrantType.DEVICE_CODE)
    assert "access_token" in poll(house, codes)


@pytest.mark.spec("RFC 6749 §5.2 unauthorized_client")
def test_a_refresh_token_is_of_no_use_to_who_may_not_refresh_any_more(
    house: House,
) -> None:
    code = Browser(house).code(house.a_person())
    held = json.loads(exchange(house, code).body)["refresh_token"]
    may_use(house, PORTAL, GrantType.AUTHORIZATION_CODE)
    assert error_of(house, refreshed(house, held)) == "unauthorized_client"
    assert house.around.trail.of(TokensRefreshed) == []
    assert rows_of(house, "oidc_refresh") == 1
    may_use(house, PORTAL, GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN)
    assert refreshed(house, held).status == 200


@pytest.mark.spec("RFC 6749 §5.2 unauthorized_client")
def test_a_ticket_is_not_redeemed_by_who_may_not_use_codes_any_more(house: House) -> None:
    house.register(a_bureau())
    ticket = a_sso_ticket(Browser(house), house.a_person())
    may_use(house, BUREAU, GrantType.CLIENT_CREDENTIALS)
    assert error_of(house, validated(house, ticket)) == "unauthorized_client"
    assert house.around.trail.of(TicketRedeemed) == []
    may_use(house, BUREAU, GrantType.AUTHORIZATION_CODE)
    assert validated(house, ticket).status == 200


@pytest.mark.spec("RFC 6749 §6, §10.4")
def test_a_refresh_token_is_of_no_use_to_another_client(house: House) -> None:
    house.register(a_portal(client_id=OTHER))
    code = Browser(house).code(house.a_person())
    held = json.loads(exchange(house, code).body)["refresh_token"]
    assert error_of(house, refreshed(house, held, OTHER)) == "invalid_grant"
    assert house.around.trail.of(TokensRefreshed) == []
    assert rows_of(house, "oidc_refresh") == 1
    # It was not used up by the other one, nor is its family ended.
    assert refreshed(house, held).status == 200


@pytest.mark.spec("RFC 9068 §4; RFC 8707 §2")
def test_a_token_for_the_ticket_sequence_that_came_of_a_code_tells_nobody(
    house: House,
) -> None:
    """A client may name the sequence as its resource; no ticket comes of that."""
    house.register(a_bureau())
    browser = Browser(house)
    session = browser.sign_in(house.a_person())
    asked = {"client_id": str(BUREAU), "redirect_uri": GOURL, "resource": SSO}
    reply = agreed(browser, browser.authorize(**asked), session)
    form = {"grant_type": "authorization_code", "redirect_uri": GOURL, "resource": SSO}
    code = back(reply)["code"]
    got = house.token(BUREAU, **form, code=code, code_verifier=VERIFIER)
    token = str(json.loads(got.body)["access_token"])
    assert claims_of(token)["aud"] == SSO
    assert person_of(house, token).status == 401
    assert house.around.trail.of(ClaimsReleased) == []
