"""What the resolver and the collection are asked, and a page of the latter."""

from dataclasses import dataclass

from federation.domain.answers import Entry
from kernel.ids import EntityId


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """What a resolver is asked (OpenID Federation 1.0 §8.3.1)."""

    subject: EntityId
    anchors: frozenset[EntityId]
    entity_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect:
    """What a collection is asked (Entity Collection draft 01).

    Types are alternatives, marks must all be held, ``query`` is part of a name or id.
    """

    anchor: EntityId
    start: EntityId | None = None
    limit: int = 100
    entity_types: frozenset[str] = frozenset()
    mark_types: frozenset[str] = frozenset()
    query: str = ""


@dataclass(frozen=True, slots=True)
class Collected:
    """One page of the collection, and where the next begins."""

    entries: tuple[Entry, ...]
    following: EntityId | None
