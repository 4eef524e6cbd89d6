"""Setting out: the browser goes to a provider that may be relied on."""

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from idp.broker.domain import (
    ATTEMPT_LIFETIME,
    Attempt,
    Provider,
    Reading,
    Slug,
    TrustedProvider,
)
from idp.broker.errors import ProviderInMaintenance, StateForeign
from idp.broker.events import SentUpstream, UpstreamRefused
from idp.broker.flows.addresses import Addresses
from idp.broker.flows.sending import Sending
from idp.broker.flows.trust import Trust
from idp.broker.messages.requests import AuthorizationAsked, scope_for
from idp.broker.ports import AttemptStore, ProviderStore
from idp.session.domain import Interaction
from idp.session.service import Interactions
from kernel.assurance import Level
from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.errors import DomainError
from kernel.events import AuditTrail, Levels, Outcome
from kernel.faults import fault_of
from kernel.ids import InteractionId, correlation
from kernel.secret import Secret
from kernel.work import UnitOfWork

_FORWARDED = frozenset({"login", "select_account"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The unit of work and the trail, time and chance."""

    work: UnitOfWork
    trail: AuditTrail
    clock: Clock
    entropy: Entropy


@dataclass(frozen=True, slots=True)
class SetOut:
    """Sends a browser upstream with a state that only it can bring back."""

    providers: ProviderStore
    attempts: AttemptStore
    interactions: Interactions
    trust: Trust
    sending: Sending
    addresses: Addresses
    around: Surroundings

    def __call__(
        self,
        slug: Slug,
        interaction: InteractionId,
        browser: Secret | None,
        reads: Reading,
    ) -> str:
        """Return the upstream's address with our request.

        ``reads`` is what the person chose here; it goes before the service's wish.

        Raises:
            InteractionUnknown, InteractionFinished, InteractionExpired: it is not this
                browser's to go on with.
            ProviderUnknown, ProviderInMaintenance: as they say.
            ProviderNotTrusted, NotInGoodStanding, ProviderMetadataUnusable: it may not be
                relied on now.
            PushNotTaken, UpstreamUnavailable: it did not take our request.

        Source: OIDC Core §3.1.2.1, RFC 7636 §4, RFC 9700 §2.1.
        """
        waiting = self.interactions.open_here(interaction, browser)
        provider = self.providers.find(slug)
        try:
            is_in_use(provider)
            trusted = self.trust.require(provider)
            return self._sent(trusted, waiting, browser, reads)
        except DomainError as failure:
            self._refused(provider, waiting, failure)
            raise

    def _sent(
        self,
        trusted: TrustedProvider,
        waiting: Interaction,
        browser: Secret | None,
        reads: Reading,
    ) -> str:
        if browser is None:
            raise StateForeign("browser")
        state, verifier = (Secret(token(self.around.entropy)) for _ in range(2))
        attempt = self._attempt(trusted.provider, waiting, state, browser, verifier)
        asked = self._asked(trusted, waiting, state, attempt)
        asked = replace(asked, reading=reads.otherwise(_wished(waiting)))
        # Pushing calls out, so it comes before the unit of work.
        address = self.sending.address(trusted, asked)
        with self.around.work():
            self.attempts.add(attempt)
            self.around.trail.record(
                SentUpstream(
                    provider=attempt.issuer,
                    relying_party=waiting.relying_party,
                    interaction=waiting.id,
                    levels=Levels(asked=waiting.asked),
                    correlation=correlation(attempt.issuer, attempt.nonce),
                    path=trusted.chain.path,
                )
            )
        return address

    def _attempt(
        self,
        provider: Provider,
        waiting: Interaction,
        state: Secret,
        browser: Secret,
        verifier: Secret,
    ) -> Attempt:
        now = self.around.clock()
        return Attempt(
            state=state.digest(),
            provider=provider.slug,
            issuer=provider.entity_id,
            client_id=provider.client_id,
            interaction=waiting.id,
            browser=browser.digest(),
            nonce=token(self.around.entropy),
            verifier=verifier,
            asked=waiting.asked,
            max_age=demanded_age(waiting),
            started_at=now,
            expires_at=now + ATTEMPT_LIFETIME,
        )

    def _asked(
        self,
        trusted: TrustedProvider,
        waiting: Interaction,
        state: Secret,
        attempt: Attempt,
    ) -> AuthorizationAsked:
        provider, max_age = trusted.provider, attempt.max_age
        demanded = trusted.demanded(waiting.asked)
        return AuthorizationAsked(
            client_id=provider.client_id,
            redirect_uri=self.addresses.callback(provider.slug),
            state=state,
            nonce=attempt.nonce,
            challenge=challenge_of(attempt.verifier),
            acr_values=" ".join(provider.acrs(waiting.asked)),
            prompt=forwarded_prompt(waiting.prompt),
            max_age_s=None if max_age is None else int(max_age.total_seconds()),
            scope=scope_for(trusted.metadata),
            essential_acrs=() if demanded is None else at_least(provider, demanded),
        )

    def _refused(
        self, provider: Provider, waiting: Interaction, failure: DomainError
    ) -> None:
        self.around.trail.record(
            UpstreamRefused(
                provider=provider.entity_id,
                relying_party=waiting.relying_party,
                interaction=waiting.id,
                levels=Levels(asked=waiting.asked),
                outcome=Outcome.REFUSED,
                reason=failure.code,
                fault=fault_of(failure),
            )
        )


def _wished(waiting: Interaction) -> Reading:
    """Return the wish of the service for the pages of this journey."""
    hints = waiting.hints
    return Reading(ui_locales=hints.ui_locales, is_large=hints.large_type)


def at_least(provider: Provider, level: Level) -> tuple[str, ...]:
    """OIDC Core §5.5.1.1: every ``acr`` of the provider that would do."""
    if provider.words is not None:
        return provider.words.acrs(level)
    return tuple(each.acr for each in Level if each >= level)


def demanded_age(waiting: Interaction) -> timedelta | None:
    """OIDC Core §3.1.2.1: ``prompt=login`` is ``max_age=0`` too.

    So ``auth_time`` must come back and show that the upstream did ask again.
    """
    return timedelta() if "login" in waiting.prompt else waiting.max_age


def is_in_use(provider: Provider) -> None:
    """A provider under maintenance is not gone to."""
    if provider.maintenance:
        raise ProviderInMaintenance(provider.slug)


def challenge_of(verifier: Secret) -> str:
    """RFC 7636 §4.2: BASE64URL(SHA256(verifier))."""
    digest = hashlib.sha256(verifier.reveal().encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def forwarded_prompt(prompt: frozenset[str]) -> frozenset[str]:
    """OIDC Core §3.1.2.1: ``none`` stands alone; consent is asked here, not there."""
    return frozenset({"none"}) if "none" in prompt else prompt & _FORWARDED
