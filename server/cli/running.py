"""Finds the command that was typed, runs it, prints what it says."""

import argparse
import importlib
import io
import json
import os
import sys
import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING

from server.cli.outcome import Answer, Exit, NotFoundOut, Told, WrongUse
from server.cli.table import FAMILIES, Family, family

if TYPE_CHECKING:
    from server.cli.acts import Act


def run(argv: Sequence[str]) -> int:
    """Run one command line; everything it can say about a failure is said here."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that has no Chinese must not end a command.
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:
        # A secret that is shown once would be made, and shown to nobody.
        closed = WrongUse("standard output is closed", "give it a place to write to")
        return _tell(closed, as_json=False)
    try:
        return _found(argv)
    except KeyboardInterrupt:
        return 128 + 2  # as a shell reports SIGINT
    except BrokenPipeError:
        return int(Exit.NOT_FOUND_OUT)
    except OSError as error:
        return _unwritten(error)


def _unwritten(error: OSError) -> int:
    """Say that nobody could be told: standard output takes nothing, a full disk for one."""
    # What could not be written would be tried again, and fail again, as Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return _tell(
        NotFoundOut(f"standard output: {error.strerror}", "give it a place to write to"),
        as_json=False,
    )


def _found(argv: Sequence[str]) -> int:
    if not argv or argv[0] in {"-h", "--help", "help"}:
        print_overview()
        return int(Exit.DONE if argv else Exit.WRONG_USE)
    row = family(argv[0])
    if row is None:
        told = WrongUse(f"there is no command {argv[0]!r}", "`trusthub --help` lists them")
        return _tell(told, as_json=_asks_for_json(argv))
    return _run_family(row, argv[1:])


def print_overview() -> None:
    """List the commands without importing any of them."""
    width = max(len(row.name) for row in FAMILIES)
    lines = [
        "usage: trusthub COMMAND [ACT] [options]   (each has --help and --json)",
        "",
        *(f"  {row.name:<{width}}  {row.summary}" for row in FAMILIES),
        "",
        "Exit codes: 0 done, 1 refused or check failed, 2 wrong use, 3 could not find out.",
    ]
    print("\n".join(lines))  # noqa: T201  a command's product is what it prints


def _run_family(row: Family, argv: Sequence[str]) -> int:
    from server.cli.acts import Handed, parser_of  # noqa: PLC0415  --help stays quick

    acts: tuple[Act, ...] | Handed = importlib.import_module(row.module).ACTS
    if isinstance(acts, Handed):
        return int(importlib.import_module(acts.module).main(list(argv)) or 0)
    try:
        arguments = parser_of(row.name, row.summary, acts).parse_args(list(argv))
    except SystemExit as done:
        return int(done.code or 0)
    except WrongUse as told:
        return _tell(told, as_json=_asks_for_json(argv))
    try:
        answer = arguments.run(arguments)
    except Told as told:
        return _tell(told, as_json=arguments.json)
    except Exception as error:  # noqa: BLE001  a defect is told, with its traceback
        return _tell(_as_told(error) or _defect(), as_json=arguments.json)
    return _print(answer, arguments)


def _print(answer: Answer | None, arguments: argparse.Namespace) -> int:
    if answer is None:
        return int(Exit.DONE)
    if arguments.json:
        text = json.dumps(answer.value, ensure_ascii=False, indent=2, default=str)
    else:
        text = "\n".join(answer.shown())
    print(text, flush=True)  # noqa: T201  a command's product is what it prints
    return int(answer.exit)


def _asks_for_json(argv: Sequence[str]) -> bool:
    """Whether a program reads the answer, of a line that could not be understood."""
    return "--json" in argv


def _tell(told: Told, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(told.body(), ensure_ascii=False))  # noqa: T201  the product
    print("\n".join(told.lines()), file=sys.stderr)  # noqa: T201  the product
    return int(told.exit)


def _as_told(error: Exception) -> Told | None:
    """Put into words what rooms, settings and the system raise."""
    from config.words import SettingsRefused  # noqa: PLC0415  --help stays quick
    from kernel.errors import DomainError, Unavailable  # noqa: PLC0415  same

    if isinstance(error, SettingsRefused):
        return WrongUse(
            f"the settings cannot be used:\n{error}", "correct the settings named above"
        )
    if isinstance(error, Unavailable):
        return NotFoundOut(
            f"{error.code}: {error.detail}",
            "try again; `trusthub doctor` shows what is out of reach",
            code=error.code,
        )
    if isinstance(error, DomainError):
        words = error.meaning() or error.code
        said = f"{words} ({error.detail})" if error.detail else words
        return Told(said, "see docs/errors.md", code=error.code)
    if isinstance(error, OSError):
        return NotFoundOut(str(error), "check the path, the port and the permissions")
    if isinstance(error, UnicodeEncodeError):
        return WrongUse(
            "what was said is not UTF-8 text", "say it in a terminal with UTF-8"
        )
    return None


def _defect() -> Told:
    """Tell of what nobody foresaw: neither done nor refused, so nobody may take it so."""
    traceback.print_exc()
    return NotFoundOut(
        "this program failed, by a defect of its own",
        "look whether it was done before you try again, and report the lines above",
    )
