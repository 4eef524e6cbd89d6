"""Every upstream provider: those on record here, and the represented members."""

from dataclasses import dataclass, replace

from idp.broker.domain import Provider, Registration, Slug
from idp.broker.errors import ProviderOfRegister, ProviderUnknown
from idp.broker.ports import ProviderStore, RegistrationStore, RepresentedMembers
from kernel.clock import Clock
from kernel.ids import ClientId, EntityId
from kernel.secret import Secret
from kernel.web import Page, PageAsked


@dataclass(frozen=True, slots=True)
class OurNames:
    """Our name at providers that register relying parties by the federation.

    ``entity`` is our own entity identifier.
    """

    entity: EntityId
    registrations: RegistrationStore
    clock: Clock

    def on(self, provider: Provider) -> Provider:
        """Return the provider with our name there now; "" where we have none."""
        if provider.registration is Registration.AUTOMATIC:
            return replace(provider, client_id=ClientId(self.entity))
        if provider.registration is not Registration.EXPLICIT:
            return provider
        held = self.registrations.find(provider.slug)
        if held is None or held.client_id is None or not held.holds(self.clock()):
            return replace(provider, client_id=ClientId(""))
        return replace(provider, client_id=held.client_id)


@dataclass(frozen=True, slots=True)
class Everybody:
    """A `ProviderStore` of both; where both know a slug or issuer, the record counts."""

    records: ProviderStore
    members: RepresentedMembers
    names: OurNames

    def add(self, provider: Provider, secret: Secret | None) -> None:
        """Keep a new record, or raise `ProviderExists`."""
        self.records.add(provider, secret)

    def find(self, slug: Slug) -> Provider:
        """Return one, or raise `ProviderUnknown`."""
        try:
            return self.names.on(self.records.find(slug))
        except ProviderUnknown:
            found = self.members.find(slug)
            if found is None:
                raise
            return found

    def secret(self, slug: Slug) -> Secret | None:
        """Return our client secret there, or raise `ProviderUnknown`."""
        try:
            return self.records.secret(slug)
        except ProviderUnknown:
            if self.members.find(slug) is None:
                raise
            return self.members.secret(slug)

    def set_maintenance(self, slug: Slug, words: str) -> None:
        """Say why it is out of use; "" for in use again.

        Raises:
            ProviderOfRegister: it is a represented member.
        """
        if self.find(slug).represented:
            raise ProviderOfRegister(slug)
        self.records.set_maintenance(slug, words)

    def page(self, asked: PageAsked) -> Page[Provider]:
        """Return providers in the order of their slugs."""
        later = (one for one in self.all() if one.slug > (asked.after or ""))
        listed = sorted(later, key=lambda one: one.slug)
        shown = tuple(listed[: asked.limit])
        return Page(shown, shown[-1].slug if len(listed) > asked.limit else None)

    def all(self) -> tuple[Provider, ...]:
        """Return every provider, in the order of code and slug."""
        records = tuple(self.names.on(one) for one in self.records.all())
        slugs = {one.slug for one in records}
        issuers = {one.entity_id for one in records}
        members = (
            one
            for one in self.members.all()
            if one.slug not in slugs and one.entity_id not in issuers
        )
        return tuple(sorted((*records, *members), key=lambda one: (one.code, one.slug)))
