"""Authentication requests and the answers that browsers bring back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from idp.broker.domain import NOT_SAID, Reading, UpstreamMetadata
from kernel.ids import ClientId
from kernel.secret import Secret
from kernel.web import Form

SCOPE: Final = "openid profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationAsked:
    """The authentication request of OIDC Core §3.1.2.1, as we send it."""

    client_id: ClientId
    redirect_uri: str
    state: Secret
    nonce: str
    challenge: str
    acr_values: str
    prompt: frozenset[str]
    max_age_s: int | None
    reading: Reading = NOT_SAID
    scope: str = SCOPE
    essential_acrs: tuple[str, ...] = ()

    def location(self, endpoint: str) -> str:
        """Return the address the browser is sent to."""
        return with_members(endpoint, self.members)

    @property
    def members(self) -> dict[str, str]:
        """Its parameters; empty ones are left out."""
        members = {
            "response_type": "code",
            "scope": self.scope,
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": self.state.reveal(),
            "nonce": self.nonce,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            "acr_values": self.acr_values,
            "prompt": " ".join(sorted(self.prompt)),
            "max_age": "" if self.max_age_s is None else str(self.max_age_s),
            **self.reading.members,
            "claims": claims_parameter(self.essential_acrs),
        }
        return {name: value for name, value in members.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationAnswer:
    """What the browser brought back (RFC 6749 §4.1.2, RFC 9207 §2)."""

    state: Secret
    issuer: str | None
    code: Secret | None
    error: str | None

    @classmethod
    def parse(cls, form: Form) -> "AuthorizationAnswer":
        """Read the parameters; a repeated one is refused, an unknown one ignored.

        Raises:
            ParameterMissing, ParameterRepeated: as they say.
        """
        form.single_valued()
        code = form.optional("code")
        return cls(
            state=Secret(form.required("state")),
            issuer=form.optional("iss"),
            code=None if code is None else Secret(code),
            error=form.optional("error"),
        )


def claims_parameter(essential_acrs: tuple[str, ...]) -> str:
    """OIDC Core §5.5.1.1: ask for one of these ``acr`` values, or for no answer at all."""
    if not essential_acrs:
        return ""
    acr = {"essential": True, "values": list(essential_acrs)}
    return json.dumps({"id_token": {"acr": acr}}, separators=(",", ":"))


def scope_for(metadata: UpstreamMetadata) -> str:
    """OIDC Discovery §3 scopes_supported: ask for ``profile`` unless it has none."""
    knows = metadata.scopes is None or "profile" in metadata.scopes
    return SCOPE if knows else "openid"


def with_members(endpoint: str, members: Mapping[str, str]) -> str:
    """RFC 6749 §3.1: append members to an endpoint, whose own query is kept."""
    sent = urlencode({name: value for name, value in members.items() if value})
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{sent}"
