"""What is signed for clients, and by them: algorithms, new keys, request objects."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from kernel.clock import epoch_seconds
from kernel.proof.jose import to_base64url
from tests.attacks.browser import VERIFIER
from tests.attacks.house import BACK, ISSUER
from tests.flows.openid import conditions
from tests.flows.openid.basic.test_tokens import UNSIGNED
from tests.flows.openid.discovery import discovery_is_good, keys_are_good
from tests.flows.openid.logout.leaving import deliver
from tests.flows.openid.registering import ask, entered, metadata, refused
from tests.flows.openid.relying_party import RelyingParty
from tests.flows.openid.serving import Site
from tests.flows.openid.suite import Suite
from tests.unit.kernel.proof.signers import signer

OFFLINE: Final = {"scope": "openid offline_access", "prompt": "consent"}
_REFRESHING: Final[dict[str, Any]] = {
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": "openid offline_access",
}


@pytest.mark.spec("OIDC Discovery §3")
def test_oidcc_discovery_endpoint_verification(suite: Suite) -> None:
    """As in the config plan, and there is a registration_endpoint; RS256 is offered."""
    discovery_is_good(suite)
    said = suite.metadata
    assert said["registration_endpoint"].startswith(f"{ISSUER}/")
    assert "RS256" in said["id_token_signing_alg_values_supported"]


@pytest.mark.spec("OIDC Core §3.1.3.7")
def test_oidcc_idtoken_rs256(suite: Suite) -> None:
    """id_token_signed_response_alg=RS256: so it is signed, with a kid."""
    client = entered(suite, id_token_signed_response_alg="RS256")
    _, issued = suite.signed_in(client.party)
    header = conditions.header_of(issued.id_token)
    assert header["alg"] == "RS256"
    assert header["kid"]


@pytest.mark.spec("OIDC Registration §2")
def test_oidcc_idtoken_unsigned(suite: Suite) -> None:
    """id_token_signed_response_alg=none: skipped, for it is not listed; and refused."""
    assert "none" not in suite.metadata["id_token_signing_alg_values_supported"]
    said = metadata(id_token_signed_response_alg="none")
    refused(ask(suite, said), "invalid_client_metadata")
    pytest.skip(UNSIGNED)


@pytest.mark.spec("OIDC Core §5.3.2")
def test_oidcc_userinfo_rs256(suite: Suite) -> None:
    """userinfo_signed_response_alg=RS256: application/jwt, iss and aud, no nonce, sub."""
    assert "RS256" in suite.metadata["userinfo_signing_alg_values_supported"]
    client = entered(suite, userinfo_signed_response_alg="RS256")
    back = suite.visit(client.party).ask()
    issued = suite.redeemed(client.party, back)
    answer = suite.protected(issued.access_token)
    assert answer.status == 200, answer
    assert answer.header("Content-Type").partition(";")[0] == "application/jwt"
    assert conditions.header_of(answer.text)["alg"] == "RS256"
    keys = KeySet.import_key_set({"keys": suite.jwks["keys"]})
    said = jwt.decode(answer.text, keys, algorithms=["RS256"]).claims
    assert said["sub"] == issued.claims["sub"]
    assert said["iss"] == ISSUER
    assert said["aud"] in (client.party.id, [client.party.id])
    assert "nonce" not in said


@pytest.mark.spec("OIDC Core §9")
def test_oidcc_ensure_client_assertion_with_iss_aud_succeeds(suite: Suite) -> None:
    """An assertion whose audience is the issuer: tokens."""
    client = entered(suite)
    back = suite.visit(client.party).ask()
    fields = {
        "grant_type": "authorization_code",
        "code": back.code,
        "redirect_uri": BACK,
        **client.party.fields(ISSUER),
        "code_verifier": VERIFIER,
    }
    conditions.token_response(suite.house.form("/oauth2/token", fields))


@pytest.mark.spec("OIDC Core §10.1.1")
def test_oidcc_server_rotate_keys(suite: Suite) -> None:
    """Rotated on demand: a new signing key is published, and the old one still is."""
    _, issued = suite.signed_in(suite.party())
    before = suite.jwks
    suite.clock.wait(24 * 3600)
    bearer = suite.house.token_of(suite.house.context("operator1"))
    asked = suite.house.api("POST", "/api/v1/keys/rotate", bearer, {"purpose": "tokens"})
    assert asked.status == 202, asked
    deliver(suite)
    suite.clock.wait(3)  # a process asks for news every two seconds
    after = suite.jwks
    keys_are_good(after)
    names, olds = (_names(jwks) for jwks in (after, before))
    assert names - olds
    assert conditions.header_of(issued.id_token)["kid"] in names
    suite.signed_in(suite.party())


@pytest.mark.spec("OIDC Core §12")
def test_oidcc_refresh_token(suite: Suite) -> None:
    """Two clients that entered themselves: each refreshes its own tokens only."""
    client, other = entered(suite, **_REFRESHING), entered(suite, **_REFRESHING)
    _, first = suite.signed_in(client.party, **OFFLINE)
    suite.clock.wait(1)
    said = conditions.token_response(suite.refresh(client.party, str(first.refresh_token)))
    nonce = conditions.claims_of(said["id_token"]).get("nonce")
    second = suite.checked(client.party, said, nonce)
    for name in ("iss", "sub", "aud", "auth_time", "azp"):
        assert first.claims.get(name) == second.claims.get(name), name
    assert second.claims["iat"] > first.claims["iat"]
    stolen = suite.refresh(other.party, str(second.refresh_token))
    conditions.token_error(stolen, "invalid_grant")


@pytest.mark.spec("OIDC Core §10.1.1")
def test_oidcc_refresh_token_rp_key_rotation(suite: Suite, site: Site) -> None:
    """The client's key at its jwks_uri is another: after a minute the new one counts."""
    old, new = signer("RS256", "before"), signer("ES256", "after")
    address = site.serve("/jwks", old.keys.to_jwks())
    client = entered(suite, old, jwks=None, jwks_uri=address, **_REFRESHING)
    _, first = suite.signed_in(client.party, **OFFLINE)
    site.serve("/jwks", new.keys.to_jwks())
    suite.clock.wait(61)
    party = replace(client.party, key=new)
    said = conditions.token_response(suite.refresh(party, str(first.refresh_token)))
    nonce = conditions.claims_of(said["id_token"]).get("nonce")
    suite.userinfo(suite.checked(party, said, nonce))


@pytest.mark.spec("OIDC Core §6.2")
def test_oidcc_request_uri_unsigned(suite: Suite, site: Site) -> None:
    """An unsigned object at a registered address: skipped, for none is not listed."""
    assert suite.metadata["request_uri_parameter_supported"] is True
    assert "none" not in suite.metadata["request_object_signing_alg_values_supported"]
    del site
    pytest.skip(UNSIGNED)


@pytest.mark.spec("OIDC Core §6.2")
def test_oidcc_request_uri_signed_rs256(suite: Suite, site: Site) -> None:
    """An RS256 object at a registered address: the flow completes.

    The suite registers an address with a fragment before the object exists; here a fragment
    is the hash of the content (OIDC Core §6.2), so the address that is asked has the hash.
    """
    assert suite.metadata["request_uri_parameter_supported"] is True
    listed = suite.metadata["request_object_signing_alg_values_supported"]
    assert "RS256" in listed
    address = site.url("/request.jwt")
    client = entered(suite, request_uris=[address], request_object_signing_alg="RS256")
    visit = suite.visit(client.party)
    request = visit.request()
    signed = request_object(client.party, request)
    site.serve_text("/request.jwt", "application/jwt", signed)
    address += f"#{to_base64url(hashlib.sha256(signed.encode()).digest())}"
    asked = {name: request[name] for name in ("client_id", "response_type", "scope")} | {
        "request_uri": address
    }
    suite.completes(visit, visit.back(request, visit.get(asked)))
    assert site.asked == ["/request.jwt"]


@pytest.mark.spec("OIDC Core §6.1")
def test_oidcc_ensure_request_object_with_redirect_uri(suite: Suite) -> None:
    """The redirect_uri inside a signed object counts, not the one beside it."""
    client = entered(suite)
    visit = suite.visit(client.party)
    request = visit.request()
    beside = {**request, "redirect_uri": f"{BACK}/other"}
    beside["request"] = request_object(client.party, request)
    suite.completes(visit, visit.back(request, visit.get(beside)))


def request_object(party: RelyingParty, request: dict[str, str]) -> str:
    """Return a request object of a client (RFC 9101 §4)."""
    now = epoch_seconds(party.clock())
    about = {"iss": party.id, "aud": ISSUER, "iat": now, "exp": now + 120}
    named = hashlib.sha256(json.dumps(request).encode()).hexdigest()
    return party.signed("oauth-authz-req+jwt", {**request, **about, "jti": named})


def _names(jwks: Mapping[str, Any]) -> set[str]:
    return {key["kid"] for key in jwks["keys"]}
