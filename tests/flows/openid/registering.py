"""Dynamic registration as the suite does it (RFC 7591, OIDC Registration)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from idp.clients.domain import AuthMethod
from kernel.web import JSON
from tests.attacks.house import BACK, GONE, ISSUER, Answer
from tests.flows.openid.relying_party import RelyingParty
from tests.flows.openid.suite import Suite
from tests.unit.kernel.proof.signers import Signer, signer

BOTH_GRANTS: Final = ["authorization_code", "refresh_token"]


@dataclass(frozen=True, slots=True)
class Nameless(Signer):
    """A key that has an algorithm and no name (GenerateRS256ClientJWKs)."""

    def header(self, typ: str) -> dict[str, object]:
        """Return what the suite signs under: neither typ nor kid."""
        del typ
        return {"alg": self.alg}

    @property
    def published(self) -> dict[str, object]:
        """Return the key set as it is registered."""
        named: Any = self.keys.to_jwks()["keys"]
        key = {name: named[0][name] for name in ("kty", "n", "e", "alg")}
        return {"keys": [key]}


_NAMED: Final = signer("RS256", "conformance-1")
KEY: Final = Nameless(_NAMED.kid, _NAMED.alg, _NAMED.sign, _NAMED.public)


@dataclass(frozen=True, slots=True)
class Entered:
    """A client that entered itself, and all that it was told."""

    party: RelyingParty
    told: Mapping[str, Any]


def metadata(**said: object) -> dict[str, object]:
    """Return what the suite's client says; None leaves one out.

    Private_key_jwt, one RS256 key without a name, and no scope
    (OIDCCCreateDynamicClientRegistrationRequest).
    """
    whole: dict[str, object] = {
        "client_name": "Conformance",
        "redirect_uris": [BACK],
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": KEY.published,
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
    """Register; 201, JSON, and everything that was said is told back.

    VerifyClientManagementCredentials. The client sends a nonce and no challenge, as the
    suite does.
    """
    asked = metadata(**said)
    answer = ask(suite, asked)
    assert answer.status == 201, answer
    assert answer.header("Content-Type").startswith("application/json")
    told = answer.json()
    for name, value in asked.items():
        assert _plain(told.get(name)) == _plain(value) or name == "jwks", name
    assert "error" not in told
    assert str(told["registration_client_uri"]).startswith(f"{ISSUER}/")
    assert told["registration_access_token"]
    uris = told["redirect_uris"]
    assert isinstance(uris, list)
    party = RelyingParty(
        id=str(told["client_id"]),
        secret=str(told.get("client_secret", "")),
        method=str(told["token_endpoint_auth_method"]),
        redirect_uri=str(uris[0]),
        key=key,
        clock=suite.clock,
    )
    return Entered(party, told)


def leaves(suite: Suite, client: Entered) -> None:
    """UnregisterDynamicallyRegisteredClient: 204; what it was told is good no more."""
    path = str(client.told["registration_client_uri"]).removeprefix(ISSUER)
    headers = {"Authorization": f"Bearer {client.told['registration_access_token']}"}
    assert suite.house.ask("DELETE", path, headers=headers).status == 204
    assert suite.house.ask("GET", path, headers=headers).status == 401


@dataclass(frozen=True, slots=True)
class Entering(Suite):
    """The suite in its variant dynamic_client: each relying party enters itself."""

    def party(self, *, with_challenge: bool = False, **oidc: object) -> RelyingParty:
        """Register as the suite does: both grants, and what a module adds."""
        asked: dict[str, Any] = {"token_endpoint_auth_method": AuthMethod.BASIC, **oidc}
        method = str(asked.pop("token_endpoint_auth_method"))
        client = entered(
            self,
            token_endpoint_auth_method=method,
            grant_types=BOTH_GRANTS,
            post_logout_redirect_uris=[GONE],
            **asked,
        )
        return replace(client.party, with_challenge=with_challenge)


def entering(suite: Suite) -> Entering:
    """Return the suite in its variant dynamic_client."""
    return Entering(suite.house, suite.clock, suite.mode)


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
