"""Ten thousand members refreshed by one worker against a local stand-in.

Claim: within ten minutes, with at most 60 MB more memory than before the first.

The worker's own parts do it: the line in the database, sixteen hands, the one way out,
shared statements, verification, one transaction for what is done together. The stand-in
signs every statement when it is asked, on the other core. Two passes: everybody for the
first time, then everybody again by ``source_endpoint``. The second is the claim's: it is
what a worker does every day, and it records nothing.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from benchmarks.weighing import standin
from benchmarks.weighing.evidence import keep
from benchmarks.weighing.load import request_of
from benchmarks.weighing.serving import served
from federation.adapters.crew import ThreadCrew
from federation.adapters.http_fetch import HttpFetch
from federation.domain import Anchor
from federation.flows.refresh import Attempt, Ledger, Refreshing
from federation.flows.renew import Renewal
from federation.flows.resolve import Resolution
from federation.flows.seen import SuperiorsSeen
from federation.flows.shared import SharedStatements, Silences
from federation.flows.taking import Stops
from federation.flows.verify import ChainVerifier
from federation.store import SqlChains, SqlExceptions, SqlSuperiors
from kernel.clock import SystemClock
from kernel.events import Event
from kernel.ids import EntityId
from kernel.infra.db import Database, create_all
from kernel.infra.outbound import Outbound, OutboundRules
from kernel.infra.standing_store import SqlStanding

_MEMBERS: Final = 10_000
_WITHIN_S: Final = 600.0
_GROWTH_MB: Final = 60.0
_HANDS: Final = 16
_AHEAD: Final = timedelta(hours=6)


@dataclass(slots=True)
class Counted:
    """A record that counts what is recorded."""

    events: dict[str, int] = field(default_factory=dict)

    def record(self, event: Event) -> None:
        """Count one."""
        self.events[event.TYPE] = self.events.get(event.TYPE, 0) + 1


@dataclass(frozen=True, slots=True)
class Worker:
    """The part of a worker that refreshes."""

    store: SqlChains
    refreshing: Refreshing
    trail: Counted
    clock: SystemClock

    def drain(self) -> None:
        """Take turns until nothing is due."""
        while self.store.due(self.clock(), 1, failing=False):
            self.refreshing()


def a_worker(folder: Path) -> Worker:
    """Assemble one over a database of its own."""
    database, clock, trail = (
        Database(f"sqlite:///{folder}/bench.db"),
        SystemClock(),
        Counted(),
    )
    create_all(database)
    store, standing = SqlChains(database), SqlStanding(database, clock)
    standing.refresh()
    anchor = EntityId(standin.ANCHOR)
    verifier = ChainVerifier({anchor: Anchor(anchor, standin.ANCHOR_KEY.keys)})
    fetch = HttpFetch(Outbound.build(OutboundRules(allow_loopback=True)))
    shared = SharedStatements(fetch, Silences(clock), clock)
    seen = SuperiorsSeen(store, SqlSuperiors(database), clock, frozenset({anchor}))
    renewal = Renewal(
        Resolution(shared, verifier, clock),
        seen,
        Stops(SqlExceptions(database), standing, standing),
    )
    attempt = Attempt(renewal, Ledger(trail, clock, _AHEAD))
    crew = ThreadCrew(_HANDS, "refresh")
    return Worker(
        store, Refreshing(store, attempt, crew, clock, failing=False), trail, clock
    )


def rss_mb() -> float:
    """Return the resident memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def a_pass(worker: Worker, members: list[EntityId]) -> Mapping[str, float]:
    """Have everybody resolved once; wall, CPU and how many a second."""
    worker.store.wake(members, worker.clock())
    began, cpu = time.monotonic(), time.process_time()
    worker.drain()
    took, spent = time.monotonic() - began, time.process_time() - cpu
    return {
        "wall_s": round(took, 1),
        "members_per_s": round(len(members) / took, 1),
        "cpu_ms_per_member": round(spent / len(members) * 1e3, 2),
        "rss_mb": round(rss_mb(), 1),
    }


def main() -> int:
    """Weigh both passes; the claim is about the second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=_MEMBERS)
    count = parser.parse_args().members
    members = [EntityId(standin.entity(n)) for n in range(count)]
    question = request_of("/trust/fetch?sub=x", b"", "text/plain")
    with (
        tempfile.TemporaryDirectory() as folder,
        served("standin", "benchmarks.weighing.standin:app", standin.PORT, question),
    ):
        worker = a_worker(Path(folder))
        worker.store.follow_all(members[:200], worker.clock())
        worker.drain()
        before = rss_mb()
        worker.store.follow_all(members, worker.clock())
        first, again = a_pass(worker, members), a_pass(worker, members)
        lost = sum(kept.failure is not None for kept in worker.store.all())
    return told(count, before, first, again, lost)


def told(
    count: int,
    before: float,
    first: Mapping[str, float],
    again: Mapping[str, float],
    lost: int,
) -> int:
    """Keep the figures; 1 if the claim does not hold."""
    growth = round(again["rss_mb"] - before, 1)
    for_all = _MEMBERS / again["members_per_s"]
    keep(
        "federation_refresh",
        {
            "members": count,
            "hands": _HANDS,
            "first_time": first,
            "again": again,
            "seconds_for_10000": round(for_all, 1),
            "memory_before_mb": round(before, 1),
            "memory_growth_mb": growth,
            "not_refreshed": lost,
            "claimed": {"seconds_for_10000": _WITHIN_S, "memory_growth_mb": _GROWTH_MB},
        },
    )
    return int(for_all > _WITHIN_S or growth > _GROWTH_MB or lost > 0)


if __name__ == "__main__":
    sys.exit(main())
