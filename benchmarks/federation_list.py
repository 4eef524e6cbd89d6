"""The list of ten thousand subordinates, and resolve answered from what lies ready.

Claims: the first byte of the list within 50 ms; a resolve response, kept and signed ahead,
costs at most twice the floor (`benchmarks.floor`, which signs one ES256 token).

The list is asked for the first time in a process, again right after something has changed,
and again with nothing changed. A clock on the wall sees whoever else is at work, so the
least of many askings is told beside the middle one, and judged.
"""

import os
import socket
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import floor
from benchmarks.weighing.evidence import keep
from benchmarks.weighing.load import request_of
from benchmarks.weighing.serving import Served, Window, cpu_of, in_turn, ratio, served
from benchmarks.weighing.unasked import Unasked, nothing_here
from federation.api import public_routes
from federation.domain import Anchor, Answer, Entry
from federation.flows.remembered import RememberedAnswers
from federation.flows.resolver import Resolver
from federation.store import SqlAnswers, SqlChains
from kernel.clock import SystemClock
from kernel.entropy import SystemEntropy
from kernel.ids import EntityId
from kernel.infra.db import Database, create_all
from kernel.infra.standing_store import SqlStanding
from kernel.proof.jose import KeySet
from kernel.standing import Party, PartyKind
from kernel.web import Once, Reply, Request, Route, Router
from server.dispatch import Dispatcher
from server.wsgi import Application
from trustroot.publish.domain import Filter, Statement, StatementKind
from trustroot.publish.service.listing import Listing
from trustroot.publish.store import SqlStatements

FOLDER: Final = "TRUSTHUB_BENCHMARK_FOLDER"
ISSUER: Final = "http://localhost:8400"
TRUST: Final = EntityId(f"{ISSUER}/trust")
SUBJECT: Final = EntityId("https://m0.example")
_SUBORDINATES: Final = 10_000
_FIRST_BYTE_MS: Final = 50.0
_AT_MOST: Final = 2.0
_CLOCK: Final = SystemClock()
_DAY: Final = timedelta(days=1)
_PORTS: Final = (8976, 8977)


def prepare(folder: Path) -> None:
    """Lay down ten thousand statements and one answer, as a worker would."""
    db = Database(f"sqlite:///{folder}/hub.db")
    create_all(db)
    statements, token = SqlStatements(db), "a" * 2400
    with db.unit_of_work()():
        for n in range(_SUBORDINATES):
            statements.put(a_statement(EntityId(f"https://m{n}.example"), token))
    now, path = _CLOCK(), (SUBJECT, TRUST)
    answer = Answer(
        entity=SUBJECT,
        entity_type="",
        anchor=TRUST,
        token="b" * 9000,
        fingerprint="f" * 64,
        answered_at=now,
        expires_at=now + _DAY,
        parties=tuple(Party(PartyKind.MEMBER, one) for one in path),
    )
    entry = Entry(
        entity=SUBJECT,
        entity_types=("openid_provider",),
        path=path,
        shown={},
        marks=(),
        parties=answer.parties,
        updated_at=now,
        expires_at=now + _DAY,
    )
    SqlAnswers(db).put([answer], entry)
    db.close()


def a_statement(subject: EntityId, token: str) -> Statement:
    """Return a statement about a provider."""
    now = _CLOCK()
    return Statement(
        subject=subject,
        kind=StatementKind.MEMBER,
        token=token,
        fingerprint="f" * 64,
        issued_at=now,
        expires_at=now + _DAY,
        entity_types=frozenset({"openid_provider"}),
        registered_at=now,
        updated_at=now,
    )


def make_hub() -> Application:
    """Return the two endpoints behind the dispatcher that ``serve`` has in front."""
    db = Database(f"sqlite:///{os.environ[FOLDER]}/hub.db")
    standing = SqlStanding(db, _CLOCK)
    standing.start()
    anchors = {TRUST: Anchor(TRUST, KeySet.of(()))}
    answers, chains = SqlAnswers(db), SqlChains(db)
    ready = RememberedAnswers(answers, _CLOCK)
    resolver = Resolver(ready, chains, anchors, standing, _CLOCK)
    listing = Listing(SqlStatements(db), standing, _CLOCK)

    def subordinates(_request: Request) -> Reply:
        body = listing.body(Filter())
        return Reply(status=200, body=body, headers=(("Content-Type", "application/json"),))

    listed = Route(method="GET", path="/trust/list", endpoint=subordinates)
    routes = (*public_routes(resolver, TRUST), listed)
    once = Once(db.unit_of_work(), Unasked())
    dispatcher = Dispatcher(Router(routes), Unasked(), once)
    return Application(dispatcher, nothing_here, SystemEntropy())


def get(path: str) -> bytes:
    """Return one GET as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode("ascii")


def first_byte_ms(server: Served, question: bytes) -> float:
    """Ask once on a connection of its own; milliseconds until the answer begins."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        began = time.perf_counter()
        line.sendall(question)
        start = line.recv(1)
        took = (time.perf_counter() - began) * 1e3
        if not start or b"200" not in start + line.recv(65_536):
            msg = "the list was not answered"
            raise RuntimeError(msg)
    return took


def changed(folder: Path) -> None:
    """Change one statement, as a worker of another process would."""
    db = Database(f"sqlite:///{folder}/hub.db")
    SqlStatements(db).put(a_statement(SUBJECT, "c" * 2400))
    db.close()


def main() -> int:
    """Weigh both; 1 if a claim does not hold."""
    asked = get(f"/trust/resolve?sub={SUBJECT}&trust_anchor={TRUST}")
    floors = request_of("/", floor.BODY, floor.FORM)
    question = get("/trust/list")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        os.environ[FOLDER] = name
        with (
            served("hub", "benchmarks.federation_list:make_hub", _PORTS[0], asked) as hub,
            served("floor", "benchmarks.floor:app", _PORTS[1], floors) as bare,
        ):
            first = first_byte_ms(hub, question)
            after_change, unchanged = list[float](), list[float]()
            for _ in range(15):
                changed(folder)
                after_change.append(first_byte_ms(hub, question))
                unchanged.append(first_byte_ms(hub, question))
            windows = in_turn([hub, bare], rounds=9, seconds=0.7)
    return told(first, after_change, unchanged, windows)


def told(
    first: float,
    after_change: list[float],
    unchanged: list[float],
    windows: Mapping[str, Sequence[Window]],
) -> int:
    """Keep the figures; 1 if a claim does not hold."""
    times = ratio(windows["hub"], windows["floor"])
    keep(
        "federation_list",
        {
            "subordinates": _SUBORDINATES,
            "first_byte_ms": {
                "first_in_the_process": round(first, 1),
                "after_a_change": _least_and_median(after_change),
                "nothing_changed": _least_and_median(unchanged),
            },
            "resolve_cpu_us": round(cpu_of(windows["hub"]), 1),
            "floor_cpu_us": round(cpu_of(windows["floor"]), 1),
            "resolve_over_floor": round(times, 2),
            "claimed": {"first_byte_ms": _FIRST_BYTE_MS, "resolve_over_floor": _AT_MOST},
        },
    )
    return int(min(after_change) > _FIRST_BYTE_MS or times > _AT_MOST)


def _least_and_median(taken: list[float]) -> dict[str, float]:
    return {"least": round(min(taken), 2), "median": round(median(taken), 2)}


if __name__ == "__main__":
    sys.exit(main())
