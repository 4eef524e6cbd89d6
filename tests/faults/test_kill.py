"""`kill -9` of any process, at random: nothing acknowledged is lost, nothing doubled."""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults import reckoning
from tests.faults.installation import Installation
from tests.faults.ledger import Clients

_KILLS_SHORT = 5
_KILLS_LONG = 50
_VICTIMS = ("serving process", "serving process", "serve", "worker")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Installation]:
    """Start an installation of two serving processes and a worker."""
    made = Installation.laid_out(tmp_path / "house")
    made.start("worker")
    made.start("serve")
    made.ready()
    yield made
    made.close()


@pytest.mark.spec("reliability R5, R11; invariants I1, I2, I3")
def test_five_kills_lose_nothing(house: Installation, tmp_path: Path) -> None:
    _killed(house, tmp_path, _KILLS_SHORT)


@pytest.mark.deep
@pytest.mark.spec("reliability R5, R11; invariants I1, I2, I3")
def test_fifty_kills_lose_nothing(house: Installation, tmp_path: Path) -> None:
    _killed(house, tmp_path, int(os.environ.get("FAULTS_KILLS", _KILLS_LONG)))


def _killed(house: Installation, tmp_path: Path, kills: int) -> None:
    seed = int(os.environ.get("FAULTS_SEED", time.time_ns()))
    print(f"FAULTS_SEED={seed}")  # noqa: T201  pytest shows it with a failure
    clients = Clients(house)
    clients.prepare()
    time.sleep(2.0)
    verifier = reckoning.verifier_of(house)
    clients.start()
    seen = _rounds(house, random.Random(seed), kills)  # noqa: S311  a seed to repeat it by
    clients.end()
    house.ready()
    reckoning.settled(house)
    main = reckoning.exported(house, tmp_path / "main", "main")
    oversight = reckoning.exported(house, tmp_path / "oversight", "oversight")
    print(clients.ledger.refused, len(clients.ledger.acknowledged))  # noqa: T201  same
    assert clients.ledger.failures == []
    assert len(clients.ledger.acknowledged) > kills
    reckoning.log_holds(main, verifier, seen)
    reckoning.nothing_lost((main, oversight), clients.ledger)
    reckoning.nothing_twice(clients.ledger)
    reckoning.nothing_half(house, oversight, clients.ledger)


def _rounds(house: Installation, chance: random.Random, kills: int) -> list[str]:
    """Kill, start again, look at the checkpoint; return every checkpoint ever seen."""
    seen: list[str] = []
    for _ in range(kills):
        time.sleep(chance.uniform(0.3, 1.5))
        seen += _head(house)
        _kill_one(house, chance)
        house.ready()
        seen += _head(house)
    return seen


def _head(house: Installation) -> list[str]:
    note = reckoning.checkpoint(house)
    return [] if note is None else [note]


def _kill_one(house: Installation, chance: random.Random) -> None:
    victim = chance.choice(_VICTIMS)
    if victim == "serving process":
        with suppress(ProcessLookupError, IndexError):
            os.kill(chance.choice(house.serving()), signal.SIGKILL)
        return
    house.kill(victim)
    house.start(victim)
