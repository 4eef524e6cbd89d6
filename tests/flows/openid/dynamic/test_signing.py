"""What is signed for clients, and by them: algorithms, new keys, request objects."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import KeySet

from kernel.proof.jose import to_base64url
from tests.attacks.house import BACK, ISSUER
from tests.flows.openid import conditions
from tests.flows.openid.basic.test_tokens import UNSIGNED
from tests.flows.openid.discovery import discovery_is_good, keys_are_good
from tests.flows.openid.logout.leaving import deliver
from tests.flows.openid.refreshing import (
    OFFLINE,
    comes_offline,
    each_refreshes_its_own,
    refreshed,
)
from tests.flows.openid.registering import BOTH_GRANTS, ask, entered, metadata, refused
from tests.flows.openid.relying_party import RelyingParty
from tests.flows.openid.serving import Site
from tests.flows.openid.suite import Suite
from tests.unit.kernel.proof.signers import Signer, signer

_REFRESHING: Final[dict[str, Any]] = {"grant_types": BOTH_GRANTS}
_TOLD_TWICE: Final = ("client_id", "response_type", "scope", "redirect_uri")
"""What stands beside a request object too (OIDC Core §6.1, RFC 6749 §3.1.2.3)."""


@pytest.mark.spec("OIDC Discovery §3")
def test_oidcc_discovery_endpoint_verification(suite: Suite) -> None:
    """As in the config plan, and there is a registration_endpoint.

    Two conditions of the variant dynamic_client fail here on purpose, and so does the
    module as it is published: …ResponseTypesSupportedDynamic wants id_token and
    id_token token beside code, …GrantTypesSupportedDynamic wants implicit (OIDC Discovery
    §3, OIDC Core §15.2). We give no token by the front channel (RFC 9700 §2.1.2).
    """
    discovery_is_good(suite)
    said = suite.metadata
    assert said["registration_endpoint"].startswith(f"{ISSUER}/")
    assert said["response_types_supported"] == ["code"]
    assert "implicit" not in said["grant_types_supported"]


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
    conditions.claims_are_of_their_types(said)


@pytest.mark.spec("OIDC Core §9")
def test_oidcc_ensure_client_assertion_with_iss_aud_succeeds(suite: Suite) -> None:
    """An assertion whose audience is the issuer: tokens, and the ID token is good."""
    client = entered(suite)
    back = suite.visit(client.party).ask()
    fields = {
        "grant_type": "authorization_code",
        "code": back.code,
        "redirect_uri": BACK,
        **client.party.fields(ISSUER),
    }
    said = conditions.token_response(suite.house.form("/oauth2/token", fields))
    suite.checked(client.party, said, back.asked["nonce"])


@pytest.mark.spec("OIDC Core §10.1.1")
def test_oidcc_server_rotate_keys(suite: Suite) -> None:
    """Rotated on demand: a new signing key is published, and the old one still is.

    New in name and in substance (VerifyNewJwksHasNewSigningKey). That condition knows RSA
    and EC only and stops at the Ed25519 key that is new beside the EC one: who runs the
    suite leaves EdDSA out of ``oidc.token_algorithms``.
    """
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
    news, olds = (_signing_keys(jwks) for jwks in (after, before))
    assert news.keys() - olds.keys()
    assert len({*news.values()} | {*olds.values()}) == len({*news, *olds})
    assert conditions.header_of(issued.id_token)["kid"] in news
    suite.signed_in(suite.party())


@pytest.mark.spec("OIDC Core §12")
def test_oidcc_refresh_token(suite: Suite) -> None:
    """Two clients that entered themselves, without a scope: each refreshes its own only."""
    client, other = entered(suite, **_REFRESHING), entered(suite, **_REFRESHING)
    each_refreshes_its_own(suite, client.party, other.party)


@pytest.mark.spec("OIDC Core §10.1.1")
def test_oidcc_refresh_token_rp_key_rotation(suite: Suite, site: Site) -> None:
    """Another key of another name at the jwks_uri: after a minute the new one counts."""
    old, new = signer("RS256", "before"), another_rsa_key("after")
    address = site.serve("/jwks", old.keys.to_jwks())
    client = entered(suite, old, jwks=None, jwks_uri=address, **_REFRESHING)
    first = comes_offline(suite, client.party)
    site.serve("/jwks", new.keys.to_jwks())
    suite.clock.wait(60)
    refreshed(suite, replace(client.party, key=new), first, OFFLINE)


@pytest.mark.spec("OIDC Core §6.2")
def test_oidcc_request_uri_unsigned(suite: Suite, site: Site) -> None:
    """Unsigned, at a registered address: skipped, for discovery lists no alg none."""
    assert suite.metadata["request_uri_parameter_supported"] is True
    assert "none" not in suite.metadata["request_object_signing_alg_values_supported"]
    del site
    pytest.skip(UNSIGNED)


@pytest.mark.spec("OIDC Core §6.2")
def test_oidcc_request_uri_signed_rs256(suite: Suite, site: Site) -> None:
    """An RS256 object at a registered address: the flow completes.

    The address was registered with a fragment before the object was there, so it is the
    hash of something else (CreateRandomRequestUriWithFragment); the object says iss, aud
    and the parameters, and no times.
    """
    assert suite.metadata["request_uri_parameter_supported"] is True
    listed = suite.metadata["request_object_signing_alg_values_supported"]
    assert "RS256" in listed
    fragment = to_base64url(hashlib.sha256(b"nothing is there yet").digest())
    address = f"{site.url('/request.jwt')}#{fragment}"
    client = entered(suite, request_uris=[address], request_object_signing_alg="RS256")
    visit = suite.visit(client.party)
    request = visit.request()
    signed = request_object(client.party, request)
    site.serve_text("/request.jwt", "application/jwt", signed)
    asked = {name: request[name] for name in _TOLD_TWICE} | {"request_uri": address}
    suite.completes(visit, visit.back(request, visit.get(asked)))
    assert site.asked == ["/request.jwt"]


@pytest.mark.spec("OIDC Core §6.1")
def test_oidcc_ensure_request_object_with_redirect_uri(suite: Suite) -> None:
    """The redirect_uri inside counts; the one beside it, not registered, never does.

    The suite sends the object unsigned, and so skips; signed, the condition is the same.
    """
    client = entered(suite)
    visit = suite.visit(client.party)
    request = visit.request()
    beside = {name: request[name] for name in _TOLD_TWICE}
    beside |= {"redirect_uri": f"{BACK}/other"}
    beside["request"] = request_object(client.party, request)
    suite.completes(visit, visit.back(request, visit.get(beside)))


def request_object(party: RelyingParty, request: dict[str, str]) -> str:
    """Return a request object as the suite makes it: no typ, no times, no jti."""
    return party.signed("", {**request, "iss": party.id, "aud": ISSUER})


def another_rsa_key(kid: str) -> Signer:
    """Return a key that has nothing in common with those of ``signer``."""
    private = rsa.generate_private_key(65537, 2048)
    scheme = padding.PKCS1v15()
    return Signer(
        kid, "RS256", lambda raw: private.sign(raw, scheme, SHA256()), private.public_key()
    )


def _signing_keys(jwks: Mapping[str, Any]) -> dict[str, str]:
    """Return the public number of each by its name: n of RSA, x of the others."""
    signing = [key for key in jwks["keys"] if key.get("use", "sig") == "sig"]
    return {key["kid"]: key.get("n") or key["x"] for key in signing}
