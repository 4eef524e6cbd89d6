"""Superiors and exceptions in memory; held to the same contract as SQL."""

from collections.abc import Collection
from dataclasses import replace

from federation.domain import FollowedSuperior
from kernel.ids import EntityId


class MemorySuperiors:
    """How far each superior was read."""

    def __init__(self) -> None:
        self.rows: dict[EntityId, FollowedSuperior] = {}

    def follow(self, superiors: Collection[EntityId]) -> None:
        for entity in superiors:
            self.rows.setdefault(entity, FollowedSuperior(entity=entity))

    def keep(self, superior: FollowedSuperior) -> None:
        self.rows[superior.entity] = superior

    def fail(self, superior: FollowedSuperior) -> None:
        number = self.rows[superior.entity].number
        self.rows[superior.entity] = replace(superior, number=number)

    def all(self) -> tuple[FollowedSuperior, ...]:
        return tuple(self.rows[entity] for entity in sorted(self.rows))


class MemoryExceptions:
    """Who stopped whom."""

    def __init__(self) -> None:
        self.rows: set[tuple[EntityId, str]] = set()

    def add(self, superior: EntityId, party: str) -> None:
        self.rows.add((superior, party))

    def remove(self, superior: EntityId, party: str) -> bool:
        if (superior, party) not in self.rows:
            return False
        self.rows.remove((superior, party))
        return all(held != party for _, held in self.rows)

    def of(self, superior: EntityId) -> tuple[str, ...]:
        return tuple(sorted(party for held, party in self.rows if held == superior))

    def holders(self, party: str) -> tuple[EntityId, ...]:
        return tuple(sorted(superior for superior, held in self.rows if held == party))
