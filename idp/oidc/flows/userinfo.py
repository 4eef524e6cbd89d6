"""The userinfo endpoint."""

from dataclasses import dataclass
from uuid import UUID

from idp.oidc.domain.grants import Grant
from idp.oidc.errors import GrantRefused, ScopeInsufficient, TokenRefused
from idp.oidc.events import ClaimsReleased, UserInfoRefused
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.verifying import AccessTokens
from idp.oidc.messages.claims import released
from idp.oidc.ports import GrantStore
from idp.people.service import People
from kernel.errors import Refused
from kernel.events import AuditTrail, Outcome
from kernel.ids import GrantId
from kernel.proof.jose import VerifiedClaims


@dataclass(frozen=True, slots=True)
class UserInfo:
    """Releases what the person agreed to, or a statute demands, and nothing else."""

    tokens: AccessTokens
    grants: GrantStore
    standing: GrantStanding
    people: People
    trail: AuditTrail

    def __call__(self, token: str) -> dict[str, object]:
        """Return ``sub`` and the claims of the grant behind an access token.

        Raises:
            TokenRefused: not valid here and now, or its grant was revoked.
            ScopeInsufficient: it was not issued for ``openid``.

        Source: OIDC Core §5.3.
        """
        try:
            claims = self.tokens.verified(token, self.tokens.issuer.userinfo)
            scope_has_openid(claims)
            return self._release(self._grant(claims))
        except Refused as refusal:
            self.trail.record(UserInfoRefused(outcome=Outcome.REFUSED, reason=refusal.code))
            raise

    def _grant(self, claims: VerifiedClaims) -> Grant:
        grant = self.grants.find(GrantId(UUID(str(claims.get("grant")))))
        if grant is None:
            raise TokenRefused("grant")
        try:
            self.standing.require(grant)
        except GrantRefused as cause:
            raise TokenRefused(cause.code) from cause
        return self.standing.left(grant)

    def _release(self, grant: Grant) -> dict[str, object]:
        about = self.people.claims(grant.person)
        told = released(about, grant.userinfo_claims, grant.acting_for)
        self.trail.record(
            ClaimsReleased(
                grant=grant.id,
                relying_party=grant.client,
                subject=self.people.pseudonym(grant.person),
                claims=tuple(told),
                where="userinfo",
            )
        )
        return {**told, "sub": grant.subject}


def scope_has_openid(claims: VerifiedClaims) -> None:
    """OIDC Core §5.3: the endpoint is for tokens obtained through OpenID authentication."""
    if "openid" not in str(claims.get("scope", "")).split(" "):
        raise ScopeInsufficient
