"""Argon2id in a pool of its own: so many at once, so many waiting, nobody beyond."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from idp.login.errors import HashCoresMissing, HashingBusy
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
    interpreter's lock released, so that a forked child needs no threads of the parent;
    where ``cores`` are named it does it there, and whoever asks for a token on another
    core never finds it taken by a password.
    """

    __slots__ = ("_cores", "_dummy", "_hasher", "_inside", "_room")

    def __init__(
        self,
        *,
        at_once: int,
        waiting: int,
        entropy: Entropy,
        cores: frozenset[int] = frozenset(),
    ) -> None:
        """Allow ``at_once`` hashes and ``waiting`` callers beside them.

        Args:
            at_once: how many are hashed at the same time.
            waiting: how many more may wait for their turn.
            entropy: where the dummy's password comes from.
            cores: on which cores to hash; none: on any.

        Raises:
            HashCoresMissing: this machine, or what we may use of it, has no such core.
        """
        self._cores = cores
        self._hasher = PasswordHasher(
            time_cost=TIME_COST,
            memory_cost=MEMORY_KIB,
            parallelism=PARALLELISM,
            type=Type.ID,
        )
        self._inside = BoundedSemaphore(at_once)
        self._room = BoundedSemaphore(at_once + waiting)
        with self._on_its_cores():
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
                with self._on_its_cores():
                    yield
            finally:
                self._inside.release()
        finally:
            self._room.release()

    @contextmanager
    def _on_its_cores(self) -> Iterator[None]:
        """Keep this thread, and no other of the process, on the cores for passwords."""
        if not self._cores:
            yield
            return
        before = os.sched_getaffinity(0)
        try:
            _stay_on(self._cores)
            yield
        finally:
            os.sched_setaffinity(0, before)


def _stay_on(cores: frozenset[int]) -> None:
    """sched_setaffinity(2): 0 is the calling thread; cores that are not there are left out.

    Raises:
        HashCoresMissing: one of them is not there.
    """
    try:
        os.sched_setaffinity(0, cores)
    except OSError as cause:
        raise HashCoresMissing(_named(cores)) from cause
    if os.sched_getaffinity(0) != cores:
        raise HashCoresMissing(_named(cores))


def _named(cores: frozenset[int]) -> str:
    return f"limits.hash_cores: {sorted(cores)}"
