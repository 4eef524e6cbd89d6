"""Coming back: what the upstream answered becomes a session, or a reason why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from idp.broker.checks import answers as rules
from idp.broker.domain import (
    Attempt,
    Provider,
    Redemption,
    Slug,
    TokenAnswer,
    TrustedProvider,
)
from idp.broker.errors import StateUnknown, StateUsed, UpstreamError
from idp.broker.events import UpstreamDenied, UpstreamRefused
from idp.broker.flows.addresses import Addresses
from idp.broker.flows.landing import Arrival, Landing, Landings, Visitor
from idp.broker.flows.ourselves import Ourselves
from idp.broker.flows.start import Surroundings
from idp.broker.flows.trust import Trust
from idp.broker.flows.verifying import IdTokens
from idp.broker.messages.requests import AuthorizationAnswer
from idp.broker.ports import AttemptStore, ProviderStore, UpstreamCalls
from idp.session.domain import Interaction
from idp.session.service import Interactions
from kernel.errors import DomainError
from kernel.events import Levels, Outcome
from kernel.faults import fault_of
from kernel.ids import correlation
from kernel.secret import Secret

_DENIALS: Final[Mapping[str, str]] = {
    "access_denied": "access_denied",
    "login_required": "login_required",
    "interaction_required": "login_required",
    "account_selection_required": "login_required",
    "consent_required": "login_required",
    "unmet_authentication_requirements": "unmet_authentication_requirements",
}
"""RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6: errors that are an answer to who asked us."""


@dataclass(frozen=True, slots=True)
class ComeBack:
    """Takes one answer, once, and checks everything anew before anybody is signed in."""

    providers: ProviderStore
    attempts: AttemptStore
    interactions: Interactions
    trust: Trust
    ourselves: Ourselves
    calls: UpstreamCalls
    id_tokens: IdTokens
    landings: Landings
    addresses: Addresses
    around: Surroundings

    def __call__(
        self, slug: Slug, answer: AuthorizationAnswer, visitor: Visitor
    ) -> Landing:
        """Return where the browser goes now, and the session cookie it takes along.

        Raises:
            ProviderUnknown: there is no such provider.
            StateRefused: the answer is not to a sign-in of this browser.
            UpstreamRefused: what was answered does not hold.
            ProviderNotTrusted, NotInGoodStanding, ProviderMetadataUnusable: the provider
                may not be relied on any more.
            UpstreamUnavailable, UpstreamKeysMissing: it did not answer in time.
        """
        provider = self.providers.find(slug)
        attempt = self.attempts.find(answer.state.digest())
        try:
            taken = self._taken(attempt, provider, answer, visitor)
            return self._carried_out(taken, provider, answer, visitor)
        except DomainError as failure:
            self._refused(provider, attempt, failure)
            raise

    def _taken(
        self,
        attempt: Attempt | None,
        provider: Provider,
        answer: AuthorizationAnswer,
        visitor: Visitor,
    ) -> Attempt:
        """Use the state up, whatever becomes of the answer (RFC 9700 §4.7.1)."""
        if attempt is None:
            raise StateUnknown
        now = self.around.clock()
        rules.state_is_ours(attempt, provider.slug, visitor.browser)
        rules.provider_is_the_one_asked(attempt, provider.entity_id)
        rules.state_is_fresh(attempt, now)
        if not self.attempts.take(attempt.state, now):
            raise StateUsed
        rules.issuer_is_the_one_asked(answer, attempt)
        if self._names_itself(provider):
            rules.issuer_is_there(answer)
        return attempt

    def _names_itself(self, provider: Provider) -> bool:
        """Tell whether ``iss`` must be there; who speaks federation always sends it.

        Each provider has a callback of its own, which keeps answers apart for those plain
        ones that do not (RFC 9700 §4.4.2.2).
        """
        if not provider.represented:
            return True
        return self.trust.require(provider).metadata.names_itself

    def _carried_out(
        self,
        attempt: Attempt,
        provider: Provider,
        answer: AuthorizationAnswer,
        visitor: Visitor,
    ) -> Landing:
        waiting = self.interactions.open_here(attempt.interaction, visitor.browser)
        if answer.error is not None:
            return self._denied(answer.error, attempt, waiting)
        code = rules.code_is_there(answer)
        trusted = self.trust.require(provider)
        tokens = self._redeemed(code, attempt, trusted)
        identity = self.id_tokens.read(trusted, attempt, tokens)
        arrival = Arrival(
            interaction=waiting, trusted=trusted, identity=identity, tokens=tokens
        )
        return self.landings(arrival, visitor)

    def _redeemed(
        self, code: Secret, attempt: Attempt, trusted: TrustedProvider
    ) -> TokenAnswer:
        return self.calls.redeem(
            Redemption(
                endpoint=trusted.metadata.token_endpoint,
                credentials=self.ourselves.credentials(trusted, attempt.client_id),
                code=code,
                verifier=attempt.verifier,
                redirect_uri=self.addresses.callback(trusted.provider.slug),
            )
        )

    def _denied(self, error: str, attempt: Attempt, waiting: Interaction) -> Landing:
        """Hand a no on to who asked us; any other error is the upstream's own trouble.

        Raises:
            UpstreamError: it is none that who asked us could understand.
        """
        denial = _DENIALS.get(error)
        if denial is None:
            raise UpstreamError(error[:64])
        with self.around.work():
            self.interactions.deny(waiting.id, denial)
            self.around.trail.record(
                UpstreamDenied(
                    provider=attempt.issuer,
                    relying_party=waiting.relying_party,
                    interaction=waiting.id,
                    levels=Levels(asked=attempt.asked),
                    correlation=correlation(attempt.issuer, attempt.nonce),
                    outcome=Outcome.REFUSED,
                    reason=denial,
                )
            )
        return Landing(waiting.resume)

    def _refused(
        self, provider: Provider, attempt: Attempt | None, failure: DomainError
    ) -> None:
        """Put the reason on record; nobody was signed in."""
        if attempt is None:
            known = UpstreamRefused(
                provider=provider.entity_id,
                outcome=Outcome.REFUSED,
                reason=failure.code,
                fault=fault_of(failure),
            )
        else:
            known = UpstreamRefused(
                provider=provider.entity_id,
                interaction=attempt.interaction,
                levels=Levels(asked=attempt.asked),
                correlation=correlation(attempt.issuer, attempt.nonce),
                outcome=Outcome.REFUSED,
                reason=failure.code,
                fault=fault_of(failure),
            )
        self.around.trail.record(known)
