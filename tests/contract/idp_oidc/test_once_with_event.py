"""What the issuer promises of names that are used up by the commit of their event."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Final

import orjson
import pytest

from audit.trail.build import build_trail
from audit.trail.store import SqlOutbox
from idp.oidc.domain.one_time import OneTime
from idp.oidc.events import ClientTokenIssued
from idp.oidc.flows import assertions, proofs
from idp.oidc.store import SqlOnce, SqlOnceWithEvent
from kernel.clock import SetClock
from kernel.entropy import SystemEntropy
from kernel.events import BatchTrail, Recorded, Stream
from kernel.ids import ClientId, Reference
from kernel.infra.db import Database, DatabaseUnavailable, create_all
from kernel.secret import Secret
from kernel.web import current_reference

NOW: Final = datetime(2026, 11, 26, 8, tzinfo=UTC)
EVENT: Final = ClientTokenIssued(
    relying_party=ClientId("machine"), scope="", correlation="c"
)


def named(name: str, *, proof: bool = False) -> OneTime:
    rule = proofs.was_used_before if proof else assertions.was_used_before
    return OneTime(Secret(name).digest(), NOW + timedelta(minutes=5), rule)


class Kept:
    """One database with names and events, and what is in it."""

    def __init__(self, db: Database) -> None:
        self.db, self.once, self.outbox = db, SqlOnce(db), SqlOutbox(db)
        clock, entropy = SetClock(NOW), SystemEntropy()
        self.trail: BatchTrail = build_trail(db=db, clock=clock, entropy=entropy)
        self.use = SqlOnceWithEvent(db, self.once, self.trail)

    def events(self) -> list[dict[str, object]]:
        waiting = self.outbox.waiting(Stream.MAIN, 1000)
        return [orjson.loads(row.recorded.body) for row in waiting]

    def is_used(self, one: OneTime) -> bool:
        return not self.once.use(one.name, one.until)


@pytest.fixture
def kept(database: Database) -> Kept:
    create_all(database)
    return Kept(database)


def at_once(acts: Sequence[Callable[[], OneTime | None]]) -> list[OneTime | None]:
    """Let everybody begin at the same moment."""
    barrier = Barrier(len(acts))

    def begun(act: Callable[[], OneTime | None]) -> OneTime | None:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begun, acts))


def test_names_and_their_event_are_one_commit(kept: Kept) -> None:
    shown = named("assertion"), named("proof", proof=True)
    with kept.db.counting() as count:
        assert kept.use(shown, EVENT) is None
    assert count.commits == 1
    assert sum(sql.startswith("INSERT") for sql in count.statements) == 2
    assert len(kept.events()) == 1
    assert all(map(kept.is_used, shown))


@pytest.mark.spec("RFC 9449 §11.1")
def test_whoever_comes_second_is_told_by_which_name_and_leaves_no_event(
    kept: Kept,
) -> None:
    proof = named("proof", proof=True)
    assert kept.use([proof], EVENT) is None
    fresh = named("assertion")
    assert kept.use([fresh, proof], EVENT) == proof
    assert len(kept.events()) == 1
    assert kept.is_used(fresh), "what is shown with a replay is used up like any other"


@pytest.mark.spec("OIDC Core §9")
def test_the_first_name_in_the_order_shown_is_what_is_refused(kept: Kept) -> None:
    shown = [named(f"name {number}") for number in range(8)]
    assert kept.use(shown, EVENT) is None
    assert kept.use(shown, EVENT) == shown[0]
    assert kept.use(shown[::-1], EVENT) == shown[-1]
    assert len(kept.events()) == 1


def test_a_name_of_the_plain_store_is_the_same_name(kept: Kept) -> None:
    one = named("assertion")
    assert kept.once.use(one.name, one.until)
    assert kept.use([one], EVENT) == one
    assert kept.events() == []


@pytest.mark.spec("OIDC Core §9")
def test_of_64_who_show_one_name_at_once_exactly_one_is_first(kept: Kept) -> None:
    one = named("assertion")
    told = at_once([lambda: kept.use([one], EVENT)] * 64)
    assert told.count(None) == 1
    assert told.count(one) == 63
    assert len(kept.events()) == 1


def test_a_replay_spoils_nothing_for_those_it_shares_a_commit_with(kept: Kept) -> None:
    used = named("used")
    assert kept.use([used], EVENT) is None
    shown = [named(f"fresh {number}") for number in range(48)]
    mixed = [[one] if at % 3 else [one, used] for at, one in enumerate(shown)]
    told = at_once([partial(kept.use, names, EVENT) for names in mixed])
    assert told == [None if at % 3 else used for at in range(48)]
    assert len(kept.events()) == 1 + 32
    assert all(map(kept.is_used, shown))


def test_an_event_bears_the_reference_of_its_own_request(kept: Kept) -> None:
    def asking(number: int) -> Callable[[], OneTime | None]:
        context = copy_context()
        context.run(current_reference.set, Reference(f"REFERENCE{number:03}"))
        return lambda: context.run(kept.use, [named(f"name {number}")], EVENT)

    at_once([asking(number) for number in range(32)])
    said = {event["reference"] for event in kept.events()}
    assert said == {f"REFERENCE{number:03}" for number in range(32)}


def test_inside_a_unit_of_work_it_ends_as_that_does(kept: Kept) -> None:
    one, work = named("assertion"), kept.db.unit_of_work()
    with suppress(RuntimeError), work():
        assert kept.use([one], EVENT) is None
        raise RuntimeError
    assert kept.events() == []
    with work():
        assert kept.use([one], EVENT) is None
        assert kept.use([one], EVENT) == one
    assert len(kept.events()) == 1


def test_inside_a_unit_of_work_nobody_is_waited_for(kept: Kept) -> None:
    """On SQLite whoever leads would wait for this unit, and this unit for them."""
    with ThreadPoolExecutor(1) as pool:
        with kept.db.unit_of_work()():
            assert kept.use([named("first")], EVENT) is None
            other = pool.submit(kept.use, [named("other")], EVENT)
            time.sleep(0.1)
            assert kept.use([named("second")], EVENT) is None
        assert other.result() is None
    assert len(kept.events()) == 3


def test_where_the_event_cannot_be_kept_no_name_is_used_up(kept: Kept) -> None:
    one = named("assertion")
    with pytest.raises(DatabaseUnavailable):
        SqlOnceWithEvent(kept.db, kept.once, Full(kept.trail))([one], EVENT)
    assert kept.events() == []
    assert not kept.is_used(one)


class Full:
    """A record that has no room."""

    def __init__(self, trail: BatchTrail) -> None:
        self.record, self.laid_out = trail.record, trail.laid_out

    def keep(self, rows: Sequence[Recorded]) -> None:
        assert rows
        raise DatabaseUnavailable("full")
