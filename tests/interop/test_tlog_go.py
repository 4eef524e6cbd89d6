"""A log of `audit.trail`, checked by the note and tlog packages of the Go project."""

import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from audit.trail.adapters.group_committer import GroupCommitter
from audit.trail.api import LogEndpoints
from audit.trail.flows.read import Record
from audit.trail.flows.record import Trail
from audit.trail.flows.sequence import Books, Sequencer
from audit.trail.store import SqlEvents, SqlLog, SqlOutbox
from kernel.clock import SetClock
from kernel.entropy import SeededEntropy
from kernel.events import Event, Stream
from kernel.infra.db import Database
from kernel.proof.tlog import Tile
from kernel.web import Request, Router
from server.migrations import migrate
from tests.unit.audit.trail.fakes import MemoryLogKey

pytestmark = [pytest.mark.interop, pytest.mark.spec("C2SP tlog-tiles")]

HERE: Final = Path(__file__).parent / "tlog_go"
ORIGIN: Final = "hub.example/log"
# Two full tiles and a part of one; the second tree level begins.
STEPS: Final = (1, 255, 300)
SIZE: Final = sum(STEPS)
DOWNLOADS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LampLit(Event):
    TYPE = "test_interop.lamp_lit"
    lamp: int


@dataclass(frozen=True)
class ServedLog:
    """The files of a log as a mirror would fetch them, and the key to check them with."""

    folder: Path
    vkey: str
    other_vkey: str

    def copy(self, to: Path) -> Path:
        return Path(shutil.copytree(self.folder, to))


@pytest.fixture(scope="session")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built from its locked modules."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("no Go here")
    program = tmp_path_factory.mktemp("tlog_go") / "tlog_go"
    for left in reversed(range(DOWNLOADS)):
        got = subprocess.run([go, "mod", "download"], cwd=HERE, check=False)  # noqa: S603  our own arguments
        if got.returncode == 0 or left == 0:
            break
    build = [go, "build", "-mod=readonly", "-o", str(program), "."]
    subprocess.run(build, cwd=HERE, check=True)  # noqa: S603  our own arguments
    return program


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> ServedLog:
    """A log of several tiles, grown in steps and fetched over its own routes."""
    folder = tmp_path_factory.mktemp("log")
    key = MemoryLogKey()
    url = f"sqlite:///{folder}/hub.db"
    migrate(url)
    database = Database(url)
    grown = grow(database, key)
    for path in ("checkpoint", *tile_paths(SIZE)):
        file = folder / "served" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(fetched(grown, f"/log/{path}"))
    database.close()
    other = MemoryLogKey().verifier(ORIGIN).vkey
    return ServedLog(folder / "served", key.verifier(ORIGIN).vkey, other)


def grow(database: Database, key: MemoryLogKey) -> Router:
    """Record events in steps, sequence each step, and return the public routes."""
    outbox, log, events = SqlOutbox(database), SqlLog(database), SqlEvents(database)
    clock = SetClock(datetime(2026, 11, 26, 8, 0, tzinfo=UTC))
    trail = Trail(outbox, GroupCommitter(outbox), clock, SeededEntropy())
    work = database.unit_of_work()
    sequencer = Sequencer(Books(outbox, log, events), key, ORIGIN, work, clock)
    for step in STEPS:
        with work():
            for lamp in range(step):
                trail.record(LampLit(lamp=lamp))
        while sequencer.step(Stream.MAIN):
            pass
    return Router(LogEndpoints(Record(log, events), Stream.MAIN).routes())


def tile_paths(size: int) -> list[str]:
    """The tiles and bundles of a log of ``size`` entries (C2SP tlog-tiles)."""
    found, level, width = [], 0, size
    while width > 0:
        tiles = [Tile(level, n, min(256, width - 256 * n)) for n in range(-(-width // 256))]
        found += [tile.path for tile in tiles]
        found += [tile.entries_path for tile in tiles if level == 0]
        level, width = level + 1, width // 256
    return found


def fetched(router: Router, path: str) -> bytes:
    match = router.find("GET", path)
    request = Request(method="GET", path=path).with_parameters(match.parameters)
    reply = match.route.endpoint(request)
    assert reply.status == 200
    return reply.body


def judged(
    verifier: Path, folder: Path, vkey: str, *sizes: int
) -> subprocess.CompletedProcess[str]:
    command = [str(verifier), str(folder), vkey, *map(str, sizes)]
    return subprocess.run(  # noqa: S603  our own arguments
        command, capture_output=True, text=True, check=False
    )


def test_go_finds_signature_tiles_entries_inclusion_and_growth_in_order(
    verifier: Path, log: ServedLog
) -> None:
    done = judged(verifier, log.folder, log.vkey, 1, 2, 256, 257, SIZE)
    assert done.stderr == ""
    assert done.stdout.startswith(f"holds: {SIZE} entries under ")


@pytest.mark.parametrize(
    ("path", "byte"),
    [
        ("checkpoint", len(ORIGIN) + 2),  # the size
        ("checkpoint", -8),  # the signature
        ("tile/0/000", 0),
        ("tile/0/001", -1),
        (f"tile/0/002.p/{SIZE - 512}", 5),
        ("tile/1/000.p/2", 31),
        ("tile/entries/000", 40),
        (f"tile/entries/002.p/{SIZE - 512}", -1),
    ],
)
def test_go_refuses_a_log_in_which_one_byte_is_another(
    verifier: Path, log: ServedLog, tmp_path: Path, path: str, byte: int
) -> None:
    copy = log.copy(tmp_path / "changed")
    content = bytearray((copy / path).read_bytes())
    content[byte] ^= 1
    (copy / path).write_bytes(content)
    done = judged(verifier, copy, log.vkey)
    assert done.returncode == 1
    assert done.stderr.startswith("refused: ")


def test_go_refuses_the_key_of_another_log(verifier: Path, log: ServedLog) -> None:
    done = judged(verifier, log.folder, log.other_vkey)
    assert done.returncode == 1
    assert done.stdout == ""


def test_go_refuses_a_log_that_keeps_an_entry_back(
    verifier: Path, log: ServedLog, tmp_path: Path
) -> None:
    copy = log.copy(tmp_path / "short")
    bundle = copy / f"tile/entries/002.p/{SIZE - 512}"
    bundle.write_bytes(bundle.read_bytes()[:-34])
    done = judged(verifier, copy, log.vkey)
    assert done.returncode == 1
    assert "number of entries" in done.stderr
