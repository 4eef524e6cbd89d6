"""Registering explicitly ahead of need, and anew before a registration ends."""

from dataclasses import dataclass, replace

from idp.broker.checks import registration as rules
from idp.broker.domain import (
    RETRY,
    Provider,
    Registered,
    Registration,
    TrustedProvider,
    renewed_at,
)
from idp.broker.errors import NotRegistered, ProviderMetadataUnusable
from idp.broker.events import RegisteredUpstream, RegistrationFailed
from idp.broker.flows.addresses import Addresses
from idp.broker.flows.ourselves import Ourselves
from idp.broker.flows.start import Surroundings
from idp.broker.flows.trust import Trust
from idp.broker.ports import FederationCalls, ProviderStore, RegistrationStore
from kernel.errors import DomainError
from kernel.events import Outcome


@dataclass(frozen=True, slots=True)
class Registering:
    """Registers us at one provider (OpenID Federation 1.0 §12.2)."""

    ourselves: Ourselves
    calls: FederationCalls
    addresses: Addresses
    around: Surroundings

    def __call__(self, trusted: TrustedProvider) -> Registered:
        """Return what we were given; nothing is kept yet.

        Raises:
            ProviderMetadataUnusable: it names no address to register at.
            NotRegistered: nobody vouches for us, and for our address for it, at present.
            RegistrationRefused: the answer does not hold.
            UpstreamUnavailable: there was none in time.
        """
        provider, endpoint = trusted.provider, trusted.metadata.registration_endpoint
        ours = self.ourselves.chain(provider.slug)
        if endpoint is None:
            raise ProviderMetadataUnusable("federation_registration_endpoint")
        if ours is None:
            raise NotRegistered("our own chain")
        statement = self.ourselves.configuration_for(provider.entity_id, ours)
        answer = self.calls.register(endpoint, statement)
        wanted = rules.Wanted(
            provider=trusted.chain,
            ours=ours,
            callback=self.addresses.callback(provider.slug),
            now=self.around.clock(),
        )
        return registered(answer, provider, wanted)


def registered(answer: str, provider: Provider, wanted: rules.Wanted) -> Registered:
    """Return what a signed answer gives us, or raise `RegistrationRefused`."""
    claims = rules.signed_answer(answer, wanted)
    rules.parties_fit(claims, wanted)
    rules.superior_is_ours(claims, wanted)
    expires_at = rules.ends_with_the_chain(claims, wanted)
    return Registered(
        provider=provider.slug,
        client_id=rules.client_is_usable(claims, wanted),
        anchor=rules.anchor_is_shared(claims, wanted),
        expires_at=expires_at,
        next_at=renewed_at(wanted.now, expires_at),
    )


@dataclass(frozen=True, slots=True)
class RegisterAhead:
    """The worker's step: every provider that wants us registered, before it is needed."""

    providers: ProviderStore
    registrations: RegistrationStore
    trust: Trust
    registering: Registering
    around: Surroundings

    def __call__(self) -> None:
        """Register where it is due; one provider's failure is no other's."""
        now = self.around.clock()
        for provider in self.providers.all():
            if provider.registration is not Registration.EXPLICIT:
                continue
            held = self.registrations.find(provider.slug)
            is_due = held is None or now >= held.next_at
            # Until our own chain names the address there is nothing to register with.
            if is_due and self.registering.ourselves.chain(provider.slug) is not None:
                self._renew(provider, held)

    def _renew(self, provider: Provider, held: Registered | None) -> None:
        try:
            fresh = self.registering(self.trust.believe(provider))
        except DomainError as failure:
            self._failed(provider, held, failure)
            return
        with self.around.work():
            self.registrations.keep(fresh)
            self.around.trail.record(
                RegisteredUpstream(provider=provider.entity_id, anchor=fresh.anchor or "")
            )

    def _failed(
        self, provider: Provider, held: Registered | None, failure: DomainError
    ) -> None:
        """The last good registration stays until it ends; the event tells of changes."""
        nothing = Registered(
            provider=provider.slug,
            client_id=None,
            anchor=None,
            expires_at=None,
            next_at=self.around.clock(),
        )
        before = held or nothing
        later = self.around.clock() + RETRY
        with self.around.work():
            self.registrations.keep(replace(before, next_at=later, failure=failure.code))
            if before.failure == failure.code:
                return
            self.around.trail.record(
                RegistrationFailed(
                    provider=provider.entity_id,
                    outcome=Outcome.FAILED,
                    reason=failure.code,
                )
            )
