"""Claim: at least 20,000 events a second become durable in batches on one core.

What is timed is what the record does: lay the event out, canonical JSON, random bytes, one
INSERT a batch, one commit with ``synchronous=FULL``. Beside it, in the same run: a bare
``sqlite3`` that commits the same bytes in the same batches (the floor), and our sequencer
taking the rows into the Merkle log.

The claim is judged by CPU time: what one core that does nothing else can do. The wall is
told beside it; on a shared machine it tells of the neighbours, and always of the disk.
"""

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.trail.flows.record import Trail
from audit.trail.flows.sequence import Books, Sequencer
from audit.trail.store import SqlEvents, SqlLog, SqlOutbox
from benchmarks.weighing.evidence import keep
from kernel.assurance import Level
from kernel.clock import SystemClock
from kernel.entropy import SystemEntropy
from kernel.events import Event, Levels, Recorded, Stream
from kernel.ids import ClientId, Pseudonym
from kernel.infra.db import Database, create_all
from kernel.proof.tlog import NoteSignature, NoteVerifier, SignatureType

CLAIM_PER_S: Final = 20_000
_ORIGIN: Final = "bench.example/log"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssued(Event):
    """An event of the size the token endpoint writes."""

    TYPE = "benchmark.token_issued"
    count: int


class LogKey:
    """A log key of the benchmark's own."""

    def __init__(self) -> None:
        """Make the key."""
        self._key = Ed25519PrivateKey.generate()

    def sign(self, origin: str, text: bytes) -> NoteSignature:
        """Sign a checkpoint."""
        return NoteSignature(origin, self.verifier(origin).key_id, self._key.sign(text))

    def verifier(self, origin: str) -> NoteVerifier:
        """Return the public half."""
        return NoteVerifier(origin, SignatureType.ED25519, self._key.public_key())


def an_event(number: int) -> TokenIssued:
    """Return one event."""
    return TokenIssued(
        count=number,
        relying_party=ClientId("portal-of-the-nation"),
        subject=Pseudonym("p1:" + "a" * 43),
        levels=Levels(asked=Level.REAL_NAME, delivered=Level.REAL_NAME),
        correlation="c" * 64,
    )


def batches(count: int, size: int) -> Iterator[range]:
    """Cut ``count`` events into batches."""
    for first in range(0, count, size):
        yield range(first, min(first + size, count))


@dataclass(frozen=True, slots=True)
class Timing:
    """What one run took, per event."""

    wall_us: float
    cpu_us: float


Run = Callable[[int], None]


def timed(count: int, run: Run) -> Timing:
    """Time a run on the wall and in CPU, in microseconds an event."""
    wall, cpu = time.perf_counter(), time.process_time()
    run(count)
    return Timing(
        (time.perf_counter() - wall) / count * 1e6,
        (time.process_time() - cpu) / count * 1e6,
    )


def floor(folder: Path, size: int, body: bytes) -> Run:
    """Commit the same bytes with nothing but the driver."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, nonce BLOB, body BLOB)")

    def run(count: int) -> None:
        for batch in batches(count, size):
            connection.execute("BEGIN IMMEDIATE")
            rows = [(os.urandom(32), body) for _ in batch]
            connection.executemany("INSERT INTO row (nonce, body) VALUES (?, ?)", rows)
            connection.execute("COMMIT")

    return run


def record(trail: Trail, size: int) -> Run:
    """Record events, a transaction a batch."""

    def run(count: int) -> None:
        for batch in batches(count, size):
            trail.keep([trail.laid_out(an_event(number)) for number in batch])

    return run


def sequence(sequencer: Sequencer) -> Run:
    """Take every row that waits into the log."""

    def run(_count: int) -> None:
        while sequencer.step(Stream.MAIN):
            pass

    return run


class NoCommitter:
    """Everything here is recorded in batches; nothing is committed one by one."""

    def commit(self, row: Recorded) -> None:
        """Refuse: the benchmark would not measure batches."""
        raise AssertionError(row)


def measure(folder: Path, asked: "Asked") -> Mapping[str, Sequence[Timing]]:
    """Let floor, record and sequencer take turns; return what each turn took."""
    clock, db = SystemClock(), Database(f"sqlite:///{folder}/record.db")
    create_all(db)
    outbox = SqlOutbox(db)
    trail = Trail(outbox, NoCommitter(), clock, SystemEntropy())
    books = Books(outbox, SqlLog(db), SqlEvents(db))
    sequencer = Sequencer(books, LogKey(), _ORIGIN, db.unit_of_work(), clock)
    trail.keep([trail.laid_out(an_event(0))])
    body = outbox.waiting(Stream.MAIN, 1)[0].recorded.body
    turns: Mapping[str, Run] = {
        "floor": floor(folder, asked.batch, body),
        "record": record(trail, asked.batch),
        "sequence": sequence(sequencer),
    }
    taken: dict[str, list[Timing]] = {name: [] for name in turns}
    for _ in range(asked.rounds):
        for name, run in turns.items():
            taken[name].append(timed(asked.events, run))
    return taken


def told(taken: Mapping[str, Sequence[Timing]], asked: "Asked") -> bool:
    """Keep the figures; tell whether one core can make that many events durable."""
    cpu = {name: median(t.cpu_us for t in turns) for name, turns in taken.items()}
    per_core_s = round(1e6 / cpu["record"])
    keep(
        "audit_append",
        {
            "events_a_turn": asked.events,
            "turns": asked.rounds,
            "batch": asked.batch,
            "cpu_us_per_event": {name: round(value, 1) for name, value in cpu.items()},
            "per_s_on_the_wall": {
                name: {
                    "median": round(1e6 / median(t.wall_us for t in turns)),
                    "best": round(1e6 / min(t.wall_us for t in turns)),
                }
                for name, turns in taken.items()
            },
            "durable_per_s_of_one_core": per_core_s,
            "durable_per_s_of_one_core_at_least": CLAIM_PER_S,
        },
    )
    return per_core_s >= CLAIM_PER_S


@dataclass(frozen=True, slots=True)
class Asked:
    """How much to measure."""

    events: int
    batch: int
    rounds: int


def main() -> int:
    """Measure on one core, keep the figures, and tell whether the claim held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=9)
    asked = Asked(**vars(parser.parse_args()))
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        taken = measure(Path(folder), asked)
    return 0 if told(taken, asked) else 1


if __name__ == "__main__":
    sys.exit(main())
