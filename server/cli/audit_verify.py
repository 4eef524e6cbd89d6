"""Offline verification: signature, root, inclusion, consistency, events by commitment."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from audit.trail.domain import LogExport, Verdict
from audit.trail.flows.verify import Verification
from audit.trail.messages import parse_export_line, parse_proof
from kernel.errors import DomainError
from kernel.proof.tlog import NoteVerifier
from server.cli.outcome import Answer, Exit, WrongUse

CHECKPOINT: Final = "checkpoint"
ENTRIES: Final = "entries.bin"
EVENTS: Final = "events.jsonl"
_ENTRY_BYTES: Final = 32


def verify(arguments: argparse.Namespace) -> Answer:
    """Check a proof file or an exported folder; the first step that fails ends it."""
    verification = Verification(NoteVerifier.parse(arguments.vkey))
    try:
        if arguments.what.is_dir():
            earlier = [note.read_text("utf-8") for note in arguments.earlier]
            steps = verification.log(read_export(arguments.what), earlier)
        else:
            steps = verification.event(parse_proof(arguments.what.read_bytes()))
        return told(steps)
    except OSError as cause:
        raise WrongUse(
            f"{cause.filename}: {cause.strerror}", "name a file or folder"
        ) from cause


def told(steps: Iterable[Verdict]) -> Answer:
    """Walk the steps and say what each found; exit 1 at the one that does not hold."""
    passed: list[Verdict] = []
    try:
        passed.extend(steps)
    except DomainError as failure:
        return _answer(passed, f"{failure.code}: {failure.detail}")
    return _answer(passed, None)


def _answer(passed: list[Verdict], failure: str | None) -> Answer:
    lines = [f"ok    {verdict.step}: {verdict.detail}" for verdict in passed]
    if failure is not None:
        lines.append(f"FAIL  {failure}")
    value = {
        "valid": failure is None,
        "steps": [{"step": v.step, "detail": v.detail} for v in passed],
        "failure": failure,
    }
    return Answer(value, lines, Exit.DONE if failure is None else Exit.REFUSED)


def read_export(folder: Path) -> LogExport:
    """Read what `trusthub audit export` wrote; nothing is verified yet."""
    entries = (folder / ENTRIES).read_bytes()
    lines = (folder / EVENTS).read_bytes().splitlines()
    return LogExport(
        note=(folder / CHECKPOINT).read_text("utf-8"),
        entries=tuple(
            entries[at : at + _ENTRY_BYTES] for at in range(0, len(entries), _ENTRY_BYTES)
        ),
        events=tuple(parse_export_line(line) for line in lines if line.strip()),
    )
