import json
from typing import Any

import pytest

from idp.oidc import errors
from idp.oidc.api.errors import (
    AUTHORIZATION_ERRORS,
    PUSHED_ERRORS,
    REGISTRATION_ERRORS,
    RESOURCE_ERRORS,
    TOKEN_ERRORS,
    row_of,
)
from kernel.errors import DomainError
from kernel.proof.jose import ENTITY_STATEMENT, KeySet, verify
from tests.unit.idp.oidc.house import ISSUER, House
from trustroot.keys.domain import Purpose


def document(house: House, path: str) -> dict[str, object]:
    said: dict[str, object] = json.loads(house.call("GET", path).body)
    return said


@pytest.mark.spec("RFC 8414 §3")
def test_both_well_known_documents_are_one_and_promise_only_routes_there_are(
    house: House,
) -> None:
    one = document(house, "/.well-known/openid-configuration")
    assert one == document(house, "/.well-known/oauth-authorization-server")
    assert one["issuer"] == ISSUER
    assert one["code_challenge_methods_supported"] == ["S256"]
    assert one["authorization_response_iss_parameter_supported"] is True
    paths = {route.path for route in house.room.routes} | {"/logout"}
    for name, value in one.items():
        if name.endswith(("_endpoint", "_uri")):
            assert str(value).removeprefix(ISSUER) in paths, name
        assert value not in ([], "", None), name


@pytest.mark.spec("RFC 7517 §5")
def test_keys_are_public_and_may_be_kept_for_a_minute(house: House) -> None:
    reply = house.call("GET", "/oidc/jwks")
    assert reply.header("Cache-Control") == "public, max-age=60"
    keys = json.loads(reply.body)["keys"]
    assert not any("d" in key for key in keys)
    assert [key["use"] for key in keys] == ["sig", "enc", "enc"]


@pytest.mark.spec("OIDC Core §10.2.1; RFC 7517 §4.2")
def test_keys_to_encrypt_requests_to_are_shown_and_fit_no_signature(house: House) -> None:
    said = document(house, "/.well-known/openid-configuration")
    assert said["request_object_encryption_alg_values_supported"] == [
        "ECDH-ES",
        "ECDH-ES+A256KW",
    ]
    assert said["request_object_encryption_enc_values_supported"] == ["A128GCM", "A256GCM"]
    shown = json.loads(house.call("GET", "/oidc/jwks").body)
    assert statement(house)["metadata"]["openid_provider"]["jwks"] == shown
    keys = KeySet.parse(shown).by_kid.values()
    fitting = [key.kid for key in keys if key.algorithms]
    assert fitting == list(house.signer.published(Purpose.TOKENS).by_kid)
    ours = house.decrypter.published(Purpose.REQUEST_DECRYPT)
    assert [key.kid for key in keys if key.use == "enc"] == list(ours.by_kid)


@pytest.mark.spec("OpenID Federation 1.0 §9")
def test_the_entity_configuration_is_signed_by_the_entity_and_kept(house: House) -> None:
    path = "/.well-known/openid-federation"
    reply = house.call("GET", path)
    assert reply.header("Content-Type") == "application/entity-statement+jwt"
    token = reply.body.decode()
    claims = verify(token, house.signer.published(Purpose.ENTITY), ENTITY_STATEMENT)
    assert (claims["iss"], claims["sub"]) == (ISSUER, ISSUER)
    assert claims["authority_hints"] == [f"{ISSUER}/trust"]
    metadata = claims["metadata"]
    assert isinstance(metadata, dict)
    assert metadata["openid_provider"]["issuer"] == ISSUER
    assert metadata["openid_relying_party"]["redirect_uris"]
    assert house.call("GET", path).body.decode() == token


def statement(house: House) -> dict[str, Any]:
    token = house.call("GET", "/.well-known/openid-federation").body.decode()
    keys = house.signer.published(Purpose.ENTITY)
    return dict(verify(token, keys, ENTITY_STATEMENT))


@pytest.mark.spec("OpenID Federation 1.0 §5.1.3")
def test_the_provider_says_how_members_register(house: House) -> None:
    said = document(house, "/.well-known/openid-configuration")
    assert said["client_registration_types_supported"] == ["automatic", "explicit"]
    assert (
        said["federation_registration_endpoint"] == f"{ISSUER}/oidc/federation_registration"
    )
    assert said["pushed_authorization_request_endpoint"] == f"{ISSUER}/oauth2/par"
    assert said["request_parameter_supported"] is True
    assert said["request_uri_parameter_supported"] is True
    methods = said["token_endpoint_auth_methods_supported"]
    assert isinstance(methods, list)
    assert "private_key_jwt" in methods
    algorithms = said["request_object_signing_alg_values_supported"]
    assert isinstance(algorithms, list)
    assert "ES256" in algorithms
    assert not {"none", "HS256"} & set(algorithms)
    held = statement(house)["metadata"]["openid_provider"]
    assert {name: held[name] for name in said} == said


@pytest.mark.spec("OpenID Federation 1.0 §5.1.2")
def test_as_a_relying_party_it_says_with_which_keys_it_signs(house: House) -> None:
    held = statement(house)["metadata"]["openid_relying_party"]
    assert held["client_registration_types"] == ["automatic", "explicit"]
    assert held["token_endpoint_auth_method"] == "private_key_jwt"
    assert held["jwks"] == house.signer.published(Purpose.CLIENT).to_jwks()
    kids = {key["kid"] for key in statement(house)["jwks"]["keys"]}
    assert kids.isdisjoint(key["kid"] for key in held["jwks"]["keys"])


@pytest.mark.spec("OpenID Federation 1.0 §7")
def test_trust_marks_stand_in_the_statement_as_long_as_they_count(house: House) -> None:
    assert "trust_marks" not in statement(house)
    mark = {"trust_mark_type": "https://nation.example/mark", "trust_mark": "a.b.c"}
    house.marks.held = (mark,)
    assert statement(house)["trust_marks"] == [mark]
    house.marks.held = ()
    assert "trust_marks" not in statement(house)


def leaves(kind: type[DomainError]) -> list[type[DomainError]]:
    return [kind, *(leaf for sub in kind.__subclasses__() for leaf in leaves(sub))]


FAMILIES = (
    TOKEN_ERRORS,
    AUTHORIZATION_ERRORS,
    PUSHED_ERRORS,
    REGISTRATION_ERRORS,
    RESOURCE_ERRORS,
)


@pytest.mark.parametrize("rows", FAMILIES)
def test_every_failure_has_an_answer_in_every_family(rows) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  pytest gives it
    for kind in leaves(DomainError):
        error = kind.__new__(kind)
        row = row_of(error, rows)
        assert row.description.isascii()
        assert not set(row.description) & {'"', "\\"}


@pytest.mark.spec("RFC 6749 §5.2 error_description")
@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (errors.SubjectTokenRefused, "subject or actor token"),
        (errors.TransferSessionOver, "signed in"),
        (errors.CertificateMissing, "certificate"),
        (errors.SenderNotProven, "DPoP proof or a certificate"),
    ],
)
def test_what_no_parameter_is_to_blame_for_is_told_by_its_own_words(
    kind: type[DomainError], told: str
) -> None:
    row = row_of(kind(), TOKEN_ERRORS)
    assert (row.error, row.status) == ("invalid_request", 400)
    assert told in row.description
    assert "malformed" not in row.description


def test_replay_and_reuse_look_like_any_other_invalid_grant() -> None:
    for error in (errors.CodeReplayed(), errors.RefreshTokenReused(), errors.CodeUnknown()):
        assert row_of(error, TOKEN_ERRORS).error == "invalid_grant"
