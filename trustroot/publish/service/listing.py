"""Who stands under us: lists by filter, kept while nothing has changed."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from kernel.clock import Clock
from kernel.ids import EntityId
from kernel.standing import NotInGoodStanding, Party, PartyKind, Standing
from trustroot.publish.domain import Filter, PageFilter, Statement
from trustroot.publish.errors import EntryUnknown
from trustroot.publish.ports import PublishedStatements

_KEPT_LISTS: Final = 16
_MARKS_AGE: Final = timedelta(seconds=5)
"""Marks run out by themselves: a list that asks for them is looked up again after this."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """One list as it was laid out, and what it depended on."""

    generation: int
    standing: int
    at: datetime
    body: bytes

    def still_says(
        self, asked: Filter, generation: int, standing: int, now: datetime
    ) -> bool:
        """Tell whether nothing can have changed that ``asked`` asks for."""
        if (self.generation, self.standing) != (generation, standing):
            return False
        return not _asks_for_marks(asked) or now - self.at < _MARKS_AGE


@dataclass(frozen=True, slots=True)
class Listing:
    """Lists of our immediate subordinates; who is not in good standing is in none."""

    statements: PublishedStatements
    standing: Standing
    clock: Clock
    kept: dict[Filter, _Kept] = field(default_factory=dict, repr=False, compare=False)

    def body(self, asked: Filter) -> bytes:
        """Return a list as a JSON array (OpenID Federation 1.0 §8.2.2).

        Raises:
            StandingUnknown: nobody can tell at the moment.
        """
        self.standing.require()
        generation, number = self.statements.generation(), self.standing.number()
        now, held = self.clock(), self.kept.get(asked)
        if held and held.still_says(asked, generation, number, now):
            return held.body
        fresh = _Kept(generation, number, now, _laid_out(self.subjects(asked)))
        self._keep(asked, fresh)
        return fresh.body

    def subjects(self, asked: Filter) -> tuple[EntityId, ...]:
        """Return those that fit a filter, in the order of their identifiers."""
        return self._standing(self.statements.fitting(asked, self.clock()))

    def page(self, asked: PageFilter) -> tuple[tuple[Statement, ...], EntityId | None]:
        """Return a page, and where the next one begins.

        Raises:
            EntryUnknown: the page is to begin with somebody who is not in the list.

        Source: Extended Subordinate Listing 1.0 §3.2.
        """
        if asked.start is not None and not self._is_listed(asked.start):
            raise EntryUnknown(asked.start[:200])
        more = PageFilter(
            what=asked.what,
            start=asked.start,
            limit=asked.limit + 1,
            updated_after=asked.updated_after,
            updated_before=asked.updated_before,
        )
        rows = self.statements.page(more, self.clock())
        following = rows[asked.limit].subject if len(rows) > asked.limit else None
        shown = (row for row in rows[: asked.limit] if self.may_act(row.subject))
        return tuple(shown), following

    def may_act(self, subject: EntityId) -> bool:
        """Standing is quicker than the worker: who is suspended is gone at once."""
        try:
            self.standing.require(Party(PartyKind.MEMBER, subject))
        except NotInGoodStanding:
            return False
        return True

    def _standing(self, subjects: tuple[EntityId, ...]) -> tuple[EntityId, ...]:
        """Ask about all at once: it is rare that one has been stopped a moment ago."""
        try:
            self.standing.require(*(Party(PartyKind.MEMBER, one) for one in subjects))
        except NotInGoodStanding:
            half = len(subjects) // 2
            if not half:
                return ()
            return self._standing(subjects[:half]) + self._standing(subjects[half:])
        return subjects

    def _is_listed(self, subject: EntityId) -> bool:
        # Somebody suspended between two pages must not end the paging of a stranger.
        return self.statements.find(subject) is not None

    def _keep(self, asked: Filter, fresh: _Kept) -> None:
        if len(self.kept) >= _KEPT_LISTS and asked not in self.kept:
            self.kept.clear()
        self.kept[asked] = fresh


def _asks_for_marks(asked: Filter) -> bool:
    return asked.trust_marked or bool(asked.mark_types)


def _laid_out(subjects: tuple[EntityId, ...]) -> bytes:
    return json.dumps(subjects, ensure_ascii=False, separators=(",", ":")).encode()
