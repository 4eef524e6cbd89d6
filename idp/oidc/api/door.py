"""The door of our own API: implements `kernel.web.Authorizer`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from idp.oidc.api.challenges import NONCE, challenges
from idp.oidc.flows.access import ApiAccess
from kernel.errors import DomainError
from kernel.web import (
    Access,
    AccessDenied,
    AccessTokenMissing,
    AccessTokenRefused,
    Caller,
    Headers,
    Request,
    SenderNonceNeeded,
    SenderProofRefused,
    StepUpNeeded,
)

CODES: Final[Mapping[type[DomainError], str]] = {
    AccessTokenMissing: "",
    AccessTokenRefused: "invalid_token",
    SenderProofRefused: "invalid_dpop_proof",
    SenderNonceNeeded: "use_dpop_nonce",
    StepUpNeeded: "insufficient_user_authentication",
    AccessDenied: "insufficient_scope",
}
"""RFC 6750 §3.1, RFC 9449 §7.1 and §9, RFC 9470 §3: what is wrong, by the nearest row."""


@dataclass(frozen=True, slots=True)
class ApiDoor:
    """Asks the flow who calls, and tells whom it turns away what to bring.

    ``resource`` is our API as its metadata names it.
    """

    access: ApiAccess
    resource: str

    def authorize(self, request: Request, access: Access) -> Caller:
        """Return whom the token of a request speaks for; see `ApiAccess.authorize`."""
        return self.access.authorize(request, access)

    def challenge(self, error: DomainError, request: Request) -> Headers:
        """Return the challenges of a refusal; none where a token would change nothing."""
        code = next((CODES[kind] for kind in type(error).__mro__ if kind in CODES), None)
        if code is None:
            return ()
        told = step_up_asked(error.asked) if isinstance(error, StepUpNeeded) else {}
        spoken = challenges(request, self.resource, code, told)
        if isinstance(error, SenderNonceNeeded):
            return (*spoken, (NONCE, error.nonce))
        return spoken


def step_up_asked(access: Access) -> Mapping[str, str]:
    """RFC 9470 §3: acr_values and max_age of the sign-in that would do."""
    told = {}
    if access.level is not None:
        told["acr_values"] = access.level.acr
    if access.max_age is not None:
        told["max_age"] = str(int(access.max_age.total_seconds()))
    return told
