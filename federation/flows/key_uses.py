"""Who uses which key: two members never share one."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from kernel.ids import EntityId

_HOLDERS: Final = 4
"""So many holders of one key are remembered beside the last: two are too many already."""


@dataclass(slots=True)
class KeyUses:
    """Remembers the keys of a round of looks, and of the round before.

    Who is seen first in a round is told about the second in the next one. A key is
    remembered by its thumbprint, once: for 10,000 members some megabytes.
    """

    _before: dict[str, tuple[EntityId, ...]] = field(default_factory=dict)
    _now: dict[str, tuple[EntityId, ...]] = field(default_factory=dict)

    def begin(self) -> None:
        """Begin a round: who is not seen in it again is forgotten after the next."""
        self._before, self._now = self._now, {}

    def note(self, entity: EntityId, keys: Collection[str]) -> tuple[EntityId, ...]:
        """Note the keys of a member, and return who else uses one of them."""
        others = {
            holder
            for key in keys
            for holder in (*self._before.get(key, ()), *self._now.get(key, ()))
            if holder != entity
        }
        for key in keys:
            holders = self._now.get(key, ())
            if entity not in holders:
                self._now[key] = (*holders[-_HOLDERS:], entity)
        return tuple(sorted(others))
