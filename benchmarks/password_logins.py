"""Password logins beside the token endpoint: hashing on one core, tokens on the other.

Two serving processes of one hub, as behind a proxy that knows paths: one for tokens, on the
first core with both loads, and one for pages, which the system puts where there is room;
with ``--together`` one process does both. Hashing stays on the second core
(`limits.hash_cores`). Three windows in turn: what the second core hashes alone with
the product's own parameters, tokens alone at half of what the first core can serve, and
the same tokens while people sign in. Tokens are asked for at even times, whatever has been
answered (open loop). Logins are counted up to the session's cookie.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.weighing.evidence import keep
from benchmarks.weighing.issuer import client_credentials
from benchmarks.weighing.load import load
from benchmarks.weighing.pacing import Paced, paced
from benchmarks.weighing.serving import Served, cores, cpu_s, on_core, served
from benchmarks.weighing.signing_in import SigningIn, people_who_know_it
from config.loader import read_page
from idp.login.adapters.password_pool import PasswordPool
from kernel.entropy import SystemEntropy
from kernel.secret import Secret
from server.bootstrap import assemble
from server.wsgi import Application
from tests.attacks.house import PASSWORD, House, page
from trustroot.keys.domain import RoleGroup

FOLDER: Final = "TRUSTHUB_BENCHMARK_FOLDER"
HASH_CORE: Final = "TRUSTHUB_BENCHMARK_HASH_CORE"
LOGINS_AT_LEAST: Final = 0.85
LOGINS_ASKED: Final = 0.90
"""People come at this part of the second core's own rate, whoever has been served."""
P95_AT_MOST: Final = 1.20
PEOPLE: Final = 480
SIGNING_IN_AT_ONCE: Final = 24
AT_ONCE: Final = 2
"""A second hash fills the core while the first one's thread comes back for its answer."""
_LEAD_S: Final = 0.5
_ABOUT_S: Final = 0.05
_TARGET: Final = "benchmarks.password_logins:make_hub"


def make_hub() -> Application:
    """Return the whole hub as `serve` assembles it, with a core for passwords."""
    folder = Path(os.environ[FOLDER])
    limits = {"hash_threads": AT_ONCE, "hash_cores": [int(os.environ[HASH_CORE])]}
    settings = read_page({**page(folder), "limits": limits}, folder)
    return assemble(settings, RoleGroup.SERVE).application()


@dataclass(frozen=True, slots=True)
class Round:
    """One turn of each window."""

    own_hashes_per_s: float
    alone: Paced
    beside: Paced
    logins: Paced
    pages_share: float

    @property
    def logins_to_own_rate(self) -> float:
        """Part of the second core's own rate that people got."""
        return self.logins.per_s / self.own_hashes_per_s

    @property
    def p95_ratio(self) -> float:
        """How much longer tokens took beside the logins."""
        return self.beside.p95_ms / self.alone.p95_ms


@dataclass(frozen=True, slots=True)
class Rig:
    """The hub under load, and who loads it."""

    hub: Served
    pages: Served
    people: SigningIn
    beside: ProcessPoolExecutor
    hash_core: int

    def round(self, per_s: float, seconds: float) -> Round:
        """Take one turn of each window."""
        own = own_rate(self.hash_core, seconds)
        alone = paced(self.hub.port, self.hub.talks, per_s, seconds)
        before, began = cpu_s(self.pages.pid), time.monotonic()
        logins = self.sign_in(own * LOGINS_ASKED, seconds + 2 * _LEAD_S)
        time.sleep(_LEAD_S)
        beside = paced(self.hub.port, self.hub.talks, per_s, seconds)
        done = logins.result()
        share = (cpu_s(self.pages.pid) - before) / (time.monotonic() - began)
        return Round(own, alone, beside, done, share)

    def sign_in(self, per_s: float, seconds: float) -> Future[Paced]:
        """Let people sign in for so long, from a process of its own."""
        said = (self.pages.port, self.people, per_s, seconds, self.people.lines)
        return self.beside.submit(paced, *said)


def own_rate(core: int, seconds: float) -> float:
    """Return how many passwords a second one process compares on ``core`` alone."""
    with on_core(core):
        pool = PasswordPool(at_once=1, waiting=1, entropy=SystemEntropy())
        password = Secret(PASSWORD)
        encoded, done, began = pool.hash(password), 0, time.monotonic()
        while time.monotonic() < began + seconds:
            done += pool.verify(encoded, password)
        return done / (time.monotonic() - began)


@contextmanager
def _rig(*, together: bool) -> Iterator[Rig]:
    with ExitStack() as open_here:
        folder = Path(open_here.enter_context(tempfile.TemporaryDirectory()))
        hash_core = cores()[-1]
        os.environ[FOLDER], os.environ[HASH_CORE] = str(folder), str(hash_core)
        house = House.built(folder)
        try:
            tokens = client_credentials(house)
            usernames = people_who_know_it(house, PEOPLE)
            people = SigningIn(house.client("bench"), usernames, SIGNING_IN_AT_ONCE)
        finally:
            house.close()
        forked = ProcessPoolExecutor(1, get_context("fork"))
        beside = open_here.enter_context(forked)
        hub = open_here.enter_context(served("hub", _TARGET, 8973, tokens))
        pages = hub
        if not together:
            second = served("pages", _TARGET, 8974, people, anywhere=True)
            pages = open_here.enter_context(second)
        # The loads stand on the token endpoint's core and share it.
        open_here.enter_context(on_core(cores()[0]))
        yield Rig(hub, pages, people, beside, hash_core)


def run(rounds: int, seconds: float, *, together: bool) -> bool:
    """Take the windows in turn and tell whether the claim held."""
    with _rig(together=together) as rig:
        load(rig.hub.port, rig.hub.talks, 1.0)
        most = max(rig.hub.window(seconds).per_s for _ in range(2))
        rig.sign_in(LOGINS_ASKED / _ABOUT_S, 1.0).result()
        seen = [rig.round(most / 2, seconds) for _ in range(rounds)]
    figures = {
        "serving_processes": 1 if together else 2,
        "tokens_at_most_per_s": round(most, 1),
        "tokens_asked_per_s": round(most / 2, 1),
        "window_s": seconds,
    }
    return _told(seen, figures)


def _told(seen: Sequence[Round], figures: Mapping[str, float]) -> bool:
    logins = round(median(one.logins_to_own_rate for one in seen), 3)
    p95 = round(median(one.p95_ratio for one in seen), 3)
    keep(
        "password_logins"
        if figures["serving_processes"] > 1
        else "password_logins_together",
        {
            "logins_to_own_rate": logins,
            "at_least": LOGINS_AT_LEAST,
            "p95_ratio": p95,
            "at_most": P95_AT_MOST,
            **_medians(seen),
            **figures,
            "rounds": len(seen),
            "logins_asked_to_own_rate": LOGINS_ASKED,
            "signing_in_at_most": SIGNING_IN_AT_ONCE,
            "hashes_at_once": AT_ONCE,
        },
    )
    return logins >= LOGINS_AT_LEAST and p95 <= P95_AT_MOST


def _medians(seen: Sequence[Round]) -> Mapping[str, float]:
    """Return what stands behind the two ratios; shares are parts of one core."""
    columns = {
        "own_hashes_per_s": [one.own_hashes_per_s for one in seen],
        "logins_per_s": [one.logins.per_s for one in seen],
        "p95_ms_alone": [one.alone.p95_ms for one in seen],
        "p95_ms_beside_logins": [one.beside.p95_ms for one in seen],
        "token_generator_share_alone": [one.alone.generator_share for one in seen],
        "token_generator_share_beside": [one.beside.generator_share for one in seen],
        "login_generator_share": [one.logins.generator_share for one in seen],
        "pages_and_hashes_share": [one.pages_share for one in seen],
    }
    return {name: round(median(values), 3) for name, values in columns.items()}


def main() -> int:
    """Read how long to measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--together", action="store_true", help="one process for both")
    asked = parser.parse_args()
    return 0 if run(asked.rounds, asked.seconds, together=asked.together) else 1


if __name__ == "__main__":
    sys.exit(main())
