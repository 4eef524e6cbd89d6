"""Takes over what a superior states: standing of its subordinates, of keys and marks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from federation.checks.watched import thumbprints
from federation.domain import ChangesPage, SuperiorChange, VerifiedChain, bond
from federation.events import StandingFollowed
from federation.ports import Chains, ChainStore, ExceptionStore, Members
from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.events import AuditTrail
from kernel.ids import EntityId
from kernel.proof.statement import mark_name
from kernel.standing import (
    NotInGoodStanding,
    Party,
    PartyKind,
    Standing,
    StandingRegister,
    State,
)
from trustroot.registry.domain import MemberState
from trustroot.registry.errors import MemberUnknown

_STOPS: Final = {
    "suspension": State.SUSPENDED,
    "revocation": State.WITHDRAWN,
    "key_distrusted": State.WITHDRAWN,
    "mark_revoked": State.WITHDRAWN,
}
_APPROVED_HERE: Final = frozenset(
    {MemberState.APPROVED, MemberState.ACTIVE, MemberState.SUSPENDED}
)
_FREES: Final = frozenset({"registration", "reinstatement"})
_FREES_A_MARK: Final = "mark_reinstated"


@dataclass(frozen=True, slots=True)
class Belief:
    """Of whom a superior is believed, beyond the bond to itself.

    Those we are configured to stand under are believed of everybody. Another superior is
    believed of an entity whose chain here hangs on it alone, and of its own keys: no
    platform can stop another platform's subordinates.
    """

    chains: Chains
    members: Members
    configured: frozenset[EntityId]

    def parties(self, superior: EntityId, change: SuperiorChange) -> Iterator[Party]:
        """Yield whom the change stops or frees here."""
        above = superior in self.configured
        if change.key is not None and (above or self._has_key(superior, change.key)):
            yield Party(PartyKind.KEY, change.key)
        if change.subject is None:
            return
        if change.mark_type is not None:
            if above:
                name = mark_name(change.mark_type, change.subject)
                yield Party(PartyKind.MARK, name)
            return
        yield bond(change.subject, superior)
        if self._whole(superior, change.subject, above=above):
            yield Party(PartyKind.MEMBER, change.subject)

    def _whole(self, superior: EntityId, subject: EntityId, *, above: bool) -> bool:
        """Tell whether the word of one superior is about the whole entity.

        Of our own members our own register speaks. Who names a second superior goes on
        under that one.
        """
        if self._is_ours(subject):
            return False
        chain = self._kept(subject)
        if chain is None or len(chain.path) == 1:
            return above
        hints = chain.statements[0].authority_hints
        return chain.path[1] == superior and set(hints) == {superior}

    def _has_key(self, superior: EntityId, key: str) -> bool:
        """Tell whether a key is one that the superior's own superior vouches for.

        What it publishes itself is not enough: anybody can publish a copy of a public key.
        """
        chain = self._kept(superior)
        return chain is not None and key in thumbprints(chain.subject_keys)

    def _kept(self, entity: EntityId) -> VerifiedChain | None:
        try:
            return self.chains.chain(entity)
        except DomainError:
            return None

    def _is_ours(self, entity: EntityId) -> bool:
        """Tell whether two persons here approved it: anybody may draft in its name."""
        try:
            return self.members.by_entity(entity).state in _APPROVED_HERE
        except MemberUnknown:
            return False


@dataclass(frozen=True, slots=True)
class Stops:
    """Stops and frees parties in our register of standing, in a superior's name."""

    exceptions: ExceptionStore
    register: StandingRegister
    standing: Standing

    def stop(self, superior: EntityId, party: Party, state: State, why: str) -> None:
        """Stop a party and remember who says so; whom we stopped ourselves, stays ours."""
        if self._acts(party):
            self.register.change(party, state, reason=f"{why}, says {superior}")
        elif not self.exceptions.holders(party.name):
            return
        self.exceptions.add(superior, party.name)

    def free(self, superior: EntityId, party: Party) -> None:
        """Free a party that this superior, and nobody else, has stopped."""
        if self.exceptions.remove(superior, party.name):
            self.register.change(party, State.GOOD, reason=f"freed by {superior}")

    def marks_of(self, superior: EntityId, subject: EntityId) -> Iterator[Party]:
        """Yield the marks of an entity that a superior has stopped."""
        for name in self.exceptions.of(superior):
            if name.endswith(f" {subject}") and not name.endswith(f" under {subject}"):
                yield Party(PartyKind.MARK, name)

    def _acts(self, party: Party) -> bool:
        try:
            self.standing.require(party)
        except NotInGoodStanding:
            return False
        return True

    def settle(self, chain: VerifiedChain) -> None:
        """Free an entity that has a new chain, past the superior that had stopped it."""
        party = Party(PartyKind.MEMBER, chain.subject)
        for superior in self.exceptions.holders(party.name):
            if superior not in chain.path:
                self.free(superior, party)


@dataclass(frozen=True, slots=True)
class Taking:
    """Carries out the changes of a page; part of the surrounding unit of work."""

    belief: Belief
    stops: Stops
    store: ChainStore
    trail: AuditTrail
    clock: Clock

    def take(self, superior: EntityId, page: ChangesPage) -> None:
        """Take over every change; whoever it is about is resolved again at once."""
        for change in page.changes:
            self._one(superior, change)
        touched = {change.subject for change in page.changes if change.subject is not None}
        self.store.wake(touched, self.clock())

    def _one(self, superior: EntityId, change: SuperiorChange) -> None:
        state = _STOPS.get(change.name)
        if state is not None:
            self._stop(superior, change, state)
        elif change.name in _FREES and change.subject is not None:
            self._free(superior, change.subject)
        elif change.name == _FREES_A_MARK:
            for party in self.belief.parties(superior, change):
                self.stops.free(superior, party)

    def _stop(self, superior: EntityId, change: SuperiorChange, state: State) -> None:
        for party in self.belief.parties(superior, change):
            self.stops.stop(superior, party, state, change.name)
        self.trail.record(
            StandingFollowed(provider=superior, action=change.name, kid=change.key)
        )

    def _free(self, superior: EntityId, subject: EntityId) -> None:
        """Free an entity, its bond and its marks. A key that was distrusted stays so."""
        for party in (bond(subject, superior), Party(PartyKind.MEMBER, subject)):
            self.stops.free(superior, party)
        for mark in list(self.stops.marks_of(superior, subject)):
            self.stops.free(superior, mark)
