"""Keys in several processes over one database: nothing fails, nothing lingers."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from config.keyring import Keys
from config.words import SecretFile
from kernel.clock import Clock, SystemClock
from kernel.entropy import SystemEntropy
from kernel.infra.db import Database, create_all
from kernel.infra.standing_store import SqlStanding
from kernel.proof.jose import ACCESS_TOKEN, ENTITY_STATEMENT, UnknownKey, verify
from kernel.standing import NotInGoodStanding, Party, PartyKind
from tests.unit.trustroot.fakes import MemoryJobs, MemoryTrail
from tests.unit.trustroot.members import FIRST
from trustroot.keys import build as keys
from trustroot.keys.domain import KEY_SET_KEPT, Actor, Purpose, Reason, RoleGroup, Why
from trustroot.keys.service import KeyRing

IN_FORCE_S = 5.0
FASTER = 8
ACTOR = Actor(FIRST.person, None)


@dataclass(frozen=True, slots=True)
class FastClock:
    """Eight seconds in one: what must be waited for is waited for, but sooner."""

    began: float = field(default_factory=time.monotonic)
    skipped: list[timedelta] = field(default_factory=list)

    def __call__(self) -> datetime:
        passed = timedelta(seconds=FASTER * (time.monotonic() - self.began))
        return datetime(2026, 11, 26, 12, 0, tzinfo=UTC) + sum(self.skipped, passed)

    def skip(self, span: timedelta) -> None:
        """Let a time pass in which nothing happens."""
        self.skipped.append(span)


Opening = Callable[[RoleGroup, Clock], "Process"]


@dataclass(frozen=True)
class Process:
    """What one process of the installation has: a database of its own to begin with."""

    keys: keys.KeysRoom
    standing: SqlStanding
    database: Database


@pytest.fixture
def opened(database_url: str, tmp_path: Path) -> Iterator[Opening]:
    """Return a function that opens the installation once more, as a process would."""
    for name in ("serve", "worker"):
        (tmp_path / name).write_text(name[0] * 43)
    page = Keys(
        vault_dir=tmp_path / "vault",
        serve_secret_file=SecretFile(tmp_path / "serve"),
        worker_secret_file=SecretFile(tmp_path / "worker"),
    )
    processes: list[Process] = []

    def opens(group: RoleGroup, clock: Clock) -> Process:
        database = Database(database_url)
        create_all(database)
        standing = SqlStanding(database, clock)
        standing.start()
        room = keys.build(
            page,
            group=group,
            db=database,
            clock=clock,
            entropy=SystemEntropy(),
            trail=MemoryTrail(),
            jobs=MemoryJobs(),
            register=standing,
        )
        processes.append(Process(room, standing, database))
        return processes[-1]

    yield opens
    for process in processes:
        process.standing.close()
        process.database.close()


class Traffic:
    """Signing and verifying all the while, each under the keys another process shows."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self.failures: list[str] = []
        self.kids: set[str] = set()
        self.threads: list[threading.Thread] = []

    def between(self, purpose: Purpose, signer: KeyRing, reader: KeyRing) -> None:
        """Begin to sign by one process and to verify by another."""
        work = threading.Thread(target=self._run, args=(purpose, signer, reader))
        self.threads.append(work)
        work.start()

    def end(self) -> None:
        """Stop, and wait for what is under way."""
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def _run(self, purpose: Purpose, signer: KeyRing, reader: KeyRing) -> None:
        is_anchor = purpose is Purpose.ANCHOR
        profile = ENTITY_STATEMENT if is_anchor else ACCESS_TOKEN
        while not self.ended.is_set():
            try:
                token = signer.sign(purpose, profile.typ, {"n": len(self.kids)})
                held = verify(token, reader.published(purpose), profile)
                self.kids.add(str(held.header["kid"]))
            except Exception as failure:  # noqa: BLE001  every kind counts
                self.failures.append(f"{purpose}: {failure!r}")
            time.sleep(0.002)


@pytest.mark.spec("OpenID Federation 1.0 §11.2")
def test_no_signature_fails_while_tokens_and_anchor_keys_roll_over(opened: Opening) -> None:
    clock = FastClock()
    worker = opened(RoleGroup.WORKER, clock)
    worker.keys.care.create_installation_keys()
    serving = [opened(RoleGroup.SERVE, clock) for _ in range(2)]
    one, two = (process.keys.ring for process in serving)
    signing, traffic = worker.keys.ring, Traffic()
    traffic.between(Purpose.TOKENS, one, two)
    traffic.between(Purpose.TOKENS, two, one)
    traffic.between(Purpose.ANCHOR, signing, one)
    try:
        for _ in range(3):
            clock.skip(KEY_SET_KEPT)
            time.sleep(10.5 / FASTER)
            for purpose in (Purpose.TOKENS, Purpose.ANCHOR):
                worker.keys.care.rotate(purpose, signing.active_kid(purpose))
        time.sleep(3 / FASTER)
    finally:
        traffic.end()
    assert traffic.failures == []
    assert len(traffic.kids) == 8  # every key of both purposes has signed


def waited_for(holds: Callable[[], bool]) -> float:
    """Return after how many seconds something came to hold."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < 2 * IN_FORCE_S
        time.sleep(0.02)
    return time.monotonic() - began


def is_refused(standing: SqlStanding, kid: str) -> bool:
    try:
        standing.require(Party(PartyKind.KEY, kid))
    except NotInGoodStanding:
        return True
    return False


def is_hidden(ring: KeyRing, purpose: Purpose, kid: str) -> bool:
    return kid not in ring.published(purpose).by_kid


@pytest.mark.parametrize("purpose", [Purpose.TOKENS, Purpose.ANCHOR])
def test_distrust_is_in_force_in_every_process_within_five_seconds(
    opened: Opening, purpose: Purpose
) -> None:
    clock = SystemClock()
    worker = opened(RoleGroup.WORKER, clock)
    worker.keys.care.create_installation_keys()
    near, far = opened(RoleGroup.SERVE, clock), opened(RoleGroup.SERVE, clock)
    profile = ENTITY_STATEMENT if purpose is Purpose.ANCHOR else ACCESS_TOKEN
    stolen = far.keys.ring.active_kid(purpose)
    said = {"sub": "a"}
    token = worker.keys.ring.sign(purpose, profile.typ, said)
    assert verify(token, far.keys.ring.published(purpose), profile) == said
    near.keys.distrusting.distrust(stolen, Why(Reason.COMPROMISED, ""), ACTOR)
    assert is_refused(near.standing, stolen)
    for process in (far, worker):
        ring = process.keys.ring
        assert waited_for(partial(is_refused, process.standing, stolen)) < IN_FORCE_S
        assert waited_for(partial(is_hidden, ring, purpose, stolen)) < IN_FORCE_S
        assert ring.active_kid(purpose) != stolen
        with pytest.raises(UnknownKey):
            verify(token, ring.published(purpose), profile)
    fresh = worker.keys.ring.sign(purpose, profile.typ, said)
    assert verify(fresh, far.keys.ring.published(purpose), profile) == said
