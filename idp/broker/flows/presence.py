"""Keeping our own chain, as a relying party, no older than the providers on record."""

from dataclasses import dataclass

from federation.errors import ChainExpired, NoTrustChain
from idp.broker.flows.addresses import Addresses
from idp.broker.flows.ourselves import listed
from idp.broker.ports import Chains, ProviderStore
from kernel.ids import EntityId


@dataclass(frozen=True, slots=True)
class Presence:
    """The worker's step: a provider entered since makes our chain be resolved anew."""

    entity: EntityId
    providers: ProviderStore
    addresses: Addresses
    chains: Chains

    def __call__(self) -> None:
        """Look whether our chain names every address at which we must be answered."""
        wanted = {
            self.addresses.callback(one.slug)
            for one in self.providers.all()
            if one.registers_us
        }
        if not wanted or wanted <= self._named():
            return
        self.chains.unfollow(self.entity)
        self.chains.follow(self.entity)

    def _named(self) -> frozenset[str]:
        try:
            return listed(self.chains.chain(self.entity))
        except (NoTrustChain, ChainExpired):
            return frozenset()
