"""Dynamic registration as the suite does it (RFC 7591, OIDC Registration)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kernel.web import JSON
from tests.attacks.house import BACK, ISSUER, Answer
from tests.flows.openid.relying_party import RelyingParty
from tests.flows.openid.suite import Suite
from tests.unit.kernel.proof.signers import Signer, signer

KEY: Final = signer("RS256", "conformance-1")


@dataclass(frozen=True, slots=True)
class Entered:
    """A client that entered itself, and all that it was told."""

    party: RelyingParty
    told: Mapping[str, Any]


def metadata(**said: object) -> dict[str, object]:
    """Return what the suite's client says: private_key_jwt, RS256; None leaves one out."""
    whole: dict[str, object] = {
        "client_name": "Conformance",
        "redirect_uris": [BACK],
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": KEY.keys.to_jwks(),
        "contacts": ["conformance@example.com"],
        **said,
    }
    return {name: value for name, value in whole.items() if value is not None}


def ask(suite: Suite, said: Mapping[str, object]) -> Answer:
    """Post metadata to the registration endpoint, with an initial access token."""
    path = suite.metadata["registration_endpoint"].removeprefix(ISSUER)
    headers = {"Content-Type": JSON, "Authorization": f"Bearer {ticket(suite)}"}
    return suite.house.ask("POST", path, headers=headers, body=json.dumps(said).encode())


def entered(suite: Suite, key: Signer = KEY, **said: object) -> Entered:
    """Register; 201, JSON, and everything that was said is told back."""
    asked = metadata(**said)
    answer = ask(suite, asked)
    assert answer.status == 201, answer
    assert answer.header("Content-Type").startswith("application/json")
    told = answer.json()
    for name, value in asked.items():
        assert _plain(told.get(name)) == _plain(value) or name == "jwks", name
    assert str(told["registration_client_uri"]).startswith(ISSUER)
    uris = told["redirect_uris"]
    assert isinstance(uris, list)
    party = RelyingParty(
        id=str(told["client_id"]),
        secret=str(told.get("client_secret", "")),
        method=str(told["token_endpoint_auth_method"]),
        redirect_uri=str(uris[0]),
        key=key,
        with_challenge=True,
        clock=suite.clock,
    )
    return Entered(party, told)


def refused(answer: Answer, *errors: str) -> None:
    """CheckDynamicRegistrationEndpoint400: JSON, one of the errors, and no client."""
    assert answer.status == 400, answer
    assert answer.header("Content-Type").startswith("application/json")
    said = answer.json()
    assert said["error"] in errors, said
    assert "client_id" not in said


def _plain(value: object) -> object:
    """Scopes and grant types are sets; an answer may turn their order."""
    if isinstance(value, str):
        return sorted(value.split(" "))
    return sorted(value) if isinstance(value, list) else value


def ticket(suite: Suite) -> str:
    """Return an initial access token, as an operator hands them out."""
    bearer = suite.house.token_of(suite.house.context("operator1"))
    answer = suite.house.api(
        "POST", "/api/v1/registration-tokens", bearer, {"uses": 1, "lifetime_s": 600}
    )
    assert answer.status == 201, answer
    return str(answer.json()["registration_token"])
