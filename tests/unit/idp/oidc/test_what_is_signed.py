"""ID tokens, access tokens and userinfo, each as the client is registered to get it."""

import base64
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwe import JWERegistry, decrypt_compact
from joserfc.jwk import ECKey

from idp.clients.messages import ClientBody
from idp.oidc.domain.issuer import Issuer
from idp.oidc.events import ClaimsReleased
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.store import SqlGrants
from kernel.ids import GrantId
from kernel.proof.jose import (
    ACCESS_TOKEN,
    ID_TOKEN,
    JwsProfile,
    PublicKey,
    VerifiedClaims,
    verify,
)
from kernel.proof.jose.encrypting import CONTENT_ENCRYPTIONS, KEY_ENCRYPTIONS
from kernel.web import Reply
from tests.unit.idp.oidc.house import (
    ISSUER,
    PORTAL,
    Browser,
    House,
    a_portal,
    claims_of,
    exchange,
)
from trustroot.keys.domain import TOKEN_PURPOSES, Purpose

ALGORITHMS = tuple(TOKEN_PURPOSES)
OPENS = JWERegistry(algorithms=[*KEY_ENCRYPTIONS, *CONTENT_ENCRYPTIONS])
TAX = "https://tax.example/api"


@cache
def clients_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def clients_jwks() -> dict[str, Any]:
    key = PublicKey("client-enc", None, clients_key().public_key(), use="enc")
    return {"keys": [key.to_jwk()]}


def opened(token: str) -> tuple[dict[str, Any], bytes]:
    """Open what was encrypted to the client, as it would."""
    found = decrypt_compact(token, ECKey.import_key(clients_key()), registry=OPENS)
    assert found.plaintext is not None
    return dict(found.protected), found.plaintext


def portal_with(**bent: Any) -> ClientBody:  # noqa: ANN401  any member of the facet
    said = a_portal()
    return replace(said, oidc=replace(said.oidc, **bent))


@dataclass
class Served:
    """One portal as it is registered, and what it got."""

    house: House
    tokens: dict[str, Any]

    def id_token(self, token: str | None = None, alg: str | None = None) -> VerifiedClaims:
        """Verify an ID token, by one algorithm only if it is named."""
        profile = ID_TOKEN if alg is None else JwsProfile("JWT", frozenset({alg}))
        keys = self.house.signer.published(Purpose.TOKENS)
        return verify(token or self.tokens["id_token"], keys, profile)

    def userinfo(self) -> Reply:
        sent = {"authorization": f"Bearer {self.tokens['access_token']}"}
        return self.house.call("GET", "/oidc/userinfo", headers=sent)


def served(house: House, **bent: Any) -> Served:  # noqa: ANN401  any member of the facet
    """Have the portal, bent so, fetch tokens of somebody."""
    before = house.clients.lookup.find(PORTAL)
    house.clients.clients.update(PORTAL, before.version, portal_with(**bent), actor=None)
    house.around.clock.advance(timedelta(seconds=2))  # a record is read again by then
    reply = exchange(house, Browser(house).code(house.a_person()))
    assert reply.status == 200, reply.body
    return Served(house, json.loads(reply.body))


def left_half(value: str, hashed: str) -> str:
    digest = hashlib.new(hashed, value.encode()).digest()
    half = digest[: len(digest) // 2]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


@pytest.mark.spec("OIDC Registration §2")
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_an_id_token_is_signed_as_its_client_is_registered(house: House, alg: str) -> None:
    got = served(house, id_token_signed_response_alg=alg)
    claims = got.id_token(alg=alg)
    hashed = "sha512" if alg == "EdDSA" else "sha256"
    assert claims["aud"] == PORTAL
    assert claims["at_hash"] == left_half(got.tokens["access_token"], hashed)


@pytest.mark.spec("RFC 9068 §2.1")
def test_an_access_token_is_signed_as_we_choose(house: House) -> None:
    got = served(house, id_token_signed_response_alg="RS256")
    keys = house.signer.published(Purpose.TOKENS)
    assert verify(got.tokens["access_token"], keys, ACCESS_TOKEN).header["alg"] == "ES256"


@pytest.mark.spec("OIDC Core §10.2")
@pytest.mark.parametrize("alg", ["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"])
def test_an_id_token_is_signed_and_then_encrypted(house: House, alg: str) -> None:
    got = served(
        house,
        jwks=clients_jwks(),
        id_token_signed_response_alg="PS256",
        id_token_encrypted_response_alg=alg,
        id_token_encrypted_response_enc="A256GCM",
    )
    header, inside = opened(got.tokens["id_token"])
    assert header["alg"] == alg
    assert (header["enc"], header["cty"], header["kid"]) == ("A256GCM", "JWT", "client-enc")
    assert got.id_token(inside.decode(), "PS256")["iss"] == ISSUER


@pytest.mark.spec("OIDC Core §5.3.2")
def test_userinfo_is_plain_unless_the_client_is_registered_otherwise(house: House) -> None:
    reply = served(house).userinfo()
    assert reply.header("Content-Type") == "application/json"
    assert json.loads(reply.body)["name"] == "张三"


@pytest.mark.spec("OIDC Core §5.3.2")
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_signed_userinfo_names_issuer_and_client(house: House, alg: str) -> None:
    got = served(house, userinfo_signed_response_alg=alg)
    reply = got.userinfo()
    assert reply.header("Content-Type") == "application/jwt"
    assert reply.header("Cache-Control") == "no-store"
    claims = got.id_token(reply.body.decode(), alg)
    assert (claims["iss"], claims["aud"]) == (ISSUER, PORTAL)
    assert (claims["sub"], claims["name"]) == (got.id_token()["sub"], "张三")


@pytest.mark.spec("OIDC Core §5.3.2")
def test_encrypted_userinfo_is_claims_to_the_client_alone(house: House) -> None:
    got = served(
        house, jwks=clients_jwks(), userinfo_encrypted_response_alg="ECDH-ES+A128KW"
    )
    reply = got.userinfo()
    header, inside = opened(reply.body.decode())
    assert reply.header("Content-Type") == "application/jwt"
    assert (header["enc"], "cty" in header) == ("A128CBC-HS256", False)
    assert json.loads(inside)["name"] == "张三"


@pytest.mark.spec("OIDC Core §5.3.2")
def test_userinfo_is_signed_and_then_encrypted(house: House) -> None:
    got = served(
        house,
        jwks=clients_jwks(),
        userinfo_signed_response_alg="EdDSA",
        userinfo_encrypted_response_alg="ECDH-ES",
        userinfo_encrypted_response_enc="A128GCM",
    )
    header, inside = opened(got.userinfo().body.decode())
    assert header["cty"] == "JWT"
    assert got.id_token(inside.decode(), "EdDSA")["name"] == "张三"


@pytest.mark.spec("OIDC Core §10.2")
def test_without_a_key_that_fits_nothing_is_told(house: House) -> None:
    got = served(house, userinfo_encrypted_response_alg="RSA-OAEP-256", jwks=clients_jwks())
    reply = got.userinfo()
    assert (reply.status, json.loads(reply.body)["error"]) == (400, "invalid_request")
    assert "张三" not in reply.body.decode()


@pytest.mark.spec("RFC 9068 §2.2")
def test_an_opaque_access_token_opens_userinfo_and_says_nothing(house: House) -> None:
    got = served(house, opaque_access_tokens=True)
    token = got.tokens["access_token"]
    assert "." not in token
    assert got.id_token()["at_hash"] == left_half(token, "sha256")
    assert json.loads(got.userinfo().body)["sub"] == got.id_token()["sub"]


def narrowed(got: Served, *resources: str) -> str:
    """Return a token of the same grant for some resources only."""
    house, around = got.house, got.house.around
    issuing = TokenIssuer(Issuer(ISSUER), house.signer, around.clock, around.entropy)
    said = claims_of(got.tokens["access_token"])
    grant = SqlGrants(house.db).find(GrantId(UUID(said["grant"])))
    assert grant is not None
    client = house.clients.lookup.find(PORTAL)
    tokens = issuing.access_token(grant, grant.scopes, client=client, resources=resources)
    return tokens.access_token


@pytest.mark.spec("RFC 9068 §4")
def test_a_token_for_another_resource_opens_no_userinfo(house: House) -> None:
    got = served(house, resources=(TAX,))
    elsewhere = narrowed(got, TAX)
    assert claims_of(elsewhere)["aud"] == TAX
    got.tokens["access_token"] = elsewhere
    assert got.userinfo().status == 401
    assert house.around.trail.of(ClaimsReleased) == []
    got.tokens["access_token"] = narrowed(got, f"{ISSUER}/oidc/userinfo")
    assert got.userinfo().status == 200
