"""Trust marks as they lie ready, for everybody who asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kernel.clock import Clock
from kernel.ids import EntityId
from kernel.standing import NotInGoodStanding, Party, PartyKind, Standing
from trustroot.publish.domain import MarkStatus, SignedMark, mark_party
from trustroot.publish.errors import MarkNotHeld, MarkUnknown, NothingPublished
from trustroot.publish.ports import MarkStore, MarkTypeStore
from trustroot.publish.service.marking import digest_of


@dataclass(frozen=True, slots=True)
class MarkBook:
    """Hands out marks and what is said of them; signs nothing itself."""

    marks: MarkStore
    types: MarkTypeStore
    standing: Standing
    clock: Clock

    def mark(self, mark_type: str, subject: EntityId) -> str:
        """Return the mark that an entity holds (OpenID Federation 1.0 §8.6.2).

        Raises:
            MarkNotHeld: it holds none that is valid.
            StandingUnknown: nobody can tell at the moment.
        """
        held = self.marks.current(mark_type, subject)
        if held is None or held.expires_at <= self.clock() or not self._stands(held):
            raise MarkNotHeld(subject[:200])
        return held.token

    def status(self, token: str) -> str:
        """Return what is said of a mark of ours (OpenID Federation 1.0 §8.4.2).

        Raises:
            MarkUnknown: it is none of ours, or not byte for byte.
            NothingPublished: it ended or was revoked a moment ago, and that is not signed
                yet: nobody is told that it is active.
            StandingUnknown: nobody can tell at the moment.
        """
        mark = self.marks.find(digest_of(token))
        if mark is None:
            raise MarkUnknown
        if mark.status is MarkStatus.ACTIVE and not self._is_active(mark):
            raise NothingPublished(mark.subject)
        return mark.answer

    def holders(self, mark_type: str, subject: EntityId | None) -> tuple[EntityId, ...]:
        """Return who holds a mark of a type (OpenID Federation 1.0 §8.5.2).

        Raises:
            MarkTypeUnknown: there is no such type here.
            StandingUnknown: nobody can tell at the moment.
        """
        self.types.find(mark_type)
        named = (
            self.marks.holders(mark_type, self.clock())
            if subject is None
            else self._held_by(mark_type, subject)
        )
        return tuple(one for one in named if self._may_carry(mark_type, one))

    def of(self, entity: EntityId) -> tuple[dict[str, str], ...]:
        """Return an entity's valid marks as its configuration carries them (§3.1.2)."""
        held = carried(self.marks.held_by(entity), self.clock())
        return tuple(m for m in held if self._may_carry(m["trust_mark_type"], entity))

    def _held_by(self, mark_type: str, subject: EntityId) -> tuple[EntityId, ...]:
        held = self.marks.current(mark_type, subject)
        return (subject,) if held and held.expires_at > self.clock() else ()

    def _is_active(self, mark: SignedMark) -> bool:
        return mark.expires_at > self.clock() and self._stands(mark)

    def _stands(self, mark: SignedMark) -> bool:
        return self._may_carry(mark.mark_type, mark.subject)

    def _may_carry(self, mark_type: str, subject: EntityId) -> bool:
        """Standing is quicker than the worker: a revoked mark is gone at once."""
        holder = Party(PartyKind.MEMBER, subject)
        try:
            self.standing.require(holder, mark_party(mark_type, subject))
        except NotInGoodStanding:
            return False
        return True


def carried(marks: Iterable[SignedMark], now: datetime) -> tuple[dict[str, str], ...]:
    """Return of each type the mark that ends last, as ``trust_marks`` carries it."""
    last: dict[str, SignedMark] = {}
    for mark in marks:
        if mark.expires_at > now:
            last.setdefault(mark.mark_type, mark)
    return tuple(
        {"trust_mark_type": kind, "trust_mark": mark.token} for kind, mark in last.items()
    )
