"""What is told of this issuer is what it does, neither more nor less."""

import json
from typing import Any

import pytest

from idp.clients.checks.oidc_registration import CONTENT_ENCRYPTIONS as TAKEN_CONTENT
from idp.clients.checks.oidc_registration import KEY_WRAPPINGS as TAKEN_KEYS
from idp.clients.domain import PROFILES, AuthMethod, GrantType
from idp.oidc.api.challenges import metadata_address
from idp.oidc.domain.issuer import Issuer
from idp.oidc.messages.metadata import Names, provider_metadata, resource_metadata
from idp.oidc.messages.offered import ENDPOINTS, Offered
from kernel.proof.jose import JwsProfile, verify
from kernel.proof.jose.encrypting import CONTENT_ENCRYPTIONS, KEY_ENCRYPTIONS
from tests.unit.idp.oidc.house import ISSUER, House
from trustroot.keys.domain import Purpose

HERE = Issuer(ISSUER)
NAMES = Names(zh="国家", en="Nation")
CERTIFIED = "https://certified.hub.example"


def metadata(house: House) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        house.call("GET", "/.well-known/openid-configuration").body
    )
    return read


def offered(**bent: Any) -> Offered:  # noqa: ANN401  any member
    said: dict[str, Any] = {
        "paths": frozenset(ENDPOINTS.values()),
        "grants": ("authorization_code",),
        "methods": frozenset(AuthMethod),
    }
    return Offered(**{**said, **bent})


@pytest.mark.spec("RFC 8414 §2 grant_types_supported")
def test_the_grant_types_told_are_those_of_the_token_endpoint(house: House) -> None:
    told = set(metadata(house)["grant_types_supported"])
    for grant in (*GrantType, "password", "implicit"):
        refusal = json.loads(house.token(grant_type=str(grant)).body)["error"]
        assert (refusal == "unsupported_grant_type") is (str(grant) not in told), grant


@pytest.mark.spec("RFC 8414 §2")
def test_every_endpoint_of_the_table_that_is_served_is_told(house: House) -> None:
    told = metadata(house)
    served = {route.path for route in house.room.routes}
    for name, path in ENDPOINTS.items():
        if path in served:
            assert told[name] == ISSUER + path
        elif path != "/logout":
            assert name not in told


@pytest.mark.spec("OIDC Discovery §3")
@pytest.mark.parametrize("kind", ["id_token", "userinfo"])
def test_only_algorithms_that_sign_now_are_told(house: House, kind: str) -> None:
    told = metadata(house)[f"{kind}_signing_alg_values_supported"]
    assert told == list(house.signer.algorithms(Purpose.TOKENS))
    alone = provider_metadata(HERE, offered(), ("ES256",))
    assert alone[f"{kind}_signing_alg_values_supported"] == ["ES256"]


@pytest.mark.spec("OIDC Registration §2")
def test_what_a_client_may_register_to_be_encrypted_is_what_is_told(house: House) -> None:
    told = metadata(house)
    for kind in ("id_token", "userinfo"):
        assert set(told[f"{kind}_encryption_alg_values_supported"]) == TAKEN_KEYS
        assert set(told[f"{kind}_encryption_enc_values_supported"]) == TAKEN_CONTENT
    assert set(KEY_ENCRYPTIONS) == TAKEN_KEYS
    assert set(CONTENT_ENCRYPTIONS) == TAKEN_CONTENT


@pytest.mark.spec("RFC 8705 §5")
def test_certificates_are_told_of_only_where_there_is_a_way_to_show_one() -> None:
    without = provider_metadata(HERE, offered(), ("ES256",))
    assert "mtls_endpoint_aliases" not in without
    assert "tls_client_certificate_bound_access_tokens" not in without
    assert not [m for m in names_of(without) if "tls" in m]
    told = provider_metadata(HERE, offered(certificate_url=CERTIFIED), ("ES256",))
    aliases = told["mtls_endpoint_aliases"]
    assert isinstance(aliases, dict)
    assert aliases["token_endpoint"] == f"{CERTIFIED}/oauth2/token"
    assert {"authorization_endpoint", "jwks_uri"}.isdisjoint(aliases)
    assert told["tls_client_certificate_bound_access_tokens"] is True
    assert {"tls_client_auth", "self_signed_tls_client_auth"} <= set(names_of(told))


def names_of(told: dict[str, object]) -> list[str]:
    methods = told["token_endpoint_auth_methods_supported"]
    assert isinstance(methods, list)
    return methods


@pytest.mark.spec("RFC 8414 §2 token_endpoint_auth_methods_supported")
def test_the_methods_told_are_those_of_the_profiles(house: House) -> None:
    allowed = {method.value for rules in PROFILES.values() for method in rules.auth_methods}
    told = metadata(house)
    assert set(told["token_endpoint_auth_methods_supported"]) <= allowed
    assert "none" not in told["introspection_endpoint_auth_methods_supported"]


@pytest.mark.spec("OIDC Core §9")
def test_secrets_sign_assertions_only_where_that_method_is_offered() -> None:
    bare = offered(methods=frozenset({AuthMethod.PRIVATE_KEY}))
    name = "token_endpoint_auth_signing_alg_values_supported"
    algorithms = provider_metadata(HERE, bare, ("ES256",))[name]
    assert isinstance(algorithms, list)
    assert "HS256" not in algorithms
    with_secret = provider_metadata(HERE, offered(), ("ES256",))[name]
    assert isinstance(with_secret, list)
    assert "HS256" in with_secret


@pytest.mark.spec("RFC 9728 §3.3")
@pytest.mark.parametrize("resource", [HERE.api, HERE.userinfo])
def test_a_resource_names_itself_where_its_challenge_points(
    house: House, resource: str
) -> None:
    address = metadata_address(resource)
    reply = house.call("GET", address.removeprefix(ISSUER))
    said = json.loads(reply.body)
    assert (reply.status, said["resource"]) == (200, resource)
    assert said["authorization_servers"] == [ISSUER]
    assert "query" not in said["bearer_methods_supported"]
    assert resource in metadata(house)["protected_resources"]


@pytest.mark.spec("RFC 9728 §2")
def test_our_api_takes_tokens_in_the_head_only() -> None:
    said = resource_metadata(HERE, HERE.api, NAMES, offered(certificate_url=CERTIFIED))
    assert said["bearer_methods_supported"] == ["header"]
    assert said["tls_client_certificate_bound_access_tokens"] is True
    assert "openid" not in str(said["scopes_supported"])


@pytest.mark.spec("OpenID Federation 1.0 §5.2.1")
def test_the_key_set_is_there_signed_by_the_entity(house: House) -> None:
    reply = house.call("GET", "/oidc/signed_jwks")
    keys = house.signer.published(Purpose.ENTITY)
    said = verify(reply.body.decode(), keys, JwsProfile("jwk-set+jwt"))
    plain = json.loads(house.call("GET", "/oidc/jwks").body)
    assert reply.header("Content-Type") == "application/jwk-set+jwt"
    assert said["keys"] == plain["keys"]
    assert (said["iss"], said["sub"]) == (ISSUER, ISSUER)
    again = house.call("GET", "/oidc/signed_jwks")
    assert again.body == reply.body
    house.signer.sign_by("EdDSA", Purpose.TOKENS, "JWT", {})
    assert house.call("GET", "/oidc/signed_jwks").body != reply.body
