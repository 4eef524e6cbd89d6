"""Request objects: by value and by reference, signed or not."""

import base64
import json
from dataclasses import replace

import pytest

from idp.clients.domain import AuthMethod
from kernel.clock import epoch_seconds
from tests.attacks.house import ISSUER
from tests.flows.openid.basic.test_tokens import UNSIGNED
from tests.flows.openid.relying_party import RelyingParty
from tests.flows.openid.suite import Suite
from tests.unit.kernel.proof.signers import signer


def _unsigned(claims: dict[str, str]) -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    said = [base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts]
    return f"{'.'.join(said)}."


@pytest.mark.spec("OIDC Core §6.1")
def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(
    suite: Suite,
) -> None:
    """Unsigned, by value: skipped, for discovery lists algorithms without none; refused."""
    assert "none" not in suite.metadata["request_object_signing_alg_values_supported"]
    visit = suite.visit(suite.party())
    request = visit.request()
    back = visit.back(request, visit.get({**request, "request": _unsigned(request)}))
    assert back.parameters["error"] == "invalid_request_object"
    assert "code" not in back.parameters
    pytest.skip(UNSIGNED)


@pytest.mark.spec("OIDC Core §6.2")
def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(
    suite: Suite,
) -> None:
    """Unsigned, by reference: skipped, for discovery lists algorithms without none."""
    assert "none" not in suite.metadata["request_object_signing_alg_values_supported"]
    pytest.skip(UNSIGNED)


@pytest.mark.spec("OIDC Core §6.1")
def test_oidcc_ensure_request_object_with_redirect_uri(suite: Suite) -> None:
    """The redirect_uri inside counts; the one beside it, not registered, never does.

    The suite sends the object unsigned, which is not offered; the condition is the same.
    """
    party = signing_party(suite)
    visit = suite.visit(party)
    request = visit.request()
    beside = {**request, "redirect_uri": f"{party.redirect_uri}/other"}
    beside["request"] = party.signed("oauth-authz-req+jwt", _object(party, request))
    suite.completes(visit, visit.back(request, visit.get(beside)))


def signing_party(suite: Suite) -> RelyingParty:
    """Register a client that signs."""
    key = signer(kid="conformance")
    made = suite.party(
        token_endpoint_auth_method=AuthMethod.PRIVATE_KEY, jwks=key.keys.to_jwks()
    )
    return replace(made, key=key)


def _object(party: RelyingParty, request: dict[str, str]) -> dict[str, object]:
    now = epoch_seconds(party.clock())
    about = {"iss": party.id, "aud": ISSUER, "iat": now, "exp": now + 120}
    return {**request, **about, "jti": f"object-{party.id}-{now}"}
