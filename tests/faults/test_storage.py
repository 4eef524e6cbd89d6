"""Storage that is full, locked or stopped: refused in time, with a reference; resumed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.attacks.house import Answer, House

# Twice the patience of the database: who joins a batch late waits for the one before it.
_BOUND_S = 12.0
_UNAVAILABLE = 503
_TOKEN = {"grant_type": "client_credentials"}


def _timed(house: House) -> tuple[Answer, float]:
    began = time.monotonic()
    answer = house.form("/oauth2/token", _TOKEN, house.context("operator1").basic)
    return answer, time.monotonic() - began


def _asked_by_many(house: House, count: int) -> list[tuple[Answer, float]]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: _timed(house), range(count)))


def _refused_in_time(answers: list[tuple[Answer, float]]) -> None:
    assert {answer.status for answer, _ in answers} == {_UNAVAILABLE}
    assert all(answer.reference for answer, _ in answers)
    assert max(took for _, took in answers) < _BOUND_S


def _may_mount() -> bool:
    """Tell whether this machine lets us have a mount namespace of our own."""
    tried = ["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]
    done = subprocess.run(tried, capture_output=True, check=False)  # noqa: S603  ours
    return done.returncode == 0


@pytest.mark.spec("reliability R10; invariant I8")
@pytest.mark.parametrize("how", ["tmpfs", "limit"])
def test_a_full_disk_refuses_and_resumes(tmp_path: Path, how: str) -> None:
    """A small tmpfs where the machine lets us mount one, and a limit on the files' size."""
    alone = ["unshare", "-m"] if how == "tmpfs" and _may_mount() else []
    how = how if alone else "limit"
    child = [sys.executable, "-m", "tests.faults.full_disk", str(tmp_path / "disk"), how]
    done = subprocess.run(  # noqa: S603  our own program
        [*alone, *child], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    full = [answer for round_ in said["full"] for answer in round_]
    assert {status for _, status, _ in full} <= {200, 201, _UNAVAILABLE}
    assert all(reference for _, _, reference in full)
    assert {status for _, status, _ in said["full"][-1]} == {_UNAVAILABLE}
    assert all([s for _, s, _ in round_] == [200, 201] for round_ in said["resumed"])
    answers = [*full, *(answer for round_ in said["resumed"] for answer in round_)]
    granted = sum(what == "token" and status == 200 for what, status, _ in answers)
    made = sum(what == "register" and status == 201 for what, status, _ in answers)
    assert (said["token_events"], said["clients"]) == (granted, made)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Hold the write lock of a SQLite file, as another process would."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.spec("reliability R7; invariant I8")
def test_a_locked_database_refuses_in_bounded_time(tmp_path: Path) -> None:
    house = House.built(tmp_path)
    rows, events = house.rows(), len(house.events("oidc.client_token_issued"))
    try:
        with _locked(tmp_path / "hub.db"):
            _refused_in_time(_asked_by_many(house, 40))
        assert house.rows() == rows
        assert len(house.events("oidc.client_token_issued")) == events
        assert _timed(house)[0].status == 200
    finally:
        house.close()


@contextmanager
def _stopped(url: str) -> Iterator[None]:
    """Stop every process of a PostgreSQL server, ours; let them go on afterwards."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        server = int(_status(connection.info.backend_pid)["PPid"])
    pids = [server, *_children(server)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with_life(pid)


def with_life(pid: int) -> None:
    """Let a process go on, if it still is."""
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        return


def _status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {
        name: value.strip() for name, _, value in (line.partition(":") for line in lines)
    }


def _children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.postgres
@pytest.mark.spec("reliability R7; INTERFACES: standing is known for 5 s")
def test_a_stopped_postgresql_refuses_in_bounded_time(
    tmp_path: Path, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as first:
        first.execute("CREATE DATABASE faults")
    house = House.built(tmp_path, postgres_url.replace("/postgres?", "/faults?"))
    bearer, threads = house.token("operator1"), threading.active_count()
    try:
        with _stopped(postgres_url):
            _refused_in_time(_asked_by_many(house, 40))
            assert threading.active_count() <= threads + 2, "threads pile up"
            time.sleep(6.0)
            answer = house.api("GET", "/api/v1/keys", bearer)
            assert answer.status == _UNAVAILABLE
        until = time.monotonic() + _BOUND_S
        while _timed(house)[0].status != 200:
            assert time.monotonic() < until, "it does not resume"
            time.sleep(0.2)
    finally:
        house.close()
