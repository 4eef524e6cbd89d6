"""Answers that were handed out a moment ago, kept in this process's memory."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from federation.domain import Answer, Entry
from federation.ports import AnswerStore
from kernel.clock import Clock, is_young
from kernel.ids import EntityId

_FRESH: Final = timedelta(seconds=1)
_HELD: Final = 1024


@dataclass(frozen=True, slots=True)
class RememberedAnswers:
    """An `AnswerStore` that looks an answer up at most once a second.

    What is handed out may be a second older than what the worker has signed; whether it
    may still be handed out is asked of standing every time, and its end is its own. Only
    what was found is remembered, the 1,024 asked for last.
    """

    store: AnswerStore
    clock: Clock
    _held: OrderedDict[tuple[EntityId, str], tuple[Answer, datetime]] = field(
        default_factory=OrderedDict
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, entity: EntityId, entity_type: str) -> Answer | None:
        """Return one answer, from memory or the store."""
        key, now = (entity, entity_type), self.clock()
        held = self._held.get(key)
        if held is not None and is_young(held[1], now, _FRESH):
            return held[0]
        answer = self.store.find(entity, entity_type)
        with self._lock:
            self._held.pop(key, None)
            if answer is not None:
                self._held[key] = answer, now
                if len(self._held) > _HELD:
                    self._held.popitem(last=False)
        return answer

    def entries(self, at: EntityId | None, limit: int) -> tuple[Entry, ...]:
        """Return entries as the store has them."""
        return self.store.entries(at, limit)

    def put(self, answers: Sequence[Answer], entry: Entry) -> None:
        """Lay answers down, and forget those that lay there."""
        self.store.put(answers, entry)
        self._forget(entry.entity)

    def remove(self, entity: EntityId) -> None:
        """Take answers away."""
        self.store.remove(entity)
        self._forget(entity)

    def remove_unfollowed(self) -> None:
        """Take away what nobody follows, and forget everything."""
        self.store.remove_unfollowed()
        with self._lock:
            self._held.clear()

    def _forget(self, entity: EntityId) -> None:
        with self._lock:
            for key in [key for key in self._held if key[0] == entity]:
                del self._held[key]
