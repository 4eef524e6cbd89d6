"""``trusthub clients check``, ``quickstart``, ``ticket``: for relying-party engineers."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from server.cli.acts import Act, option, place, required
from server.cli.calls import CONTEXT, Call, acts
from server.cli.outcome import Answer, Exit, WrongUse
from server.cli.paths import path_to
from server.contexts.api import Answered, Api, objects_in
from server.contexts.context import chosen

_ONE: Final = place("id", "client_id")
_MARKS: Final = {"kept": "✓", "broken": "✗", "not_asked": "–"}
_LIBRARIES: Final = ("mod_auth_openidc", "spring", "django", "node", "curl")


def _check(arguments: argparse.Namespace) -> Answer:
    """Report line by line; 1 where the client breaks what its profile holds it to."""
    api = Api(chosen(arguments.context))
    told = api.get(path_to("/clients/{id}/conformance", vars(arguments)))
    verdict = Exit.DONE if told.member("conforms") else Exit.REFUSED
    return Answer(told.body, list(_report_lines(told)), exit=verdict)


def _report_lines(told: Answered) -> Iterator[str]:
    yield f"{told.text('client_id')} ({told.text('profile')})"
    for report in told.rows("reports"):
        needed = "" if report["required"] else ", not asked of this profile"
        says = "conforms" if report["conforms"] else "does not conform"
        yield f"{report['name']}: {says}{needed}"
        for line in objects_in(report["lines"]):
            mark, strength = _MARKS[str(line["holds"])], str(line["strength"]).upper()
            yield f"  {mark} {line['clause']:<20} {strength:<6} {line['says_zh']}"
            yield f"    {line['says_en']}"


def _quickstart(arguments: argparse.Namespace) -> Answer:
    """Print the files, or write them into a folder, made if it is not there."""
    path = path_to("/clients/{id}/quickstart", vars(arguments))
    api = Api(chosen(arguments.context))
    told = api.get(path, query={"for": vars(arguments)["for"]})
    files = told.rows("files")
    if arguments.out is None:
        return Answer(told.body, [line for file in files for line in _shown(file)])
    folder = _made(arguments.out)
    return Answer(told.body, [_written(folder, file) for file in files])


def _shown(file: Mapping[str, object]) -> list[str]:
    return [f"# ---- {file['name']}", *str(file["text"]).splitlines()]


def _made(folder: Path) -> Path:
    """Make the folder, and those above it.

    Raises:
        WrongUse: something else is there, or it may not be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        raise WrongUse(f"{folder}: {cause.strerror}", "give another folder") from cause
    return folder


def _written(folder: Path, file: Mapping[str, object]) -> str:
    """Write one file; nothing that is there is overwritten.

    Raises:
        WrongUse: the file is there, or may not be written.
    """
    target = folder / Path(str(file["name"])).name
    try:
        with target.open("x", encoding="utf-8") as out:
            out.write(str(file["text"]))
    except OSError as cause:
        raise WrongUse(f"{target}: {cause.strerror}", "give another folder") from cause
    return str(target)


def _ticket(arguments: argparse.Namespace) -> object:
    return {"uses": arguments.uses, "lifetime_s": arguments.days * 86_400}


def _ended(arguments: argparse.Namespace) -> object:
    return {"registration_token": arguments.token}


FOR_ENGINEERS: Final = (
    Act(
        name="check",
        summary="hold an application to OAuth 2.1 and FAPI 2.0, line by line",
        run=_check,
        arguments=(_ONE, CONTEXT),
    ),
    Act(
        name="quickstart",
        summary="write files to begin with, for one library",
        run=_quickstart,
        arguments=(
            _ONE,
            option("for", "for which library", choices=_LIBRARIES, default="curl"),
            option("out", "folder to write them into, made if it is not there", type=Path),
            CONTEXT,
        ),
    ),
    *acts(
        Call(
            name="ticket",
            summary="let somebody register applications; the token is shown this once",
            method="POST",
            path="/registration-tokens",
            arguments=(
                option("uses", "how many applications", type=int, default=1),
                option("days", "how long it counts", type=int, default=1),
            ),
            body=_ticket,
        ),
        Call(
            name="ticket-revoke",
            summary="take such a token back",
            method="POST",
            path="/registration-tokens/revoke",
            arguments=(required("token", "the token"),),
            body=_ended,
        ),
    ),
)
