"""What a grant holds that came of a code, a device, an exchange, a ticket: all of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from idp.oidc.domain.grants import Grant, GrantKind
from idp.oidc.events import (
    DeviceAllowed,
)
from kernel.assurance import Level
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    PORTAL,
    House,
)
from tests.unit.idp.oidc.telling import grant_by
from tests.unit.idp.oidc.test_device import KIOSK, Phone, a_kiosk, ask
from tests.unit.idp.oidc.test_sign_out import a_client
from tests.unit.idp.oidc.test_ticket_platform import (
    BUREAU,
    GOURL,
    SSO,
    a_bureau,
    back,
    login,
)
from tests.unit.idp.oidc.whole import (
    AMR,
    FIRM,
    PROVINCE,
    TAX,
    Citizen,
    code_of,
    granted,
    portal,
)


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_a_code_stands_for_what_was_asked_agreed_to_and_proven(house: House) -> None:
    client, citizen = portal(house), Citizen(house)
    assert grant_by(house, code_of(citizen)) == granted(citizen, client)


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_what_nobody_asked_for_is_in_no_grant(house: House) -> None:
    citizen = Citizen(house)
    plain = dict.fromkeys(("prompt", "claims", "dpop_jkt", "resource", "nonce"))
    code = code_of(citizen, **plain, scope="openid")
    client = house.clients.clients.find(PORTAL)
    assert grant_by(house, code) == replace(
        granted(citizen, client),
        scopes=frozenset({"openid"}),
        id_token_claims=frozenset(),
        userinfo_claims=frozenset(),
        nonce=None,
        is_offline=False,
        resources=(),
        dpop_jkt=None,
    )


@pytest.mark.spec("RFC 8628 §3.4")
def test_a_device_code_stands_for_what_somebody_allowed(house: House) -> None:
    house.register(a_kiosk())
    client = shaped(house, KIOSK, resources=frozenset({TAX}))
    house.around.clock.advance(timedelta(seconds=2))
    citizen = Citizen(house)
    codes = ask(house, scope="openid profile offline_access", resource=TAX)
    asked_at = citizen.now
    citizen.later()
    phone = Phone(house)
    phone.person, phone.browser = citizen.person, citizen.browser
    phone.client = a_client(house, citizen.browser)
    phone.allow(codes["user_code"])
    (allowed,) = house.around.trail.of(DeviceAllowed)
    assert grant_by(house, codes["device_code"]) == Grant(
        id=allowed.grant,
        client=KIOSK,
        person=citizen.person.id,
        session=citizen.session.id,
        subject=citizen.subject(client),
        sid=citizen.sid(client),
        scopes=frozenset({"openid", "profile"}),
        id_token_claims=frozenset(),
        userinfo_claims=frozenset({"name"}),
        redirect_uri="",
        challenge="",
        nonce=None,
        level=Level.REAL_PERSON,
        identity=Level.REAL_PERSON,
        amr=AMR,
        authenticated_at=citizen.signed_in_at,
        providers=(PROVINCE,),
        acting_for=FIRM,
        is_offline=False,
        issued_at=citizen.now,
        code_expires_at=asked_at + timedelta(minutes=11),
        kind=GrantKind.DEVICE,
        resources=(TAX,),
    )


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_a_ticket_stands_for_all_that_its_application_may_have(house: House) -> None:
    house.register(a_bureau())
    client = house.clients.clients.find(BUREAU)
    citizen = Citizen(house)
    reply = login(citizen.browser)
    citizen.browser.agree(reply, citizen.session)
    ticket = back(citizen.browser.resume(reply))["ticket"]
    assert grant_by(house, ticket) == replace(
        granted(citizen, client),
        scopes=frozenset({"openid", "profile"}),
        id_token_claims=frozenset(),
        userinfo_claims=frozenset({"name", "identity_level"}),
        redirect_uri=GOURL,
        challenge="",
        nonce=None,
        is_offline=False,
        kind=GrantKind.TICKET,
        resources=(SSO,),
        dpop_jkt=None,
    )


@pytest.mark.spec("OIDC Back-Channel Logout §2.1")
def test_a_client_knows_a_session_by_one_name_that_no_other_knows(house: House) -> None:
    client, citizen = portal(house), Citizen(house)
    house.register(a_kiosk())
    first = grant_by(house, code_of(citizen))
    second = grant_by(house, code_of(citizen))
    assert first.id != second.id
    assert first.sid == second.sid == citizen.sid(client)
    phone = Phone(house)
    phone.person, phone.browser = citizen.person, citizen.browser
    phone.client = a_client(house, citizen.browser)
    sids = set()
    for _ in range(2):
        codes = ask(house, scope="openid")
        phone.allow(codes["user_code"])
        sids.add(grant_by(house, codes["device_code"]).sid)
    assert sids == {citizen.sid(house.clients.clients.find(KIOSK))}
    assert first.sid not in sids
