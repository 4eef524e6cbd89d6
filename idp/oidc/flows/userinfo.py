"""The userinfo endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from idp.clients.domain import SCOPE_CLAIMS
from idp.clients.ports import ClientKeys
from idp.oidc.domain.grants import Grant
from idp.oidc.errors import ScopeInsufficient, TokenRefused
from idp.oidc.events import ClaimsReleased, UserInfoRefused
from idp.oidc.flows.claims_told import ClaimsTold
from idp.oidc.flows.faults import fault_in
from idp.oidc.flows.fresh_keys import with_keys_to_encrypt_to
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.live_tokens import LiveAccess, LiveTokens
from idp.oidc.flows.proofs import SenderProof
from kernel.errors import Refused
from kernel.events import AuditTrail, Outcome
from kernel.proof.jose import JoseRefused, intended_for
from kernel.web import Request

_NO_CLAIMS: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class UserInfo:
    """Releases what the person agreed to, or a statute demands, and nothing else."""

    live: LiveTokens
    sender: SenderProof
    issuing: TokenIssuer
    keys: ClientKeys
    told: ClaimsTold
    trail: AuditTrail

    def __call__(self, token: str, request: Request) -> dict[str, object] | str:
        """Return ``sub`` and the claims of the grant behind an access token.

        An object, or a token where the client is registered to get them signed or
        encrypted.

        Args:
            token: as it was sent, in whatever place.
            request: the one it came with, by which its sender proves to be the right one.

        Raises:
            TokenRefused: not valid here and now, another's, or its grant was revoked.
            DpopProofRefused: it is bound to a key, and that was not proven.
            ScopeInsufficient: it was not issued for ``openid``.
            ClientKeyMissing: its client has no key to encrypt to.

        Source: OIDC Core §5.3.
        """
        try:
            live = self.live.access(token)
            counts_here(live.claims, self.issuing.issuer.userinfo)
            self.sender.check(request, live.claims)
            grant = asked_for(live)
            names = grant.userinfo_claims - narrowed_away(grant.scopes, live.scopes)
            reader = with_keys_to_encrypt_to(live.client, self.keys)
            return self.issuing.userinfo(reader, self._release(grant, names))
        except Refused as refusal:
            self.trail.record(
                UserInfoRefused(
                    outcome=Outcome.REFUSED, reason=refusal.code, fault=fault_in(refusal)
                )
            )
            raise

    def _release(self, grant: Grant, names: frozenset[str]) -> dict[str, object]:
        told = self.told(grant, names)
        self.trail.record(
            ClaimsReleased(
                grant=grant.id,
                relying_party=grant.client,
                subject=self.told.people.pseudonym(grant.person),
                claims=tuple(told),
                where="userinfo",
            )
        )
        return {**told, "sub": grant.subject}


def counts_here(claims: Mapping[str, object], userinfo: str) -> None:
    """RFC 9068 §4: a token for another resource opens nothing here."""
    try:
        intended_for(claims, userinfo)
    except JoseRefused as cause:
        raise TokenRefused(cause.code) from cause


def asked_for(live: LiveAccess) -> Grant:
    """OIDC Core §5.3: the endpoint is for tokens obtained through OpenID authentication."""
    if live.grant is None or "openid" not in live.scopes:
        raise ScopeInsufficient
    return live.grant


def narrowed_away(granted: frozenset[str], held: frozenset[str]) -> frozenset[str]:
    """RFC 6749 §6, OIDC Core §5.4: return the claims of scopes that a token was not given.

    What was asked for by name too goes with the scope that its client left out.
    """
    return _claims_of(granted - held) - _claims_of(held)


def _claims_of(scopes: frozenset[str]) -> frozenset[str]:
    each = (SCOPE_CLAIMS.get(scope, _NO_CLAIMS) for scope in scopes)
    return _NO_CLAIMS.union(*each)
