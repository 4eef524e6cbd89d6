"""Statements that were verified before: the same bytes under the same key hold again."""

import threading
from collections import OrderedDict
from typing import Final

from kernel.proof.jose import ENTITY_STATEMENT, KeySet, key_named
from kernel.proof.statement.entity import (
    UnverifiedStatement,
    VerifiedStatement,
    read,
    verify,
)

_LIMIT_BYTES: Final = 2_097_152
_LONGEST_BYTES: Final = 65_536


class KnownStatements:
    """Reads and verifies statements, and remembers those that held; bounded.

    A signature is a fact about bytes and a key, and never stops to be one. Whether the key
    may still speak and the statement is in force is asked each time by the caller.
    Statements of superiors stand in the chains of everybody below them. Only what held is
    remembered, under the very key that signed. Safe for many threads.

    Source: OpenID Federation 1.0 §10.2, statements and results of verification may be kept.
    """

    __slots__ = ("_bytes", "_held", "_limit", "_lock")

    def __init__(self, limit_bytes: int = _LIMIT_BYTES) -> None:
        """Start with none; ``limit_bytes`` bounds the texts, the oldest go first."""
        self._held: OrderedDict[str, tuple[UnverifiedStatement, str, VerifiedStatement]] = (
            OrderedDict()
        )
        self._limit, self._bytes = limit_bytes, 0
        self._lock = threading.Lock()

    def read(self, token: str) -> UnverifiedStatement:
        """Return what a statement claims, as `statement.read`."""
        held = self._held.get(token)
        return read(token) if held is None else held[0]

    def verify(self, claimed: UnverifiedStatement, keys: KeySet) -> VerifiedStatement:
        """Return a statement that one of ``keys`` signed, as `statement.verify`."""
        held = self._held.get(claimed.token)
        if held is not None:
            key = key_named(claimed.jws.header, keys, ENTITY_STATEMENT)
            if key.thumbprint == held[1]:
                return self._used(claimed.token, held[2])
        verified = verify(claimed, keys)
        self._remember(claimed, verified)
        return verified

    def __len__(self) -> int:
        """Count what is remembered."""
        return len(self._held)

    def _used(self, token: str, verified: VerifiedStatement) -> VerifiedStatement:
        with self._lock:
            if token in self._held:
                self._held.move_to_end(token)
        return verified

    def _remember(self, claimed: UnverifiedStatement, verified: VerifiedStatement) -> None:
        token = claimed.token
        if len(token) > _LONGEST_BYTES:
            return
        with self._lock:
            if token not in self._held:
                self._bytes += len(token)
            self._held[token] = (claimed, verified.signed_by, verified)
            while self._bytes > self._limit:
                self._bytes -= len(self._held.popitem(last=False)[0])
