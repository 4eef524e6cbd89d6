"""Entering upstream providers, and saying when they are out of use."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from idp.broker.checks import records as rules
from idp.broker.domain import Provider, Slug
from idp.broker.events import MaintenanceChanged, ProviderRegistered
from idp.broker.flows.directory import most_assertable
from idp.broker.flows.start import Surroundings
from idp.broker.flows.trust import Trust
from idp.broker.messages.providers import ProviderBody
from idp.broker.ports import Chains, ProviderStore
from kernel.assurance import Level
from kernel.errors import DomainError
from kernel.ids import EntityId, Pseudonym
from kernel.secret import Secret
from kernel.web import Page, PageAsked

_RULES: Final[tuple[Callable[[Provider], None], ...]] = (
    rules.slug_is_plain,
    rules.entity_is_issuer,
    rules.region_fits_kind,
    rules.names_are_bounded,
    rules.registration_is_said_here,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether a provider may be relied on now; ``trouble`` is the code of why not."""

    trusted: bool
    trouble: str
    level: Level | None


@dataclass(frozen=True, slots=True)
class Providers:
    """What operators do to provider records; each act is one event.

    ``entity`` is our own entity identifier, as their relying party.
    """

    store: ProviderStore
    chains: Chains
    trust: Trust
    entity: EntityId
    around: Surroundings

    def register(self, said: ProviderBody, *, actor: Pseudonym | None) -> Provider:
        """Enter a provider and have its chain kept from now on.

        Raises:
            ProviderMalformed: a rule is broken; the detail names it.
            ProviderExists: slug or issuer is taken.
        """
        provider, secret = said.provider(self.around.clock()), None
        for rule in _RULES:
            rule(provider)
        if provider.registers_us:
            rules.nothing_is_handed_over(provider, said.client_secret)
        else:
            secret = Secret(said.client_secret)
            rules.credentials_fit_basic(provider, secret)
        with self.around.work():
            self.store.add(provider, secret)
            self.chains.follow(provider.entity_id)
            if provider.registers_us:
                self.chains.follow(self.entity)
            self.around.trail.record(
                ProviderRegistered(
                    actor=actor,
                    provider=provider.entity_id,
                    after={
                        "slug": provider.slug,
                        "kind": provider.kind.value,
                        "registration": provider.registration.value,
                    },
                )
            )
        return self.store.find(provider.slug)

    def find(self, slug: Slug) -> Provider:
        """Return one, or raise `ProviderUnknown`."""
        return self.store.find(slug)

    def page(self, asked: PageAsked) -> Page[Provider]:
        """Return records in the order of their slugs."""
        return self.store.page(asked)

    def set_maintenance(
        self, slug: Slug, words: str, *, actor: Pseudonym | None
    ) -> Provider:
        """Say why a provider is out of use; "" for in use again.

        Raises:
            ProviderUnknown, ProviderMalformed: as they say.
        """
        rules.maintenance_is_a_line(words)
        with self.around.work():
            before = self.store.find(slug)
            self.store.set_maintenance(slug, words)
            self.around.trail.record(
                MaintenanceChanged(
                    actor=actor,
                    provider=before.entity_id,
                    before=before.maintenance,
                    after=words,
                )
            )
            return self.store.find(slug)

    def health(self, provider: Provider) -> Health:
        """Return whether a provider may be relied on now."""
        try:
            chain = self.trust.require(provider).chain
        except DomainError as failure:
            trouble = f"{failure.code}: {failure.detail}".removesuffix(": ")
            return Health(trusted=False, trouble=trouble, level=None)
        return Health(trusted=True, trouble="", level=most_assertable(chain))
