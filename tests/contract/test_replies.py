"""The promises of `kernel.web.ReplyStore`, kept by both engines and by the fake."""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kernel.clock import SetClock
from kernel.infra.db import Database, create_all, metadata
from kernel.infra.db.engines import Limits
from kernel.infra.db.replies import LAPSES, SqlReplies
from kernel.proof.seal import Purpose, Sealer, SymmetricKey
from kernel.secret import Digest
from kernel.web import Once, Reply, ReplyStore, Request
from kernel.web.idempotency import Hold, KeyInUse, KeyReused
from kernel.work import UnitOfWork
from tests.unit.kernel.web.kept import MemoryReplies

_SECRET = "shown-this-once-3f9a"
_PRINT = Digest(hashlib.sha256(b"one").digest())
_OTHER = Digest(hashlib.sha256(b"two").digest())
_FIRST, _SECOND = Reply.json({"n": 1}), Reply.json({"n": 2})
_MOMENT = timedelta(microseconds=1)
_AT_ONCE = Limits(wait=timedelta(milliseconds=250))


class _OneKey:
    """A key ring with one key."""

    def current(self, _purpose: Purpose) -> SymmetricKey:
        return SymmetricKey("k1", bytes(32))

    def by_id(self, _purpose: Purpose, _kid: str) -> SymmetricKey:
        return SymmetricKey("k1", bytes(32))


def _zeros(count: int) -> bytes:
    return bytes(count)


@dataclass
class _Kept:
    """Kept answers, the unit of work around them, and the clock that ages them."""

    clock: SetClock
    replies: ReplyStore
    work: UnitOfWork

    def answer_once(self, owner: str = "client") -> None:
        """Claim a key and keep an answer that holds a secret."""
        with self.work():
            assert self.replies.claim(owner, "key-0001", _PRINT) is None
            self.replies.keep(owner, "key-0001", Reply.json({"secret": _SECRET}, 201))

    def claimed(self) -> Reply | None:
        """Ask for the key as another request does that calls nobody."""
        with self.work():
            return self.replies.claim("client", "key-0001", _PRINT)

    def held(self) -> Hold:
        """Hold the key, committed."""
        with self.work():
            hold = self.replies.hold("client", "key-0001", _PRINT)
        assert isinstance(hold, Hold)
        return hold

    def asked(self) -> Hold | Reply:
        """Ask for the key as another request does that calls out."""
        with self.work():
            return self.replies.hold("client", "key-0001", _PRINT)


def _in(database: Database, clock: SetClock) -> _Kept:
    replies = SqlReplies(database, clock, Sealer(_OneKey(), _zeros))
    return _Kept(clock, replies, database.unit_of_work())


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 1, tzinfo=UTC))


ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=["memory", *ENGINES])
def kept(
    request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock
) -> Iterator[_Kept]:
    """The fake first, then each engine with empty tables."""
    if request.param == "memory":
        yield _Kept(clock, MemoryReplies(clock), nullcontext)
        return
    url = f"sqlite:///{tmp_path}/kept.db"
    if request.param == "postgres":
        engine = request.getfixturevalue("contract_database")
        url = engine.url.render_as_string(hide_password=False)
    opened = Database(url)
    create_all(opened)
    yield _in(opened, clock)
    metadata.drop_all(opened.engine)
    opened.close()


@pytest.fixture
def stored(database: Database, clock: SetClock) -> _Kept:
    """What a real engine keeps, for promises that only a database can break."""
    create_all(database)
    return _in(database, clock)


def test_a_repeated_request_gets_the_answer_it_got(kept: _Kept) -> None:
    kept.answer_once()
    for repeated in (kept.claimed(), kept.asked()):
        assert isinstance(repeated, Reply)
        assert (repeated.status, repeated.body) == (
            201,
            b'{"secret":"%b"}' % _SECRET.encode(),
        )


def test_another_request_under_the_key_is_refused(kept: _Kept) -> None:
    kept.answer_once()
    with pytest.raises(KeyReused), kept.work():
        kept.replies.claim("client", "key-0001", _OTHER)
    with pytest.raises(KeyReused), kept.work():
        kept.replies.hold("client", "key-0001", _OTHER)


def test_another_request_under_a_held_key_is_refused_for_what_it_is(kept: _Kept) -> None:
    kept.held()
    kept.clock.advance(2 * LAPSES)
    with pytest.raises(KeyReused), kept.work():
        kept.replies.hold("client", "key-0001", _OTHER)


@pytest.mark.spec("draft-ietf-httpapi-idempotency-key-header-07 §2.6")
def test_a_held_key_is_nobody_elses_until_it_is_answered(kept: _Kept) -> None:
    hold = kept.held()
    with pytest.raises(KeyInUse):
        kept.asked()
    with kept.work():
        kept.replies.settle(hold, _FIRST)
    repeated = kept.asked()
    assert isinstance(repeated, Reply)
    assert repeated.body == _FIRST.body


def test_a_key_held_by_one_caller_is_free_for_another(kept: _Kept) -> None:
    kept.held()
    with kept.work():
        assert isinstance(kept.replies.hold("other", "key-0001", _OTHER), Hold)


def test_a_released_key_is_free_at_once(kept: _Kept) -> None:
    hold = kept.held()
    with kept.work():
        kept.replies.release(hold)
    assert isinstance(kept.asked(), Hold)


def test_a_hold_whose_holder_died_lapses_in_time_and_no_earlier(kept: _Kept) -> None:
    kept.held()
    kept.clock.advance(LAPSES - _MOMENT)
    with pytest.raises(KeyInUse):
        kept.asked()
    kept.clock.advance(_MOMENT)
    assert isinstance(kept.asked(), Hold)
    with pytest.raises(KeyInUse):
        kept.asked()


def test_who_comes_back_after_the_lapse_neither_answers_nor_releases(kept: _Kept) -> None:
    late = kept.held()
    kept.clock.advance(LAPSES)
    second = kept.held()
    with kept.work():
        kept.replies.settle(late, _FIRST)
        kept.replies.release(late)
    with pytest.raises(KeyInUse):
        kept.asked()
    with kept.work():
        kept.replies.settle(second, _SECOND)
        kept.replies.settle(late, _FIRST)
    repeated = kept.asked()
    assert isinstance(repeated, Reply)
    assert repeated.body == _SECOND.body


@pytest.mark.spec("ASVS 14.2.4")
def test_what_was_shown_once_does_not_lie_in_the_table(
    stored: _Kept, database: Database
) -> None:
    stored.answer_once()
    with stored.work():
        hold = stored.replies.hold("client", "key-0002", _PRINT)
        assert isinstance(hold, Hold)
        stored.replies.settle(hold, Reply.json({"secret": _SECRET}))
    rows = database.read(text("SELECT body FROM kept_reply"))
    assert [_SECRET.encode() in bytes(row.body) for row in rows] == [False, False]


def test_answers_and_holds_older_than_a_day_are_forgotten(
    stored: _Kept, database: Database
) -> None:
    stored.answer_once()
    stored.clock.advance(timedelta(days=1) + _MOMENT)
    with stored.work():
        stored.replies.hold("client", "key-0002", _PRINT)
    assert isinstance(stored.replies, SqlReplies)
    stored.replies.expire()
    assert [row.key for row in database.read(text("SELECT key FROM kept_reply"))] == [
        "key-0002"
    ]


def test_of_two_who_see_one_lapsed_hold_one_takes_it_over(
    stored: _Kept, database: Database
) -> None:
    stored.held()
    stored.clock.advance(LAPSES)
    start = threading.Barrier(4)

    def ask(_: int) -> bool:
        start.wait()
        try:
            return isinstance(stored.asked(), Hold)
        except KeyInUse:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(ask, range(4))) == [False, False, False, True]
    assert len(database.read(text("SELECT key FROM kept_reply"))) == 1


# ------------------------------------------------------------------ around an endpoint

_ASKED = Request(method="POST", path="/x", headers={"idempotency-key": "key-0001"})


def test_while_an_endpoint_calls_out_another_connection_writes(
    stored: _Kept, database: Database, database_url: str
) -> None:
    """The other one waits a quarter of a second for a lock, and no longer."""
    other = Database(database_url, limits=_AT_ONCE)
    elsewhere = _in(other, stored.clock)

    def slow(_request: Request) -> Reply:
        assert not database.in_unit_of_work
        elsewhere.answer_once("meanwhile")
        return _FIRST

    once = Once(stored.work, stored.replies)
    assert once.answer(_ASKED, slow, outside=True).body == _FIRST.body
    other.close()
    kept = {row.owner for row in database.read(text("SELECT owner FROM kept_reply"))}
    assert kept == {"", "meanwhile"}


def test_an_endpoint_that_does_not_call_out_is_one_unit_with_its_answer(
    stored: _Kept, database: Database
) -> None:
    def within(_request: Request) -> Reply:
        assert database.in_unit_of_work
        return _FIRST

    once = Once(stored.work, stored.replies)
    assert once.answer(_ASKED, within).body == _FIRST.body


@pytest.mark.spec("draft-ietf-httpapi-idempotency-key-header-07 §2.6")
def test_a_second_request_does_not_wait_for_a_slow_first_one(
    stored: _Kept, database_url: str
) -> None:
    other = Database(database_url, limits=_AT_ONCE)
    elsewhere = _in(other, stored.clock)
    refused: list[type[Exception]] = []

    def slow(request: Request) -> Reply:
        try:
            Once(elsewhere.work, elsewhere.replies).answer(request, slow, outside=True)
        except KeyInUse as error:
            refused.append(type(error))
        return _FIRST

    once = Once(stored.work, stored.replies)
    assert once.answer(_ASKED, slow, outside=True).body == _FIRST.body
    assert refused == [KeyInUse]
    again = once.answer(_ASKED, slow, outside=True)
    assert again.header("Idempotency-Replayed") == "true"
    other.close()
