"""``trusthub people import``: a user base from a file, looked at before it is entered."""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from server.cli.acts import Act, option, place, required
from server.cli.calls import CONTEXT, Call, acts, members_of
from server.cli.outcome import Answer, Exit, WrongUse
from server.cli.paths import path_to
from server.contexts.api import Api
from server.contexts.context import chosen

_ROWS_AT_ONCE: Final = 250
_REASON: Final = "_reason"
_PLAIN: Final = ("key", "name", "kind", "id_number", "username", "password_hash")
_BATCH: Final = place("batch", "id of the import")


@dataclass(slots=True)
class _Told:
    """How many rows went out, and those that came back."""

    sent: int = 0
    rejected: list[dict[str, object]] = field(default_factory=list)


def _import(arguments: argparse.Namespace) -> Answer:
    """Send a file in pieces, say how it goes, and keep what was rejected beside it."""
    api = Api(chosen(arguments.context))
    batch = arguments.into or _opened(api, arguments)
    path = path_to("/imports/{batch}", {"batch": batch})
    told = _fed(api, path, rows_of(arguments.file))
    if arguments.dry_run:
        api.post(f"{path}/discard", {"reason": "dry run"})
    kept = keep_rejected(arguments.file, told.rejected)
    shown = api.get(path).body
    value = {"import": shown, "rejected": len(told.rejected), "rejected_file": kept}
    good, bad = told.sent - len(told.rejected), len(told.rejected)
    counted = f"{told.sent} rows sent, {good} accepted, {bad} rejected"
    lines = [counted, *_next(batch, shown, kept, is_dry=arguments.dry_run)]
    exit_code = Exit.REFUSED if told.rejected else Exit.DONE
    return Answer(value, lines, exit_code)


def _opened(api: Api, arguments: argparse.Namespace) -> str:
    said = {
        "source": arguments.source or arguments.file.name,
        "basis": arguments.basis,
        "proofing": arguments.proofing or "",
        "ceiling": arguments.ceiling,
    }
    if not arguments.basis:
        raise WrongUse("no legal basis", "give --basis, or --into an open import")
    return api.post("/imports", said).text("id")


def _fed(api: Api, path: str, rows: Iterator[dict[str, object]]) -> _Told:
    told = _Told()
    while piece := [*islice(rows, _ROWS_AT_ONCE)]:
        answers = api.post(f"{path}/rows", {"rows": piece}).rows("rows")
        for row, answer in zip(piece, answers, strict=True):
            if answer["state"] == "rejected":
                told.rejected.append({**row, _REASON: answer["reason"]})
        told.sent += len(piece)
        _progress(told)
    return told


def _progress(told: _Told) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{told.sent} sent, {len(told.rejected)} rejected ")
        sys.stderr.flush()


def rows_of(file: Path) -> Iterator[dict[str, object]]:
    """Read JSON Lines, or CSV with a head line; a repaired file may carry its reasons."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            if file.suffix.lower() == ".csv":
                yield from (_of_columns(row) for row in csv.DictReader(lines))
                return
            for at, line in enumerate(lines, 1):
                if line.strip():
                    yield _of_line(at, line)
    except (OSError, UnicodeDecodeError, csv.Error) as cause:
        raise WrongUse(f"{file}: {cause}", "give JSON Lines or CSV in UTF-8") from cause


def _of_line(at: int, line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError as cause:
        raise WrongUse(f"line {at} is not JSON: {cause}", "one object a line") from cause
    if not isinstance(row, dict):
        raise WrongUse(f"line {at} is no object", "one object a line")
    return {name: held for name, held in row.items() if name != _REASON}


def _of_columns(row: Mapping[str, str | None]) -> dict[str, object]:
    """Lay one line of a table out as a row; an empty cell says nothing."""
    said = {name: cell for name, cell in row.items() if cell and name != _REASON}
    laid: dict[str, object] = {name: said[name] for name in _PLAIN if name in said}
    level = said.get("level", "1")
    laid["level"] = int(level) if level.isdecimal() else level
    if "issuer" in said or "subject" in said:
        laid["link"] = {
            "issuer": said.get("issuer", ""),
            "subject": said.get("subject", ""),
        }
    if "company_uscc" in said:
        company = {
            name: said.get(f"company_{name}") for name in ("name", "uscc", "role", "until")
        }
        laid["companies"] = [{name: held for name, held in company.items() if held}]
    return laid


def keep_rejected(file: Path, rejected: list[dict[str, object]]) -> str | None:
    """Write what was rejected beside the file: corrected, it is sent with ``--into``."""
    if not rejected:
        return None
    kept = file.with_name(f"{file.stem}.rejected.jsonl")
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rejected)
    kept.write_text("".join(lines), "utf-8")
    kept.chmod(0o600)
    return str(kept)


def _next(batch: str, shown: object, kept: str | None, *, is_dry: bool) -> list[str]:
    said = shown if isinstance(shown, dict) else {}
    lines = []
    if kept is not None:
        lines.append(f"rejected rows with their reasons: {kept}")
        if not is_dry:
            lines.append(f"correct them there, then: people import {kept} --into {batch}")
    if is_dry:
        return [*lines, "dry run: nothing was kept"]
    digest = said.get("digest")
    commit = f"people import-commit {batch} --digest {digest}"
    return [*lines, f"a second person enters the accepted rows with: {commit}"]


ACTS: Final = (
    Act(
        name="import",
        summary="send a user base; a second person commits it",
        run=_import,
        arguments=(
            place("file", "JSON Lines, or CSV with a head line", type=Path),
            option("basis", "legal basis of taking these people over"),
            option("source", "where they come from; the file's name if not said"),
            option("proofing", "how they were proofed; needed above level 1"),
            option("ceiling", "highest level a row may state, 1 to 3", type=int, default=1),
            option("into", "id of an open import: send repaired rows into it"),
            CONTEXT,
        ),
        changes=True,
    ),
    *acts(
        Call(
            name="import-show",
            summary="how an import stands",
            method="GET",
            path="/imports/{batch}",
            arguments=(_BATCH,),
        ),
        Call(
            name="import-rows",
            summary="what became of its rows",
            method="GET",
            path="/imports/{batch}/rows",
            arguments=(
                _BATCH,
                option("state", "accepted, rejected, entered, taken_back or kept"),
                option("limit", "how many rows, 1 to 200"),
                option("after", "`next` of the page before"),
            ),
            query=("state", "limit", "after"),
        ),
        Call(
            name="import-commit",
            summary="enter exactly these rows, as the second person",
            method="POST",
            path="/imports/{batch}/commit",
            arguments=(_BATCH, required("digest", "the digest that import-show shows")),
            body=members_of("digest"),
        ),
        Call(
            name="import-undo",
            summary="take back whom an import made known",
            method="POST",
            path="/imports/{batch}/undo",
            arguments=(_BATCH, required("reason", "why; kept in the record")),
            body=members_of("reason"),
        ),
    ),
)
