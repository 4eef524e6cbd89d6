"""Kept answers: repeated word for word, sealed where they lie, forgotten after a day."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kernel.infra.db import Database, create_all
from kernel.infra.db.replies import SqlReplies
from kernel.proof.seal import Purpose, Sealer, SymmetricKey
from kernel.secret import Digest
from kernel.web import Reply
from kernel.web.idempotency import KeyReused

_SECRET = "shown-this-once-3f9a"
_PRINT = Digest(hashlib.sha256(b"one").digest())
_OTHER = Digest(hashlib.sha256(b"two").digest())


class _OneKey:
    """A key ring with one key."""

    def current(self, _purpose: Purpose) -> SymmetricKey:
        return SymmetricKey("k1", bytes(32))

    def by_id(self, _purpose: Purpose, _kid: str) -> SymmetricKey:
        return SymmetricKey("k1", bytes(32))


def _zeros(count: int) -> bytes:
    return bytes(count)


class _Kept:
    """Kept answers over a database of their own, and the clock that ages them."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime(2026, 11, 1, tzinfo=UTC)
        self.database = Database(f"sqlite:///{folder}/kept.db")
        create_all(self.database)
        sealer = Sealer(_OneKey(), _zeros)
        self.replies = SqlReplies(self.database, lambda: self.now, sealer)
        self.work = self.database.unit_of_work()

    def answer_once(self) -> None:
        """Claim a key and keep an answer that holds a secret."""
        with self.work():
            assert self.replies.claim("client", "key-0001", _PRINT) is None
            self.replies.keep("client", "key-0001", Reply.json({"secret": _SECRET}, 201))


@pytest.fixture
def kept(tmp_path: Path) -> _Kept:
    return _Kept(tmp_path)


def test_a_repeated_request_gets_the_answer_it_got(kept: _Kept) -> None:
    kept.answer_once()
    with kept.work():
        again = kept.replies.claim("client", "key-0001", _PRINT)
    assert again is not None
    assert (again.status, again.body) == (201, b'{"secret":"%b"}' % _SECRET.encode())


def test_another_request_under_the_key_is_refused(kept: _Kept) -> None:
    kept.answer_once()
    with kept.work(), pytest.raises(KeyReused):
        kept.replies.claim("client", "key-0001", _OTHER)


@pytest.mark.spec("ASVS 14.2.4")
def test_what_was_shown_once_does_not_lie_in_the_table(kept: _Kept) -> None:
    kept.answer_once()
    (row,) = kept.database.read(text("SELECT body FROM kept_reply"))
    assert _SECRET.encode() not in bytes(row[0])


def test_answers_older_than_a_day_are_forgotten(kept: _Kept) -> None:
    kept.answer_once()
    kept.now += timedelta(days=1, seconds=1)
    kept.replies.expire()
    assert kept.database.read(text("SELECT key FROM kept_reply")) == []
