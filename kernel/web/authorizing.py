"""The port that tells who may call an API."""

from typing import Protocol

from kernel.errors import DomainError
from kernel.web.access import Access, Caller
from kernel.web.reply import Headers, Request


class Authorizer(Protocol):
    """Asks the issuer about an access token: signature, audience, standing, scope, role."""

    def authorize(self, request: Request, access: Access) -> Caller:
        """Return whom the token of a request speaks for.

        Raises:
            AccessTokenMissing, AccessTokenRefused, AccessDenied: as they say.
            SenderProofRefused, SenderNonceNeeded: the token is not its sender's.
            StepUpNeeded: the person must sign in once more, or by a stronger means.
            StandingUnknown: nobody can tell at the moment.
        """
        ...

    def challenge(self, error: DomainError, request: Request) -> Headers:
        """Return what the answer to a refusal tells the caller to bring; empty: nothing.

        Source: RFC 9110 §11.6.1.
        """
        ...
