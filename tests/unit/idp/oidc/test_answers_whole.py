"""What clients are answered, whole: no member more, none less, none of another value."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from kernel.assurance import Level
from kernel.clock import epoch_seconds
from kernel.proof.jose import ID_TOKEN, INTROSPECTION, verify
from tests.unit.idp.oidc.house import (
    ISSUER,
    PORTAL,
    House,
    claims_of,
    exchange,
)
from tests.unit.idp.oidc.test_introspection import ask, grant_of, told
from tests.unit.idp.oidc.test_what_is_signed import left_half
from tests.unit.idp.oidc.whole import AMR, TAX, Citizen, code_of, portal
from trustroot.keys.domain import Purpose

ACR = Level.REAL_PERSON.acr
API, USERINFO = f"{ISSUER}/api/v1", f"{ISSUER}/oidc/userinfo"


def header_of(token: str) -> dict[str, Any]:
    """Return a token's header unverified."""
    held = token.split(".", maxsplit=1)[0]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(held + "=="))
    return read


def answered(citizen: Citizen, **bent: str | None) -> dict[str, Any]:
    """Return the token response of somebody's code, a while after it was issued."""
    code = code_of(citizen, **{"dpop_jkt": None, **bent})
    citizen.later()
    read: dict[str, Any] = json.loads(exchange(citizen.house, code).body)
    return read


@pytest.mark.spec("RFC 6749 §5.1")
def test_a_code_brings_three_tokens_and_what_they_are(house: House) -> None:
    portal(house)
    got = answered(Citizen(house))
    assert got == {
        "access_token": got["access_token"],
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "offline_access openid profile",
        "id_token": got["id_token"],
        "refresh_token": got["refresh_token"],
    }
    assert len(got["refresh_token"]) == 43


@pytest.mark.spec("RFC 9068 §2.2")
def test_an_access_token_says_for_whom_where_until_when_and_how(house: House) -> None:
    client, citizen = portal(house), Citizen(house)
    token = answered(citizen)["access_token"]
    claims, now = claims_of(token), epoch_seconds(citizen.now)
    kid = house.signer.active_kid(Purpose.TOKENS)
    assert header_of(token) == {"alg": "ES256", "kid": kid, "typ": "at+jwt"}
    assert claims == {
        "iss": ISSUER,
        "sub": citizen.subject(client),
        "aud": [USERINFO, TAX],
        "client_id": PORTAL,
        "iat": now,
        "exp": now + 300,
        "scope": "offline_access openid profile",
        "grant": str(grant_of(house, token).id),
        "acr": ACR,
        "amr": list(AMR),
        "auth_time": epoch_seconds(citizen.signed_in_at),
        "jti": claims["jti"],
    }
    assert len(claims["jti"]) == 22


@pytest.mark.spec("OIDC Core §2")
def test_an_id_token_says_who_signed_in_when_and_how(house: House) -> None:
    client, citizen = portal(house), Citizen(house)
    got = answered(citizen)
    now = epoch_seconds(citizen.now)
    claims = verify(got["id_token"], house.signer.published(Purpose.TOKENS), ID_TOKEN)
    assert header_of(got["id_token"])["typ"] == "JWT"
    assert dict(claims) == {
        "iss": ISSUER,
        "sub": citizen.subject(client),
        "aud": PORTAL,
        "iat": now,
        "exp": now + 300,
        "auth_time": epoch_seconds(citizen.signed_in_at),
        "acr": ACR,
        "amr": list(AMR),
        "sid": citizen.sid(client),
        "nonce": "n-1",
        "at_hash": left_half(got["access_token"], "sha256"),
        "identity_level": 3,
    }


@pytest.mark.spec("OIDC Core §12.2")
def test_an_id_token_by_refresh_is_the_same_but_for_nonce_and_time(house: House) -> None:
    portal(house)
    citizen = Citizen(house)
    first = answered(citizen)
    citizen.later(90)
    refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    got = json.loads(house.token(**refresh).body)
    said, before = claims_of(got["id_token"]), claims_of(first["id_token"])
    now = epoch_seconds(citizen.now)
    del before["nonce"]
    assert said == {
        **before,
        "iat": now,
        "exp": now + 300,
        "at_hash": left_half(got["access_token"], "sha256"),
    }
    assert got.keys() == first.keys()


@pytest.mark.spec("OIDC Core §5.3.2")
def test_userinfo_tells_what_was_granted_there(house: House) -> None:
    client, citizen = portal(house), Citizen(house)
    bearer = {"authorization": f"Bearer {answered(citizen)['access_token']}"}
    assert json.loads(house.call("GET", "/oidc/userinfo", headers=bearer).body) == {
        "sub": citizen.subject(client),
        "name": "张三",
        "identity_level": 3,
    }


@pytest.mark.spec("RFC 7662 §2.2")
def test_introspection_tells_an_access_token_whole(house: House) -> None:
    portal(house)
    token = answered(Citizen(house))["access_token"]
    claims = claims_of(token)
    del claims["grant"]
    said = told(house, token)
    assert said == {"active": True, "token_type": "Bearer", **claims}


@pytest.mark.spec("RFC 7662 §2.2")
def test_introspection_tells_a_refresh_token_whole(house: House) -> None:
    client, citizen = portal(house), Citizen(house)
    token = answered(citizen)["refresh_token"]
    assert told(house, token) == {
        "active": True,
        "scope": "offline_access openid profile",
        "iss": ISSUER,
        "sub": citizen.subject(client),
        "client_id": PORTAL,
        "iat": epoch_seconds(citizen.now),
        "exp": epoch_seconds(citizen.now + timedelta(hours=8)),
        "acr": ACR,
        "auth_time": epoch_seconds(citizen.signed_in_at),
    }


@pytest.mark.spec("RFC 9701 §5")
def test_a_signed_answer_of_introspection_is_for_its_caller(house: House) -> None:
    portal(house)
    citizen = Citizen(house)
    token = answered(citizen)["access_token"]
    accepted = "application/token-introspection+jwt"
    reply = ask(house, token, accept=accepted)
    keys = house.signer.published(Purpose.TOKENS)
    assert header_of(reply.body.decode())["typ"] == "token-introspection+jwt"
    assert dict(verify(reply.body.decode(), keys, INTROSPECTION)) == {
        "iss": ISSUER,
        "aud": PORTAL,
        "iat": epoch_seconds(citizen.now),
        "token_introspection": told(house, token),
    }
