"""Revocation: a client gives back what it does not need any more."""

from dataclasses import dataclass

from idp.clients.domain import Client
from idp.oidc.checks import rfc7009
from idp.oidc.domain.grants import Grant, RefreshToken
from idp.oidc.errors import TokenRefused
from idp.oidc.events import RevocationRefused, TokenRevoked
from idp.oidc.flows.authenticate import Authenticate
from idp.oidc.flows.denying import DeniedTokens
from idp.oidc.flows.faults import fault_in, refused_client
from idp.oidc.flows.verifying import AccessTokens
from idp.oidc.messages.presented import Presented
from idp.oidc.ports import GrantStore, RefreshStore
from kernel.errors import Refused
from kernel.events import AuditTrail, Outcome
from kernel.ids import correlation
from kernel.secret import Secret
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Revoke:
    """Ends a grant by its refresh token, or one access token by its name."""

    authenticate: Authenticate
    access_tokens: AccessTokens
    denied: DeniedTokens
    grants: GrantStore
    refreshes: RefreshStore
    trail: AuditTrail
    work: UnitOfWork

    def __call__(self, presented: Presented) -> None:
        """Return once the token counts no more; one that never did is no error.

        Raises:
            GrantOfOtherClient: it was issued to somebody else (RFC 7009 §2.1).
            Refused: the client is not authenticated, or the request is malformed.

        Source: RFC 7009 §2.1, §2.2.
        """
        client: Client | None = None
        try:
            presented.form.single_valued()
            client = self.authenticate.asked(presented).client
            token = presented.form.required("token")
            with self.work():
                self._revoke(client, token)
        except Refused as refusal:
            self.trail.record(
                RevocationRefused(
                    relying_party=refused_client(refusal, client),
                    outcome=Outcome.REFUSED,
                    reason=refusal.code,
                    fault=fault_in(refusal),
                )
            )
            raise

    def _revoke(self, client: Client, token: str) -> None:
        """RFC 7009 §2.1: the hint only says where to look first; here all is looked at."""
        held = self.refreshes.find(Secret(token).digest())
        if held is not None:
            self._grant(client, held)
            return
        try:
            claims = self.access_tokens.authentic(token)
        except TokenRefused:
            return
        rfc7009.token_was_issued_to(client, str(claims.get("client_id")))
        if self.denied.deny(claims):
            issuer, jti = self.access_tokens.issuer.url, str(claims["jti"])
            self.trail.record(
                TokenRevoked(
                    relying_party=client.id,
                    kind="access_token",
                    correlation=correlation(issuer, jti),
                )
            )

    def _grant(self, client: Client, held: RefreshToken) -> None:
        """RFC 7009 §2.1: with a refresh token all that descends from its grant ends."""
        grant: Grant | None = self.grants.find(held.grant)
        if grant is None:
            return
        rfc7009.token_was_issued_to(client, grant.client)
        at = self.access_tokens.clock()
        if self.grants.end(grant.id, at, "revoked"):
            self.trail.record(
                TokenRevoked(relying_party=client.id, kind="refresh_token", grant=grant.id)
            )
