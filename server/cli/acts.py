"""What a command is made of: families of acts, acts with arguments."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn, Protocol

from server.cli.outcome import Answer, WrongUse


class Run(Protocol):
    """Does one act."""

    def __call__(self, arguments: argparse.Namespace, /) -> Answer | None:
        """Return what there is to say; None where the act has written its own output."""
        ...


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of an act, as `argparse` takes it."""

    name: str
    help: str
    options: Mapping[str, object] = field(default_factory=dict)

    def add_to(self, parser: argparse.ArgumentParser) -> None:
        """Declare it."""
        # argparse types each option apart; this table is checked when the parser is built.
        parser.add_argument(self.name, help=self.help, **self.options)  # type: ignore[arg-type]  # options of one argument


@dataclass(frozen=True, slots=True)
class Handed:
    """A command whose arguments go to another program: a module with ``main(argv)``."""

    module: str


def option(name: str, says: str, **options: object) -> Argument:
    """Return ``--name``."""
    return Argument(f"--{name}", says, options)


def required(name: str, says: str, **options: object) -> Argument:
    """Return ``--name``, which must be given."""
    return Argument(f"--{name}", says, {"required": True, **options})


def place(name: str, says: str, **options: object) -> Argument:
    """Return an argument known by its place."""
    return Argument(name, says, options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing a command does.

    Attributes:
        name: the word after the family's; "" where the family is one act.
        changes: whether something is different afterwards; such acts have ``--dry-run``.
    """

    name: str
    summary: str
    run: Run
    arguments: tuple[Argument, ...] = ()
    changes: bool = False

    def fill(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments of this act."""
        for argument in (*self.arguments, JSON_FLAG, *((DRY_RUN,) if self.changes else ())):
            argument.add_to(parser)
        parser.set_defaults(run=self.run)


JSON_FLAG: Final = option("json", "write JSON for programs", action="store_true")
DRY_RUN: Final = option(
    "dry-run",
    "say what would be done, and do nothing; `checked` false: what would be sent was not "
    "looked at, and may yet be refused",
    action="store_true",
)


class Parser(argparse.ArgumentParser):
    """Raises what is typed wrongly, so that it is told as every other error is."""

    def error(self, message: str) -> NoReturn:
        """Show the usage to people, and raise `WrongUse`."""
        self.print_usage(sys.stderr)
        raise WrongUse(message, f"`{self.prog} --help` shows what can be said")


def parser_of(family: str, summary: str, acts: tuple[Act, ...]) -> argparse.ArgumentParser:
    """Return the parser of ``trusthub FAMILY …``."""
    parser = Parser(prog=f"trusthub {family}", description=summary)
    if len(acts) == 1 and not acts[0].name:
        acts[0].fill(parser)
        return parser
    under = parser.add_subparsers(metavar="ACT", required=True)
    for act in acts:
        act.fill(under.add_parser(act.name, help=act.summary, description=act.summary))
    return parser
