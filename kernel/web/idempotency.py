"""Idempotency keys: a change that is sent twice happens once and is answered alike."""

import hashlib
import re
from dataclasses import dataclass
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


class ReplyStore(Protocol):
    """Answers kept by (caller, key) for at least 24 h.

    ``claim`` is part of the surrounding unit of work and serialises callers with one key:
    of two at the same time the second waits, then sees the first one's answer.
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


@dataclass(frozen=True, slots=True)
class Once:
    """Answers a request at most once per key; without a key it just answers."""

    work: UnitOfWork
    replies: ReplyStore

    def answer(self, request: Request, endpoint: "Answering") -> Reply:
        """Answer ``request``, or repeat the answer its key got before."""
        key = request.headers.get(HEADER)
        if key is None:
            return endpoint(request)
        if not _KEY_FORM.fullmatch(key):
            raise KeyMalformed
        with self.work():
            return self._answer_once(request, endpoint, key)

    def _answer_once(self, request: Request, endpoint: "Answering", key: str) -> Reply:
        owner = request.caller.client if request.caller else ""
        kept = self.replies.claim(owner, key, fingerprint(request))
        if kept is not None:
            return kept.with_headers(("Idempotency-Replayed", "true"))
        reply = endpoint(request)
        self.replies.keep(owner, key, reply)
        return reply


class Answering(Protocol):
    """Whatever turns a request into an answer."""

    def __call__(self, request: Request, /) -> Reply:
        """Answer."""
        ...


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
