"""An upstream ends a session: everything here that rests on it ends too."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from idp.broker.checks import logout as rules
from idp.broker.domain import Provider, Slug, TrustedProvider
from idp.broker.errors import LogoutTokenRefused, LogoutTokenReplayed
from idp.broker.events import LogoutRefused, UpstreamSignedOut
from idp.broker.flows.keys import UpstreamKeys
from idp.broker.flows.start import Surroundings
from idp.broker.flows.trust import Trust
from idp.broker.ports import ProviderStore, SeenLogouts
from idp.session.service import Sessions
from kernel.errors import DomainError
from kernel.events import Outcome
from kernel.faults import fault_of
from kernel.ids import correlation
from kernel.proof.jose import UnknownKey, VerifiedClaims, required_date

_REMEMBERED: Final = timedelta(hours=1)
"""Longer than any clock difference: a token older than its ``exp`` is refused anyway."""


@dataclass(frozen=True, slots=True)
class HearLogout:
    """Verifies an upstream's logout token and acts on it once."""

    providers: ProviderStore
    trust: Trust
    keys: UpstreamKeys
    seen: SeenLogouts
    sessions: Sessions
    around: Surroundings

    def __call__(self, slug: Slug, token: str) -> int:
        """End what the token names; return how many sessions of ours ended.

        Raises:
            ProviderUnknown: there is no such provider.
            LogoutTokenRefused: the token does not hold, or was acted on already.
            ProviderNotTrusted, NotInGoodStanding, UpstreamKeysMissing: its keys cannot be
                relied on now. What it vouched for is ended by standing itself.

        Source: OIDC Back-Channel Logout §2.6, §2.7.
        """
        provider = self.providers.find(slug)
        try:
            claims = self._verified(provider, token)
            return self._act(provider, claims)
        except DomainError as failure:
            self.around.trail.record(
                LogoutRefused(
                    provider=provider.entity_id,
                    outcome=Outcome.REFUSED,
                    reason=failure.code,
                    fault=fault_of(failure),
                )
            )
            raise

    def _verified(self, provider: Provider, token: str) -> VerifiedClaims:
        trusted = self.trust.require(provider)
        claims = self._signed(trusted, token)
        now = self.around.clock()
        rules.registered_claims_hold(claims, provider.entity_id, provider.client_id, now)
        rules.is_about_logout(claims)
        return claims

    def _signed(self, trusted: TrustedProvider, token: str) -> VerifiedClaims:
        for keys in self.keys.sets(trusted):
            try:
                return rules.signed_logout(token, keys, trusted.metadata.algorithms)
            except LogoutTokenRefused as refusal:
                if not isinstance(refusal.__cause__, UnknownKey):
                    raise
        raise LogoutTokenRefused(UnknownKey.code)

    def _act(self, provider: Provider, claims: VerifiedClaims) -> int:
        subject, sid = rules.meant(claims)
        issuer = provider.entity_id
        name = correlation(issuer, rules.jti_of(claims))
        until = required_date(claims, "exp") + _REMEMBERED
        with self.around.work():
            if not self.seen.first(issuer, name, until):
                raise LogoutTokenReplayed
            ended = self.sessions.end_upstream(issuer, subject, sid)
            self.around.trail.record(
                UpstreamSignedOut(provider=issuer, correlation=name, count=len(ended))
            )
        return len(ended)
