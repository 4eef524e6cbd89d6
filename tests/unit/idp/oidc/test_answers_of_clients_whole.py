"""What clients are answered that ask without a browser: all of it."""

import json
from datetime import timedelta

import pytest

from kernel.assurance import Level
from kernel.clock import epoch_seconds
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.handing_over import a_next, asked_for, let_hand_over
from tests.unit.idp.oidc.house import (
    ISSUER,
    MACHINE,
    PORTAL,
    House,
    a_machine,
    claims_of,
)
from tests.unit.idp.oidc.test_answers_whole import answered
from tests.unit.idp.oidc.test_device import a_kiosk, send
from tests.unit.idp.oidc.test_exchange import CASES, a_server, swap
from tests.unit.idp.oidc.test_introspection import grant_of
from tests.unit.idp.oidc.whole import AMR, TAX, Citizen

ACR = Level.REAL_PERSON.acr
API, USERINFO = f"{ISSUER}/api/v1", f"{ISSUER}/oidc/userinfo"


@pytest.mark.spec("RFC 6749 §4.4.3")
def test_a_client_of_its_own_gets_one_token_and_no_other(house: House) -> None:
    house.register(a_machine())
    got = json.loads(house.token(MACHINE, grant_type="client_credentials").body)
    scope = "clients:write members:read"
    assert got == {
        "access_token": got["access_token"],
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": scope,
    }
    claims, now = claims_of(got["access_token"]), epoch_seconds(house.around.clock())
    assert claims == {
        "iss": ISSUER,
        "sub": MACHINE,
        "aud": API,
        "client_id": MACHINE,
        "iat": now,
        "exp": now + 300,
        "scope": scope,
        "jti": claims["jti"],
    }
    assert len(claims["jti"]) == 22


@pytest.mark.spec("RFC 9068 §2.2")
def test_a_client_of_somebody_speaks_for_them_at_our_api(house: House) -> None:
    person = house.a_person()
    house.register(a_machine(person))
    got = json.loads(house.token(MACHINE, grant_type="client_credentials").body)
    assert claims_of(got["access_token"])["sub"] == str(person.id)


@pytest.mark.spec("RFC 8707 §2.2")
def test_a_resource_is_not_told_whose_client_asks(house: House) -> None:
    house.register(a_machine(house.a_person()))
    shaped(house, MACHINE, resources=frozenset({TAX}))
    house.around.clock.advance(timedelta(seconds=2))
    sent = {"grant_type": "client_credentials", "resource": TAX}
    claims = claims_of(json.loads(house.token(MACHINE, **sent).body)["access_token"])
    assert (claims["sub"], claims["aud"], claims["scope"]) == (MACHINE, TAX, "")


@pytest.mark.spec("RFC 8693 §2.2.1")
def test_an_exchange_brings_one_token_and_says_of_which_type(house: House) -> None:
    house.register(a_server(CASES))
    let_hand_over(house, CASES, may_transfer=False)
    citizen = Citizen(house)
    got = answered(citizen, resource=None)
    citizen.later(200)
    said = json.loads(swap(house, got["access_token"], PORTAL, audience=CASES).body)
    ends = claims_of(got["access_token"])["exp"]
    claims, now = claims_of(said["access_token"]), epoch_seconds(citizen.now)
    assert said == {
        "access_token": said["access_token"],
        "token_type": "Bearer",
        "expires_in": ends - now,
        "scope": "profile",
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
    }
    assert claims == {
        "iss": ISSUER,
        "sub": citizen.subject(house.clients.clients.find(CASES)),
        "aud": CASES,
        "client_id": PORTAL,
        "iat": now,
        "exp": ends,
        "scope": "profile",
        "grant": str(grant_of(house, said["access_token"]).id),
        "acr": ACR,
        "amr": list(AMR),
        "auth_time": epoch_seconds(citizen.signed_in_at),
        "act": {"sub": PORTAL, "client_id": PORTAL},
        "jti": claims["jti"],
    }


@pytest.mark.spec("RFC 8693 §2.2.1")
def test_a_ticket_is_no_access_token(house: House) -> None:
    house.register(a_next())
    let_hand_over(house)
    token = answered(Citizen(house), resource=None)["access_token"]
    said = json.loads(asked_for(house, token).body)
    assert said == {
        "access_token": said["access_token"],
        "token_type": "N_A",
        "expires_in": 60,
        "issued_token_type": "urn:trusthub:token-type:transfer-ticket",
    }
    assert len(said["access_token"]) == 43


@pytest.mark.spec("RFC 8628 §3.2")
def test_a_device_is_told_all_it_needs(house: House) -> None:
    house.register(a_kiosk())
    reply = send(house, "/oauth2/device_authorization", scope="openid")
    said = json.loads(reply.body)
    page, code = f"{ISSUER}/device", said["user_code"]
    assert said == {
        "device_code": said["device_code"],
        "user_code": code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={code}",
        "expires_in": 600,
        "interval": 5,
    }
