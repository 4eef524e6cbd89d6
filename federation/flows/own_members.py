"""Has our own members followed, and ourselves: their chains are always at hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from federation.ports import ChainStore, Members
from kernel.clock import Clock
from kernel.ids import EntityId

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class OwnMembers:
    """Follows every active member of our register, and our own two entities.

    Who is withdrawn is let go by the worker once its last chain has ended.
    """

    members: Members
    store: ChainStore
    clock: Clock
    ourselves: tuple[EntityId, ...]

    def __call__(self) -> None:
        """Walk the register once; mostly all are followed already."""
        entities = chain(self.ourselves, self._active())
        while page := tuple(islice(entities, _AT_ONCE)):
            self.store.follow_all(page, self.clock())

    def _active(self) -> Iterator[EntityId]:
        for member in self.members.each_active():
            yield member.entity_id
