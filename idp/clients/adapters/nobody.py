"""An installation that reads no federation: nobody has a chain there."""

from collections.abc import Sequence

from federation.domain import VerifiedChain
from federation.errors import KeysNotUsable, NoTrustChain
from idp.clients.adapters.federated import FederationReaders
from kernel.ids import EntityId
from kernel.proof.jose import KeySet


class _Nobody:
    """Every reader of the federation in one, each finding nothing."""

    def chain(self, entity: EntityId) -> VerifiedChain:
        """Raise `NoTrustChain`."""
        raise NoTrustChain(entity[:200])

    def accept(self, _tokens: Sequence[str], *, subject: EntityId) -> VerifiedChain:
        """Raise `NoTrustChain`."""
        raise NoTrustChain(subject[:200])

    def of(self, _chain: VerifiedChain, entity_type: str) -> KeySet:
        """Raise `KeysNotUsable`."""
        raise KeysNotUsable(entity_type)


def no_federation() -> FederationReaders:
    """Return readers that know nobody."""
    nobody = _Nobody()
    return FederationReaders(kept=nobody, met=nobody, brought=nobody, keys=nobody)
