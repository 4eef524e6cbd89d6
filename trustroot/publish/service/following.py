"""Whom the worker looks at: who moved, whose statement ends, everybody in turn."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.ids import EntityId, MemberId
from kernel.standing import PartyKind, Standing, StandingChange, State
from trustroot.keys.domain import Purpose
from trustroot.publish.domain import StatementKind
from trustroot.publish.ports import Bookmarks
from trustroot.publish.service.publishing import Publishing
from trustroot.registry.domain import Member, MemberState

_log: Final = logging.getLogger(__name__)
_BOOKMARK: Final = "standing"
_PAGE: Final = 200
_PAGES_A_ROUND: Final = 20
_FIRST_PASS: Final = 200
_LATER_PASS: Final = 50
"""So many active members are read in a round: all of them soon, later only to be sure."""
_ASKED: Final = 2000
"""Of so many members a round asks the version: ten thousand within five rounds."""
_MAY_ACT: Final = frozenset({MemberState.APPROVED, MemberState.ACTIVE})
_REST: Final = timedelta(seconds=30)
_MEMBERS: Final = frozenset({PartyKind.MEMBER, PartyKind.CA})


@dataclass(slots=True)
class Memory:
    """What this process remembers between rounds; without it more is looked at.

    Attributes:
        seen: the version of each member that was found in order, and the signing key.
        turn: the member after whom reading goes on.
        passed: whether every active member has been read once.
        asked: how many of those seen were asked about in this turn.
        resting: about whom nothing could be signed, and when to try again.
    """

    seen: dict[MemberId, tuple[int, str]] = field(default_factory=dict)
    turn: MemberId | None = None
    passed: bool = False
    asked: int = 0
    resting: dict[EntityId, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Following:
    """Follows the register and the clock without reading all of either."""

    publishing: Publishing
    standing: Standing
    bookmarks: Bookmarks
    clock: Clock
    memory: Memory = field(default_factory=Memory)

    def run(self) -> None:
        """Visit who must be visited; a round that finds nothing to do writes nothing."""
        self._those_whose_standing_changed()
        self._those_approved()
        self._those_whose_statement_ends()
        self._those_who_moved()
        self._everybody_in_turn()

    def _those_whose_standing_changed(self) -> None:
        """Suspended, withdrawn, back: within a round of the change, whoever they are."""
        for _ in range(_PAGES_A_ROUND):
            changes = self.standing.changes_since(self.bookmarks.at(_BOOKMARK))
            if not changes:
                return
            for change in changes:
                if not self._heard(change):
                    # The next round begins with it; the rest of this one goes on.
                    self.bookmarks.move(_BOOKMARK, change.number - 1)
                    return
            self.bookmarks.move(_BOOKMARK, changes[-1].number)

    def _heard(self, change: StandingChange) -> bool:
        """Tell whether a change is dealt with: who must be gone is gone."""
        party = change.party
        if party.kind is PartyKind.KEY and change.state is not State.GOOD:
            self._tell_distrust(party.name, change.number)
        if party.kind not in _MEMBERS:
            return True
        entity = EntityId(party.name)
        self.memory.resting.pop(entity, None)
        member = self.publishing.member(entity)
        # About whom nothing can be signed, that is tried again later.
        return member is None or self._visit(member) or member.state in _MAY_ACT

    def _tell_distrust(self, kid: str, number: int) -> None:
        """The bookmark moves with the event: it is written once."""
        with self.publishing.work():
            self.publishing.desks.chronicle.distrusted(kid)
            self.bookmarks.move(_BOOKMARK, number)

    def _those_approved(self) -> None:
        after: MemberId | None = None
        for _ in range(_PAGES_A_ROUND):
            page = self._page(MemberState.APPROVED, after, _PAGE)
            for member in page:
                self._visit(member)
            if len(page) < _PAGE:
                return
            after = page[-1].id

    def _those_whose_statement_ends(self) -> None:
        statements = self.publishing.desks.statements
        before = self.clock() + statements.ours.ahead
        # Whoever rests must not stand in the way of the others.
        limit = _PAGE + len(self.memory.resting)
        for held in statements.statements.due(before, limit=limit):
            if held.kind is StatementKind.MEMBER:
                self._visit_entity(held.subject)

    def _everybody_in_turn(self) -> None:
        """Terms change without a change of standing: whoever is active is looked at."""
        memory = self.memory
        limit = _LATER_PASS if memory.passed else _FIRST_PASS
        page, kid = self._page(MemberState.ACTIVE, memory.turn, limit), self._kid()
        for member in page:
            self._look(member, kid)
        is_over = len(page) < limit
        memory.turn = None if is_over else page[-1].id
        memory.passed = memory.passed or is_over

    def _those_who_moved(self) -> None:
        """Ask only for numbers: of members seen before, whose version is another now."""
        memory, kid = self.memory, self._kid()
        known = list(islice(memory.seen, memory.asked, memory.asked + _ASKED))
        memory.asked = memory.asked + _ASKED if len(known) == _ASKED else 0
        registry = self.publishing.registry
        now = registry.record.members.versions(known) if known else {}
        for member in known:
            if memory.seen[member] != (now.get(member, 0), kid):
                self._look(registry.show(member), kid)

    def _look(self, member: Member, kid: str) -> None:
        found = (member.version, kid)
        if self.memory.seen.get(member.id) != found and self._visit(member):
            self.memory.seen[member.id] = found

    def _kid(self) -> str:
        signer = self.publishing.desks.statements.signer
        return signer.active_kid(Purpose.ANCHOR)

    def _page(
        self, state: MemberState, after: MemberId | None, limit: int
    ) -> tuple[Member, ...]:
        registry = self.publishing.registry
        return registry.page(state=state, after=after, limit=limit)

    def _visit(self, member: Member) -> bool:
        """One member about whom nothing can be signed must not silence the others.

        It rests for a while; whether it is in order is the answer.
        """
        now = self.clock()
        if self.memory.resting.get(member.entity_id, now) > now:
            return False
        try:
            self.publishing.visit(member)
        except DomainError:
            self.memory.resting[member.entity_id] = now + _REST
            _log.exception("statement_not_signed", extra={"member": str(member.id)})
            return False
        self.memory.resting.pop(member.entity_id, None)
        return True

    def _visit_entity(self, entity: EntityId) -> None:
        member = self.publishing.member(entity)
        if member is not None:
            self._visit(member)
