"""What an engine must do for the ephemeral store."""

from datetime import timedelta
from typing import Protocol

from kernel.errors import Unavailable


class EphemeralUnavailable(Unavailable):
    """The ephemeral store did not answer in time."""

    code = "ephemeral_unavailable"


class KeyValue(Protocol):
    """Keys with a time to live, shared by all processes of the installation.

    Every operation is atomic and linearizable per key, except that all keys may vanish at
    any time. A key is either a value or a counter or a bucket, never two of them. After its
    time to live a key is gone for every operation, whenever its space is freed. Every
    operation raises `EphemeralUnavailable` when the engine does not answer.
    """

    def get(self, key: str) -> bytes | None:
        """Return the value, or None."""
        ...

    def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        """Set the value, whether there was one or not; its time begins anew."""
        ...

    def add(self, key: str, value: bytes, ttl: timedelta) -> bool:
        """Set the value if there is none; tell whether it was set.

        Of any number of concurrent calls with one key exactly one is told True.
        """
        ...

    def take(self, key: str) -> bytes | None:
        """Return the value and remove it; of concurrent calls exactly one gets it."""
        ...

    def increment(self, key: str, ttl: timedelta) -> int:
        """Count one more and return the count; ``ttl`` runs from the first."""
        ...

    def delete(self, key: str) -> None:
        """Remove the value, if there is one."""
        ...

    def allow(self, key: str, *, per_second: float, burst: int) -> bool:
        """Take one token from a bucket that holds ``burst`` and gains ``per_second``.

        Returns False, and takes none, if there is not a whole token in it.
        """
        ...

    def close(self) -> None:
        """Close the connections."""
        ...
