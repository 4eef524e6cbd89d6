"""Argon2id in a pool of its own: so many at once, so many waiting, nobody beyond."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from idp.login.errors import HashingBusy
from kernel.entropy import Entropy, token
from kernel.secret import Secret

MEMORY_KIB: Final = 19 * 1024
TIME_COST: Final = 2
PARALLELISM: Final = 1
_PATIENCE_S: Final = 10.0


class PasswordPool:
    """`PasswordHashing` by argon2id, 19 MiB, t=2, p=1 (OWASP Password Storage 2025).

    One hash costs about 20 ms of a core, as much as 430 tokens: more at once than cores
    would only make everybody slow. The caller's own thread does the work, with the
    interpreter's lock released, so that a forked child needs no threads of the parent.
    """

    __slots__ = ("_dummy", "_hasher", "_inside", "_room")

    def __init__(self, *, at_once: int, waiting: int, entropy: Entropy) -> None:
        """Allow ``at_once`` hashes and ``waiting`` callers beside them."""
        self._hasher = PasswordHasher(
            time_cost=TIME_COST,
            memory_cost=MEMORY_KIB,
            parallelism=PARALLELISM,
            type=Type.ID,
        )
        self._inside = BoundedSemaphore(at_once)
        self._room = BoundedSemaphore(at_once + waiting)
        self._dummy = self._hasher.hash(token(entropy))

    def hash(self, password: Secret) -> Secret:
        """Return the encoded hash with its own salt.

        Raises:
            HashingBusy: too many wait.
        """
        with self._turn():
            return Secret(self._hasher.hash(password.reveal()))

    def verify(self, encoded: Secret | None, password: Secret) -> bool:
        """Tell whether the password fits; None costs the same and never does.

        Raises:
            HashingBusy: too many wait.
        """
        compared = self._dummy if encoded is None else encoded.reveal()
        with self._turn():
            fits = self._fits(compared, password)
        return fits and encoded is not None

    def _fits(self, encoded: str, password: Secret) -> bool:
        try:
            return self._hasher.verify(encoded, password.reveal())
        except (VerificationError, InvalidHashError):
            return False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._room.acquire(blocking=False):
            raise HashingBusy
        try:
            if not self._inside.acquire(timeout=_PATIENCE_S):
                raise HashingBusy
            try:
                yield
            finally:
                self._inside.release()
        finally:
            self._room.release()
