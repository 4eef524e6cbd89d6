"""Relying parties that federate themselves, found by their chains."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from federation.domain import RELYING_PARTY, VerifiedChain
from federation.errors import (
    BudgetSpent,
    ChainExpired,
    ChainNotAnchored,
    ChainRefused,
    EntityMalformed,
    KeysNotUsable,
    MetadataNotAccepted,
    NoTrustChain,
)
from idp.clients.adapters.resolved_metadata import client_of
from idp.clients.domain import Client, Registered, Registration
from idp.clients.errors import (
    ClientUnknown,
    MemberMetadataRefused,
    TrustAnchorRefused,
    TrustChainRefused,
    TrustNotEstablished,
)
from idp.clients.ports import (
    BroughtChains,
    KeysOfChains,
    KnownChains,
    RegistrationStore,
)
from kernel.clock import Clock
from kernel.ids import ClientId, EntityId
from kernel.proof.jose import required_date
from kernel.proof.statement import read
from kernel.secret import Digest
from kernel.standing import NotInGoodStanding

_NO_CHAIN = (ChainRefused, BudgetSpent, NoTrustChain, ChainExpired, EntityMalformed)


@dataclass(frozen=True, slots=True)
class FederationReaders:
    """What reading the federation offers.

    Attributes:
        kept: chains resolved ahead of time; never asks the network.
        met: asks it once for an entity seen for the first time, within narrow bounds.
    """

    kept: KnownChains
    met: KnownChains
    brought: BroughtChains
    keys: KeysOfChains


@dataclass(frozen=True, slots=True)
class FederatedClients:
    """A `ClientLookup` of members, and the ways in which one becomes known."""

    readers: FederationReaders
    store: RegistrationStore
    clock: Clock

    def find(self, client: ClientId) -> Client:
        """Return a member that is known, asking nobody.

        Raises:
            ClientUnknown: it is none, its chain has ended, or may not be believed now.
        """
        try:
            with _trusting():
                return self._known(EntityId(client))
        except (TrustNotEstablished, NotInGoodStanding) as cause:
            raise ClientUnknown(client[:64]) from cause

    def meet(self, client: ClientId) -> Client:
        """Return a member that may be here for the first time (§12.1.1.1.2).

        Raises:
            TrustNotEstablished: it has no chain to one of our anchors, or is not what a
                relying party must be.
        """
        with _trusting():
            entity = EntityId(client)
            return self._derived(self.readers.met.chain(entity), Registration.AUTOMATIC)

    def bring(self, client: ClientId, chain: Sequence[str]) -> Client:
        """Return a member by the chain it brings along, and keep that (§4.3, §12.1.1.1.1).

        An explicit registration that still stands is not replaced by it. Of a member that
        is known, one by a superior that it does not name itself is passed over.

        Raises:
            TrustNotEstablished: the chain does not hold, or is of another.
            NotInGoodStanding: somebody on it may act no more.
        """
        with _trusting():
            entity = EntityId(client)
            held = self.readers.brought.accept(chain, subject=entity)
            if not self._may_come_by(held):
                return self._known(entity)
            derived = self._derived(held, Registration.AUTOMATIC)
        kept = self._registered(entity)
        if kept is not None and kept.registration is Registration.EXPLICIT:
            return self._again(kept)
        if kept is None or _is_newer(held, kept):
            self._keep(held, Registration.AUTOMATIC, None)
        return derived

    def examine(
        self, entity: EntityId, chain: Sequence[str]
    ) -> tuple[Client, VerifiedChain]:
        """Return what an explicit registration by this chain would be; keeps nothing.

        Raises:
            TrustNotEstablished, NotInGoodStanding: as for ``bring``.
        """
        with _trusting():
            held = self.readers.brought.accept(chain, subject=entity)
            if not self._may_come_by(held):
                raise TrustChainRefused("a superior that it does not name")
            return self._derived(held, Registration.EXPLICIT), held

    def chain_of(self, entity: EntityId) -> VerifiedChain:
        """Return the chain of an entity, which may be here for the first time.

        Raises:
            TrustNotEstablished: it has none to one of our anchors.
        """
        with _trusting():
            return self.readers.met.chain(entity)

    def register(self, chain: VerifiedChain, secret: Digest | None) -> None:
        """Keep an explicit registration until its chain ends (§12.2.2)."""
        self._keep(chain, Registration.EXPLICIT, secret)

    def anchor_of(self, entity: EntityId, chain: Sequence[str]) -> EntityId:
        """Return where a chain that somebody brings along about ``entity`` ends.

        Raises:
            TrustNotEstablished: it does not hold.
        """
        with _trusting():
            return self.readers.brought.accept(chain, subject=entity).anchor

    def _known(self, entity: EntityId) -> Client:
        """Return it by what is newer: the chain brought along once, or our own of it.

        Chains are public: one of before, replayed by anybody, displaces nothing.
        """
        registered = self._registered(entity)
        if registered is not None and not self._is_outdated(registered):
            return self._again(registered)
        return self._derived(self.readers.kept.chain(entity), Registration.AUTOMATIC)

    def _is_outdated(self, kept: Registered) -> bool:
        if kept.registration is Registration.EXPLICIT:
            return False
        ours = self._resolved(kept.entity)
        return ours is not None and _said_at(kept) < ours.statements[0].issued_at

    def _may_come_by(self, held: VerifiedChain) -> bool:
        """Ours: of whom we heard at its own address, no superior speaks it does not name.

        A platform can vouch for any name, with any key; what a member publishes under its
        own name it cannot write.
        """
        ours = self._resolved(held.subject)
        if ours is None or len(held.path) == 1:
            return True
        return held.path[1] in ours.statements[0].authority_hints

    def _resolved(self, entity: EntityId) -> VerifiedChain | None:
        """Return the chain that we have resolved ourselves, if there is a good one."""
        try:
            return self.readers.kept.chain(entity)
        except (NoTrustChain, ChainExpired):
            return None

    def _registered(self, entity: EntityId) -> Registered | None:
        kept = self.store.find(entity)
        return kept if kept is not None and self.clock() < kept.expires_at else None

    def _again(self, kept: Registered) -> Client:
        with _trusting():
            chain = self.readers.brought.accept(kept.chain, subject=kept.entity)
            return replace(self._derived(chain, kept.registration), secret=kept.secret)

    def _derived(self, chain: VerifiedChain, registration: Registration) -> Client:
        keys = self.readers.keys.of(chain, RELYING_PARTY)
        return client_of(chain, keys, registration)

    def _keep(
        self, chain: VerifiedChain, registration: Registration, secret: Digest | None
    ) -> None:
        self.store.put(
            Registered(
                entity=chain.subject,
                registration=registration,
                chain=chain.tokens,
                secret=secret,
                registered_at=self.clock(),
                expires_at=chain.expires_at,
            )
        )


def _is_newer(chain: VerifiedChain, kept: Registered) -> bool:
    """Whether a chain is another than the one kept, and its subject said it no earlier."""
    if kept.chain == chain.tokens:
        return False
    return _said_at(kept) <= chain.statements[0].issued_at


def _said_at(kept: Registered) -> datetime:
    """Return when the member itself said what is kept; it was verified when it came."""
    return required_date(read(kept.chain[0]).claims, "iat")


@contextmanager
def _trusting() -> Iterator[None]:
    """Say in this room's words why a member is not believed (§8.9, §12.1.3)."""
    try:
        yield
    except ChainNotAnchored as cause:
        raise TrustAnchorRefused(cause.detail) from cause
    except (MetadataNotAccepted, KeysNotUsable) as cause:
        raise MemberMetadataRefused(cause.detail) from cause
    except _NO_CHAIN as cause:
        raise TrustChainRefused(cause.detail) from cause
