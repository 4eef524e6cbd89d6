"""What lists of subordinates are asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.ids import EntityId

PAGE_LIMIT: Final = 200
"""The most entries of one page of the extended list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is asked for; everything named must hold.

    Attributes:
        entity_types: all of these.
        trust_marked: whether a mark of ours that is valid is asked for, of any type.
        mark_types: a valid mark of ours of every one of these types.
    """

    entity_types: frozenset[str] = frozenset()
    intermediate: bool | None = None
    trust_marked: bool = False
    mark_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFilter:
    """Extended Subordinate Listing 1.0 §3.1: what a page of the list is asked for.

    Attributes:
        start: the entry the page begins with; None: the first.
        updated_after: entries that changed at or after this instant.
        updated_before: entries that changed at or before this instant.
    """

    what: Filter
    start: EntityId | None = None
    limit: int = PAGE_LIMIT
    updated_after: datetime | None = None
    updated_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What each entry of a page says beside its identifier.

    ``claims`` empty: the signed statement.
    """

    claims: tuple[str, ...] = ()
    audit_timestamps: bool = False
