"""Idempotency keys: a change that is sent twice happens once and is answered alike."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from kernel.errors import Conflict, Malformed
from kernel.secret import Digest
from kernel.web.reply import Reply, Request
from kernel.work import UnitOfWork

HEADER: Final = "idempotency-key"
_KEY_FORM: Final = re.compile(r"[A-Za-z0-9_.:-]{8,128}")


class KeyMalformed(Malformed):
    """The ``Idempotency-Key`` is not 8 to 128 letters, digits or ``_.:-``."""

    code = "idempotency_key_malformed"


class KeyReused(Conflict):
    """The key was used before with another request."""

    code = "idempotency_key_reused"


class KeyInUse(Conflict):
    """The first request with this key is still being answered."""

    code = "idempotency_key_in_use"


@dataclass(frozen=True, slots=True)
class Hold:
    """A key that somebody holds while the answer is found outside any unit of work."""

    owner: str
    key: str
    since: datetime


class ReplyStore(Protocol):
    """Answers kept by (caller, key) for at least 24 h.

    ``claim`` is part of the surrounding unit of work and serialises callers with one key:
    of two at the same time the second waits, then sees the first one's answer. ``hold``
    outlives its unit of work: until ``settle`` or ``release`` nobody else gets the key, but
    no longer than a bounded time, so that a crash does not lock it.
    """

    def claim(self, owner: str, key: str, fingerprint: Digest) -> Reply | None:
        """Take the key, or return the answer it was given before.

        Raises:
            KeyReused: it was taken with another fingerprint.
        """
        ...

    def keep(self, owner: str, key: str, reply: Reply) -> None:
        """Keep the answer of a claimed key."""
        ...

    def hold(self, owner: str, key: str, fingerprint: Digest) -> Hold | Reply:
        """Hold the key from now on, or return the answer it was given before.

        A hold that lapsed is taken over.

        Raises:
            KeyReused: it was taken with another fingerprint.
            KeyInUse: somebody holds it.
        """
        ...

    def settle(self, hold: Hold, reply: Reply) -> None:
        """Keep the answer of a held key; nothing happens if the hold was taken over."""
        ...

    def release(self, hold: Hold) -> None:
        """Let go of a held key unanswered; nothing happens if it was taken over."""
        ...


@dataclass(frozen=True, slots=True)
class Once:
    """Answers a request at most once per key; without a key it just answers."""

    work: UnitOfWork
    replies: ReplyStore

    def answer(
        self, request: Request, endpoint: "Answering", *, outside: bool = False
    ) -> Reply:
        """Answer ``request``, or repeat the answer its key got before.

        The endpoint runs in the unit of work that takes the key, unless it is to run
        ``outside``: then the key is held in one unit, the answer kept in another, and no
        lock is held meanwhile.

        Raises:
            KeyMalformed, KeyReused, KeyInUse: as they say; the endpoint does not run.
        """
        key = request.headers.get(HEADER)
        if key is None:
            return endpoint(request)
        if not _KEY_FORM.fullmatch(key):
            raise KeyMalformed
        if outside:
            return self._answer_outside(request, endpoint, key)
        with self.work():
            return self._answer_once(request, endpoint, key)

    def _answer_once(self, request: Request, endpoint: "Answering", key: str) -> Reply:
        owner = _owner(request)
        kept = self.replies.claim(owner, key, fingerprint(request))
        if kept is not None:
            return _replayed(kept)
        reply = endpoint(request)
        self.replies.keep(owner, key, reply)
        return reply

    def _answer_outside(self, request: Request, endpoint: "Answering", key: str) -> Reply:
        """draft-ietf-httpapi-idempotency-key-header-07 §2.6: retried too early is refused.

        A failure lets go of the key, as undoing the one unit of work does elsewhere.
        """
        with self.work():
            held = self.replies.hold(_owner(request), key, fingerprint(request))
        if isinstance(held, Reply):
            return _replayed(held)
        try:
            reply = endpoint(request)
        except Exception:
            with self.work():
                self.replies.release(held)
            raise
        with self.work():
            self.replies.settle(held, reply)
        return reply


class Answering(Protocol):
    """Whatever turns a request into an answer."""

    def __call__(self, request: Request, /) -> Reply:
        """Answer."""
        ...


def _owner(request: Request) -> str:
    """Whose keys these are: many people act through one client, each with their own."""
    caller = request.caller
    if caller is None:
        return ""
    person = "" if caller.person is None else f" {caller.person}"
    return f"{caller.client}{person}"


def _replayed(kept: Reply) -> Reply:
    return kept.with_headers(("Idempotency-Replayed", "true"))


def fingerprint(request: Request) -> Digest:
    """Return what makes two requests the same: method, path, query and body."""
    parts = (
        request.method.encode(),
        request.path.encode(),
        request.query.encode(),
        request.body,
    )
    joined = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return Digest(hashlib.sha256(joined).digest())
