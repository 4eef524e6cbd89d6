"""After the faults: every checkpoint, every acknowledged event, every single use."""

import itertools
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from audit.trail.flows.verify import Verification
from kernel.proof.tlog import Note, NoteVerifier
from server.cli.audit_verify import EVENTS, read_export
from server.contexts.api import Api
from tests.faults.client import NoAnswer, ask
from tests.faults.installation import Installation
from tests.faults.ledger import Ledger

_SETTLED_WITHIN_S: Final = 90.0


def checkpoint(house: Installation) -> str | None:
    """Return the log's signed head, None where nobody answers."""
    try:
        answer = ask(house.port, "GET", "/log/checkpoint")
    except NoAnswer:
        return None
    return answer.body.decode() if answer.status == 200 else None


def verifier_of(house: Installation) -> NoteVerifier:
    """Return the log's public key, taken before anything is broken."""
    api = Api(house.context("auditor"))
    first = api.get("/audit/events", {"limit": "1"}).rows("events")[0]["event"]
    assert isinstance(first, dict)
    proof = api.get(f"/audit/events/{first['id']}/proof").body
    assert isinstance(proof, dict)
    return NoteVerifier.parse(str(proof["vkey"]))


def settled(house: Installation) -> None:
    """Wait until the worker has taken everything durable into the log.

    A worker that follows a killed one waits until the lease of that one has run out.
    """
    until = time.monotonic() + _SETTLED_WITHIN_S
    with closing(sqlite3.connect(house.folder / "hub.db")) as database:
        while database.execute("SELECT count(*) FROM trail_outbox").fetchone() != (0,):
            assert time.monotonic() < until, house.log("worker")[-3000:]
            time.sleep(0.5)


def exported(house: Installation, folder: Path, stream: str) -> Path:
    """Hand one log out as an auditor does."""
    context = str(house.folder / "contexts" / "auditor.json")
    where = ("--context", context, "--out", str(folder), "--stream", stream)
    words = ("audit", "export", *where)
    done = house.command(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def log_holds(folder: Path, verifier: NoteVerifier, seen: Sequence[str]) -> None:
    """I2: the export verifies offline, and every checkpoint ever seen is a part of it."""
    verdicts = list(Verification(verifier).log(read_export(folder), set(seen)))
    steps = Counter(verdict.step for verdict in verdicts)
    assert steps["root"] == 1
    assert steps["consistency"] == len(set(seen))
    sizes = [int(Note.parse(note).text.splitlines()[1]) for note in seen]
    assert sizes == sorted(sizes), "a checkpoint went back"


def nothing_lost(folders: Sequence[Path], ledger: Ledger) -> None:
    """I1: every acknowledged event is in the log, exactly once."""
    said = itertools.chain.from_iterable(_events(folder) for folder in folders)
    held = Counter((str(e.get("reference")), str(e["type"])) for e in said)
    wrong = {line: held[line] for line in ledger.acknowledged if held[line] != 1}
    assert not wrong, wrong


def nothing_twice(ledger: Ledger) -> None:
    """I3: a code, a refresh token was redeemed at most once."""
    assert {single: n for single, n in ledger.uses.items() if n != 1} == {}


def nothing_half(house: Installation, folder: Path, ledger: Ledger) -> None:
    """A registration is there with its event, once, or not at all."""
    names = Counter(_clients(house))
    events = Counter(
        str(e["relying_party"])
        for e in _events(folder)
        if e["type"] == "clients.registered"
    )
    for name in ledger.tried:
        assert names[name] <= 1, f"{name} was registered twice"
    for name, ids in ledger.registered.items():
        assert names[name] == 1, f"{name} was acknowledged and is not there"
        assert [events[client] for client in ids] == [1], name
    assert sum(events.values()) == sum(names.values())


def _clients(house: Installation) -> Iterator[str]:
    api = Api(house.context("operator1"))
    after: str | None = None
    while True:
        page = api.get("/clients", {"limit": "200", **({"after": after} if after else {})})
        for row in page.rows("clients"):
            yield str(row["name_en"])
        after = str(page.member("next")) if page.member("next") else None
        if after is None:
            return


def _events(folder: Path) -> Iterator[dict[str, object]]:
    with (folder / EVENTS).open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)["event"]
            assert isinstance(event, dict)
            yield event
