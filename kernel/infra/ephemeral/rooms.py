"""The store as a room sees it: its own keys only, each with a time to live."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kernel.infra.ephemeral.keyvalue import KeyValue

KEY_MAX_CHARACTERS: Final = 512
VALUE_MAX_BYTES: Final = 1 << 20
TTL_MIN: Final = timedelta(milliseconds=1)
TTL_MAX: Final = timedelta(days=7)

_ROOM: Final = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)*")
_FLOW: Final = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


@dataclass(frozen=True, slots=True)
class Room:
    """The keys of one room, or of one flow in it; no other room can name them.

    Every method raises `EphemeralUnavailable` when the engine does not answer, and
    ValueError for a key, value or time to live that is out of bounds: our mistake.
    """

    _engine: KeyValue
    _prefix: str
    _tag: str | None = None

    def flow(self, identifier: str) -> "Room":
        """Return the keys of one flow: on a cluster they lie on one node.

        Raises:
            ValueError: the identifier is not of 1 to 128 letters, digits and ``_.:-``.
        """
        if not _FLOW.fullmatch(identifier):
            msg = "this cannot name a flow"
            raise ValueError(msg)
        return Room(self._engine, self._prefix, identifier)

    def get(self, key: str) -> bytes | None:
        """Return the value, or None."""
        return self._engine.get(self._name(key))

    def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        """Set the value; its time begins anew."""
        self._engine.put(self._name(key), _small(value), _bounded(ttl))

    def add(self, key: str, value: bytes, ttl: timedelta) -> bool:
        """Set the value if there is none; of many at once exactly one is told True."""
        return self._engine.add(self._name(key), _small(value), _bounded(ttl))

    def take(self, key: str) -> bytes | None:
        """Return the value and remove it; of concurrent callers exactly one gets it."""
        return self._engine.take(self._name(key))

    def increment(self, key: str, ttl: timedelta) -> int:
        """Count one more and return the count; ``ttl`` runs from the first."""
        return self._engine.increment(self._name(key), _bounded(ttl))

    def delete(self, key: str) -> None:
        """Remove the value, if there is one."""
        self._engine.delete(self._name(key))

    def allow(self, key: str, *, per_second: float, burst: int) -> bool:
        """Take a token of a bucket of ``burst`` that gains ``per_second``, or say no."""
        if per_second <= 0 or burst < 1 or burst / per_second > TTL_MAX.total_seconds():
            msg = "a bucket must fill within the longest time to live"
            raise ValueError(msg)
        return self._engine.allow(self._name(key), per_second=per_second, burst=burst)

    def _name(self, key: str) -> str:
        # What stands in braces chooses the node (Redis Cluster specification, hash tags).
        if not 0 < len(key) <= KEY_MAX_CHARACTERS:
            msg = "a key has 1 to 512 characters"
            raise ValueError(msg)
        if self._tag is None:
            return f"{self._prefix}:{{{key}}}"
        return f"{self._prefix}/{{{self._tag}}}:{key}"


@dataclass(frozen=True, slots=True)
class Ephemeral:
    """The installation's ephemeral store, given out room by room."""

    _engine: KeyValue

    def room(self, name: str) -> Room:
        """Return the keys of the room called ``name``, such as ``idp.login``.

        Raises:
            ValueError: this is no name of a room.
        """
        if not _ROOM.fullmatch(name):
            msg = "this is no name of a room"
            raise ValueError(msg)
        return Room(self._engine, name)

    def close(self) -> None:
        """Close the connections."""
        self._engine.close()


def _small(value: bytes) -> bytes:
    if len(value) > VALUE_MAX_BYTES:
        msg = "a value has at most 1 MiB"
        raise ValueError(msg)
    return value


def _bounded(ttl: timedelta) -> timedelta:
    if not TTL_MIN <= ttl <= TTL_MAX:
        msg = "a time to live is 1 ms to 7 days"
        raise ValueError(msg)
    return ttl
