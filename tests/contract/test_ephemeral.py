"""The promises of `kernel.infra.ephemeral`, on SQLite, Redis and Redis Cluster."""

import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import pytest
from redis import Redis

from kernel.clock import SetClock, SystemClock
from kernel.infra.ephemeral import Ephemeral, EphemeralUnavailable, Room, open_ephemeral
from kernel.secret import Secret

T = TypeVar("T")

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHORT = timedelta(milliseconds=100)
CROWD = 20


@dataclass
class Engine:
    """One engine under test, and how time passes for it."""

    store: Ephemeral
    clock: SetClock | None

    def wait(self, span: timedelta) -> None:
        if self.clock is None:
            time.sleep(span.total_seconds())
        else:
            self.clock.advance(span)

    def room(self) -> Room:
        """A room nobody has used: Redis keeps what earlier tests left."""
        letters = "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex)
        return self.store.room(f"tests.{letters}")


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("redis_url", marks=pytest.mark.redis),
        pytest.param("redis_cluster_url", marks=pytest.mark.redis),
    ]
)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    clock = SetClock(NOW) if request.param == "sqlite" else None
    url = (
        f"sqlite:///{tmp_path}/ephemeral.db"
        if request.param == "sqlite"
        else request.getfixturevalue(request.param)
    )
    store = open_ephemeral(url, clock or SystemClock())
    yield Engine(store, clock)
    store.close()


@pytest.fixture
def room(engine: Engine) -> Room:
    return engine.room()


def all_at_once(ask: Callable[[], T]) -> list[T]:
    start = threading.Barrier(CROWD)

    def one(_: int) -> T:
        start.wait()
        return ask()

    with ThreadPoolExecutor(CROWD) as crowd:
        return list(crowd.map(one, range(CROWD)))


def test_what_is_put_is_got_until_deleted(room: Room) -> None:
    assert room.get("k") is None
    room.put("k", b"\x00\xff", HOUR)
    assert room.get("k") == b"\x00\xff"
    room.put("k", b"", HOUR)
    assert room.get("k") == b""
    room.delete("k")
    room.delete("k")
    assert room.get("k") is None


def test_a_value_is_gone_after_its_time(engine: Engine, room: Room) -> None:
    room.put("k", b"v", SHORT)
    room.put("taken", b"v", SHORT)
    engine.wait(SHORT * 2)
    assert room.get("k") is None
    assert room.take("taken") is None


def test_a_value_that_is_put_again_lives_anew(engine: Engine, room: Room) -> None:
    room.put("k", b"v", SHORT)
    room.put("k", b"w", HOUR)
    engine.wait(SHORT * 2)
    assert room.get("k") == b"w"


def test_add_sets_only_what_is_not_there(engine: Engine, room: Room) -> None:
    assert room.add("k", b"first", SHORT)
    engine.wait(SHORT * 2)
    assert room.add("k", b"second", HOUR)
    assert not room.add("k", b"third", HOUR)
    assert room.get("k") == b"second"


def test_take_gives_a_value_once(room: Room) -> None:
    room.put("k", b"v", HOUR)
    assert room.take("k") == b"v"
    assert room.take("k") is None
    assert room.get("k") is None


def test_of_many_who_add_at_once_exactly_one_does(room: Room) -> None:
    assert sum(all_at_once(lambda: room.add("k", b"v", HOUR))) == 1


def test_of_many_who_take_at_once_exactly_one_does(room: Room) -> None:
    room.put("k", b"v", HOUR)
    taken = all_at_once(lambda: room.take("k"))
    assert [value for value in taken if value is not None] == [b"v"]


def test_many_who_count_at_once_each_get_another_number(room: Room) -> None:
    counts = all_at_once(lambda: room.increment("k", HOUR))
    assert sorted(counts) == list(range(1, CROWD + 1))
    assert room.get("k") == b"%d" % CROWD


def test_a_counters_time_runs_from_the_first_count(engine: Engine, room: Room) -> None:
    second = timedelta(seconds=1)
    assert room.increment("k", second) == 1
    engine.wait(second * 0.5)
    assert room.increment("k", second) == 2
    engine.wait(second * 0.6)
    assert room.increment("k", second) == 1


def test_a_bucket_gives_its_burst_and_then_no_more(room: Room) -> None:
    asked = [room.allow("k", per_second=0.001, burst=3) for _ in range(5)]
    assert asked == [True, True, True, False, False]
    assert room.allow("another", per_second=0.001, burst=1)


def test_a_bucket_fills_again_with_time_but_not_above_its_burst(
    engine: Engine, room: Room
) -> None:
    for _ in range(2):
        assert room.allow("k", per_second=10, burst=2)
    engine.wait(timedelta(seconds=1))
    # After the first the rate is too slow to matter: what was gained shows.
    asked = [room.allow("k", per_second=rate, burst=2) for rate in (10, 0.001, 0.001)]
    assert asked == [True, True, False]


def test_a_bucket_gives_no_more_than_its_burst_to_many_at_once(room: Room) -> None:
    assert sum(all_at_once(lambda: room.allow("k", per_second=0.001, burst=7))) == 7


def test_rooms_and_flows_do_not_see_each_others_keys(engine: Engine) -> None:
    one, other = engine.room(), engine.room()
    flow = one.flow("f1")
    one.put("k", b"room", HOUR)
    flow.put("k", b"flow", HOUR)
    assert other.get("k") is None
    assert one.get("k") == b"room"
    assert flow.get("k") == b"flow"
    assert one.flow("f2").get("k") is None
    assert one.flow("f1").take("k") == b"flow"


@pytest.mark.parametrize("key", ["f1}:k", "{f1}:k", "}", "{", "a b", "键", "x" * 512])
def test_no_key_reaches_into_another(engine: Engine, key: str) -> None:
    room = engine.room()
    room.put(key, b"v", HOUR)
    assert room.get(key) == b"v"
    assert room.get("k") is None
    assert room.flow("f1").get("k") is None
    assert room.flow("f1").get(key) is None


@pytest.mark.parametrize("key", ["", "x" * 513])
def test_a_key_out_of_bounds_is_a_mistake(room: Room, key: str) -> None:
    with pytest.raises(ValueError, match="512"):
        room.put(key, b"v", HOUR)


@pytest.mark.parametrize("ttl", [timedelta(0), -HOUR, timedelta(days=8)])
def test_nothing_lives_for_ever(room: Room, ttl: timedelta) -> None:
    with pytest.raises(ValueError, match="time to live"):
        room.put("k", b"v", ttl)
    with pytest.raises(ValueError, match="time to live"):
        room.increment("k", ttl)
    assert room.get("k") is None


def test_a_value_of_more_than_a_mebibyte_is_a_mistake(room: Room) -> None:
    room.put("k", bytes(1 << 20), HOUR)
    with pytest.raises(ValueError, match="MiB"):
        room.put("k", bytes((1 << 20) + 1), HOUR)


@pytest.mark.parametrize(("per_second", "burst"), [(0.0, 1), (1.0, 0), (1e-9, 10)])
def test_a_bucket_that_never_fills_is_a_mistake(
    room: Room, per_second: float, burst: int
) -> None:
    with pytest.raises(ValueError, match="fill"):
        room.allow("k", per_second=per_second, burst=burst)


@pytest.mark.parametrize("name", ["", "Idp", "idp.", "idp:login", "idp.{x}"])
def test_a_room_has_the_name_of_a_room(engine: Engine, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        engine.store.room(name)


@pytest.mark.parametrize("flow", ["", "a}b", "{a}", "a b", "x" * 129])
def test_a_flow_cannot_be_named_out_of_its_braces(room: Room, flow: str) -> None:
    with pytest.raises(ValueError, match="flow"):
        room.flow(flow)


def _add(url: str, results: "multiprocessing.Queue[bool]") -> None:
    store = open_ephemeral(url, SystemClock())
    results.put(store.room("tests").add("k", b"v", HOUR))


def test_processes_share_a_sqlite_file(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    url = f"sqlite:///{tmp_path}/ephemeral.db"
    children = [spawn.Process(target=_add, args=(url, results)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert sorted(results.get(timeout=10) for _ in children) == [False, False, True]


def test_what_has_expired_is_swept_out_of_the_file_in_batches(tmp_path: Path) -> None:
    clock = SetClock(NOW)
    path = tmp_path / "ephemeral.db"
    room = open_ephemeral(f"sqlite:///{path}", clock).room("tests")
    for number in range(500):
        room.put(f"{number}", b"v", SHORT)
        room.allow(f"{number}", per_second=100, burst=1)
    clock.advance(HOUR)
    for _ in range(1024):
        room.put("k", b"v", HOUR)
    assert rows(path, "entry") == 1
    assert rows(path, "bucket") == 0


def rows(path: Path, table: str) -> int:
    with sqlite3.connect(path) as connection:
        return len(connection.execute(f"SELECT key FROM {table}").fetchall())  # noqa: S608  our own names


def test_a_bucket_gains_nothing_from_a_clock_that_was_put_back(tmp_path: Path) -> None:
    clock = SetClock(NOW)
    room = open_ephemeral(f"sqlite:///{tmp_path}/e.db", clock).room("tests")
    assert room.allow("k", per_second=1, burst=1)
    clock.advance(-HOUR)
    assert not room.allow("k", per_second=1, burst=1)
    clock.advance(timedelta(seconds=1))
    assert room.allow("k", per_second=1, burst=1)


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:1", "redis+cluster://127.0.0.1:1", "unix:///nowhere.sock"]
)
def test_a_server_that_is_not_there_is_unavailable_but_no_obstacle_to_starting(
    url: str,
) -> None:
    room = open_ephemeral(url, SystemClock(), password=Secret("x")).room("tests")
    for ask in (
        lambda: room.get("k"),
        lambda: room.add("k", b"v", HOUR),
        lambda: room.increment("k", HOUR),
    ):
        with pytest.raises(EphemeralUnavailable):
            ask()


@pytest.mark.redis
@pytest.mark.parametrize("fixture", ["redis_url", "redis_cluster_url"])
def test_a_server_that_stops_answering_is_unavailable_and_then_serves_again(
    request: pytest.FixtureRequest, fixture: str
) -> None:
    url: str = request.getfixturevalue(fixture)
    room = open_ephemeral(url, SystemClock()).room("tests")
    room.put("k", b"v", HOUR)
    servers = process_ids(url)
    for server in servers:
        os.kill(server, signal.SIGSTOP)
    began = time.monotonic()
    try:
        with pytest.raises(EphemeralUnavailable):
            room.get("k")
        assert time.monotonic() - began < 10
    finally:
        for server in servers:
            os.kill(server, signal.SIGCONT)
    deadline = time.monotonic() + 10
    while not answers(room) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert room.get("k") == b"v"


def process_ids(url: str) -> list[int]:
    with Redis.from_url(url.replace("+cluster", "")) as entry:
        if "+cluster" not in url:
            return [entry.info()["process_id"]]
        addresses: list[str] = list(entry.cluster("NODES"))
    ports = [int(address.partition("@")[0].rpartition(":")[2]) for address in addresses]
    return [Redis(port=port).info()["process_id"] for port in ports]


def answers(room: Room) -> bool:
    try:
        return room.get("k") is not None
    except EphemeralUnavailable:
        return False


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(EphemeralUnavailable):
        open_ephemeral(f"sqlite:///{tmp_path}/nowhere/e.db", SystemClock())


@pytest.mark.parametrize("url", ["sqlite://", "memcached://x", "redis+sentinel://x", ""])
def test_a_url_of_another_engine_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite"):
        open_ephemeral(url, SystemClock())
