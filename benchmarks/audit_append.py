"""Claim: at least 20,000 events a second become durable in batches on one core.

What is timed is what the record does: lay the event out, canonical JSON, random bytes, one
INSERT a batch, one commit with ``synchronous=FULL``. Beside it, in the same run: a bare
``sqlite3`` that commits the same bytes in the same batches (the floor), and our sequencer
taking the rows into the Merkle log.

Run: ``python -m benchmarks.audit_append [--events N] [--batch N]``; pin it to one core with
``taskset -c 0`` for the claim as it is stated.
"""

import argparse
import json
import os
import platform
import sqlite3
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.trail.domain import Recorded
from audit.trail.flows.record import Trail
from audit.trail.flows.sequence import Books, Sequencer
from audit.trail.store import SqlEvents, SqlLog, SqlOutbox
from kernel.assurance import Level
from kernel.clock import SystemClock
from kernel.entropy import SystemEntropy
from kernel.events import Event, Levels, Stream
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


@dataclass(frozen=True)
class Timing:
    """What one run took, per event."""

    wall_us: float
    cpu_us: float

    @property
    def per_second(self) -> float:
        """Events a second by the clock on the wall."""
        return 1e6 / self.wall_us


def timed(count: int, run: Callable[[], None]) -> Timing:
    """Time a run on the wall and in CPU, in microseconds an event."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return Timing(
        (time.perf_counter() - wall) / count * 1e6,
        (time.process_time() - cpu) / count * 1e6,
    )


def floor(folder: Path, count: int, size: int, body: bytes) -> Timing:
    """Commit the same bytes with nothing but the driver."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, nonce BLOB, body BLOB)")

    def run() -> None:
        for batch in batches(count, size):
            connection.execute("BEGIN IMMEDIATE")
            rows = [(os.urandom(32), body) for _ in batch]
            connection.executemany("INSERT INTO row (nonce, body) VALUES (?, ?)", rows)
            connection.execute("COMMIT")

    return timed(count, run)


def record(trail: Trail, count: int, size: int) -> Timing:
    """Record events, a transaction a batch."""

    def run() -> None:
        for batch in batches(count, size):
            trail.record_all(an_event(number) for number in batch)

    return timed(count, run)


def sequence(sequencer: Sequencer, count: int) -> Timing:
    """Take every row into the log."""

    def run() -> None:
        while sequencer.step(Stream.MAIN):
            pass

    return timed(count, run)


class NoCommitter:
    """Everything here is recorded in batches; nothing is committed one by one."""

    def commit(self, row: Recorded) -> None:
        """Refuse: the benchmark would not measure batches."""
        raise AssertionError(row)


def measure(folder: Path, count: int, size: int) -> dict[str, object]:
    """Run everything once and return the figures."""
    clock, db = SystemClock(), Database(f"sqlite:///{folder}/record.db")
    create_all(db)
    outbox = SqlOutbox(db)
    trail = Trail(outbox, NoCommitter(), clock, SystemEntropy())
    books = Books(outbox, SqlLog(db), SqlEvents(db))
    sequencer = Sequencer(books, LogKey(), _ORIGIN, db.unit_of_work(), clock)
    recorded = record(trail, count, size)
    (row,) = outbox.waiting(Stream.MAIN, 1)
    bare = floor(folder, count, size, row.recorded.body)
    sequenced = sequence(sequencer, count)
    return {
        "events": count,
        "batch": size,
        "event_bytes": len(row.recorded.body),
        "durable_per_s": round(recorded.per_second),
        "durable_cpu_us": round(recorded.cpu_us, 1),
        "floor_per_s": round(bare.per_second),
        "ratio_to_floor": round(recorded.wall_us / bare.wall_us, 2),
        "sequenced_per_s": round(sequenced.per_second),
        "python": sys.version.split()[0],
        "build": sysconfig.get_config_var("CONFIG_ARGS") or "",
        "optimised": "--enable-optimizations"
        in (sysconfig.get_config_var("CONFIG_ARGS") or ""),
        "machine": platform.machine(),
    }


def main() -> int:
    """Measure, print one JSON object, and tell whether the claim held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--batch", type=int, default=512)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), asked.events, asked.batch)
    print(json.dumps(figures, indent=1))
    return 0 if int(str(figures["durable_per_s"])) >= CLAIM_PER_S else 1


if __name__ == "__main__":
    sys.exit(main())
