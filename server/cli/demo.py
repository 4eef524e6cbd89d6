"""``trusthub demo``: a nation on one machine."""

import argparse
import contextlib
import sys
from pathlib import Path
from typing import Final

from server.cli.acts import Act, option
from server.cli.outcome import Answer, Exit
from server.cli.running import run as run_command
from server.demo.wish import LETTERS, Wish


def _demo(arguments: argparse.Namespace) -> Answer | None:
    wish = Wish(
        folder=arguments.data.resolve(),
        base=arguments.base_port,
        engines=frozenset(filter(None, arguments.engines.split(","))),
        trust_ca=arguments.trust_ca,
        journeys=None if arguments.check is None else tuple(arguments.check),
        planted=arguments.plant,
        is_tls=arguments.tls,
    )
    from server.demo.running import run  # noqa: PLC0415  its imports are the whole house

    # With --json standard output holds the outcome alone.
    with contextlib.redirect_stdout(sys.stderr if arguments.json else sys.stdout):
        try:
            passed = run(wish, run_command)
        except KeyboardInterrupt:
            return None
    if wish.journeys is None:
        return None
    ending = Exit.DONE if passed else Exit.REFUSED
    words = "所有行程都成立 · every journey held" if passed else "到此为止 · ended there"
    return Answer({"passed": passed}, [words], ending)


_CHECK: Final = f"walk the journeys (all, or some of {' '.join(LETTERS)}) and end"

ACTS: Final = (
    Act(
        name="",
        summary="start a nation, two provinces and their portals; with --check, walk them",
        run=_demo,
        arguments=(
            option(
                "data", "folder that it keeps its data in", type=Path, default=Path(".demo")
            ),
            option("base-port", "first of a hundred ports", type=int, default=8400),
            option("tls", "serve hubs and portals by https", action="store_true"),
            option("engines", "real servers instead of files: postgres,redis", default=""),
            option(
                "trust-ca", "PEM roots to trust for relying parties on loopback", type=Path
            ),
            option("check", _CHECK, nargs="*"),
            option("plant", argparse.SUPPRESS, default=""),
        ),
    ),
)
