"""What happened to subordinates, written down in the unit of work that makes it true."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.clock import Clock
from kernel.ids import EntityId
from kernel.proof.statement import read
from trustroot.publish.domain import Happened, Happening
from trustroot.publish.ports import EventStore
from trustroot.registry.domain import Action, HistoryEntry, Member, MemberState
from trustroot.registry.service import Registry

_ENDINGS: Final[Mapping[Action, Happening]] = {
    Action.SUSPEND: Happening.SUSPENSION,
    Action.WITHDRAW: Happening.REVOCATION,
}
_CHANGES: Final = (
    ("jwks", Happening.JWKS_UPDATE),
    ("metadata", Happening.METADATA_UPDATE),
    ("metadata_policy", Happening.METADATA_POLICY_UPDATE),
    ("constraints", Happening.METADATA_POLICY_UPDATE),
)
Claims = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Follows the register; an event that others rely on is never written twice."""

    events: EventStore
    registry: Registry
    clock: Clock

    def news(self, member: Member) -> tuple[Happened, ...]:
        """Return what happened to a member's entity and is not yet written."""
        written = self.events.version_of(member.entity_id)
        moves = _moves(member.entity_id, self.registry.life_of(member.entity_id))
        return tuple(event for event in moves if event.version > written)

    def follow(self, member: Member) -> None:
        """Write what happened to a member since the last event; inside a unit of work."""
        for event in self.news(member):
            self.events.add(event)

    def registered_at(self, subject: EntityId) -> datetime:
        """Return when an entity was last registered; now if it has just been."""
        told = (numbered.event for numbered in self.events.about(subject))
        ats = [one.at for one in told if one.happening is Happening.REGISTRATION]
        return ats[-1] if ats else self.clock()

    def began(self, subject: EntityId) -> None:
        """Write that something is said about our own entity from now on."""
        event = Happened(happening=Happening.REGISTRATION, at=self.clock(), subject=subject)
        self.events.add(event)

    def changed(self, subject: EntityId, token: str, claims: Claims) -> None:
        """Subordinate Events 1.0 §2.3: write what changed against the statement before."""
        before = read(token).claims
        kinds = (kind for name, kind in _CHANGES if before.get(name) != claims.get(name))
        for kind in dict.fromkeys(kinds):
            event = Happened(happening=kind, at=self.clock(), subject=subject)
            self.events.add(event)

    def distrusted(self, kid: str) -> None:
        """Write that a key is believed no more."""
        event = Happened(happening=Happening.KEY_DISTRUSTED, at=self.clock(), kid=kid)
        self.events.add(event)

    def mark(self, happening: Happening, subject: EntityId, mark_type: str) -> None:
        """Write what became of somebody's mark; inside a unit of work."""
        self.events.add(
            Happened(
                happening=happening,
                at=self.clock(),
                subject=subject,
                mark_type=mark_type,
            )
        )


def _moves(subject: EntityId, history: tuple[HistoryEntry, ...]) -> Iterator[Happened]:
    """Turn an entity's history into events.

    The first time a membership becomes active is its registration; every later time it
    comes back.
    """
    was_active = False
    for entry in history:
        kind = _ENDINGS.get(entry.action)
        was_active = was_active and kind is not Happening.REVOCATION
        if entry.target is MemberState.ACTIVE and entry.action is Action.ACTIVATE:
            kind = Happening.REINSTATEMENT if was_active else Happening.REGISTRATION
            was_active = True
        if kind is not None:
            yield Happened(
                happening=kind, at=entry.at, subject=subject, version=entry.version
            )
