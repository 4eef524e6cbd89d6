import json

import pytest

from idp.oidc import errors
from idp.oidc.api.errors import AUTHORIZATION_ERRORS, RESOURCE_ERRORS, TOKEN_ERRORS, row_of
from kernel.errors import DomainError
from kernel.proof.jose import ENTITY_STATEMENT, verify
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
    (key,) = json.loads(reply.body)["keys"]
    assert "d" not in key


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


def leaves(kind: type[DomainError]) -> list[type[DomainError]]:
    return [kind, *(leaf for sub in kind.__subclasses__() for leaf in leaves(sub))]


@pytest.mark.parametrize("rows", [TOKEN_ERRORS, AUTHORIZATION_ERRORS, RESOURCE_ERRORS])
def test_every_failure_has_an_answer_in_every_family(rows) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    for kind in leaves(DomainError):
        error = kind.__new__(kind)
        row = row_of(error, rows)
        assert row.description.isascii()
        assert not set(row.description) & {'"', "\\"}


def test_replay_and_reuse_look_like_any_other_invalid_grant() -> None:
    for error in (errors.CodeReplayed(), errors.RefreshTokenReused(), errors.CodeUnknown()):
        assert row_of(error, TOKEN_ERRORS).error == "invalid_grant"
