"""A ceremony's file (TOML): strict, for what is reviewed is what is done."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from kernel.secret import Digest
from kernel.web import BodyMalformed, read_body
from trustroot.keys.domain.ceremony import STEPS, Ceremony, Step
from trustroot.keys.errors import CeremonyMalformed

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What stands before the steps."""

    title: str
    present: tuple[str, ...]
    transcript: str


def read_ceremony(content: bytes) -> Ceremony:
    """Read a ceremony; unknown and missing words refused.

    Raises:
        CeremonyMalformed: it is none; fewer than two persons are present; a name leads out
            of the folder.
    """
    page = _page(content)
    steps = page.pop("steps", None)
    if not isinstance(steps, list) or not steps:
        raise CeremonyMalformed("steps: missing")
    head = _shaped(_Head, page, "the file")
    if len(set(head.present)) < 2:  # noqa: PLR2004  four eyes
        raise CeremonyMalformed("present: name two persons at least")
    return Ceremony(
        title=head.title,
        present=head.present,
        transcript=_beside(head.transcript),
        steps=tuple(_step(at, row) for at, row in enumerate(steps, 1)),
        digest=Digest(hashlib.sha256(content).digest()),
    )


def _page(content: bytes) -> dict[str, object]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except ValueError as cause:
        raise CeremonyMalformed("not TOML") from cause


def _step(at: int, row: object) -> Step:
    act = row.get("act") if isinstance(row, Mapping) else None
    if not isinstance(row, Mapping) or not isinstance(act, str) or act not in STEPS:
        raise CeremonyMalformed(f"step {at}: act is none of {', '.join(STEPS)}")
    said = {name: value for name, value in row.items() if name != "act"}
    step = _shaped(STEPS[act], said, f"step {at}")
    for name in (*step.READS, *step.WRITES, "passphrase_file"):
        value = getattr(step, name, None)
        for file in (value,) if isinstance(value, str) else value or ():
            _beside(file)
    return step


def _beside(file: str) -> str:
    """A ceremony reads and writes in its own folder only."""
    if not file or file.startswith(".") or "/" in file or "\\" in file:
        raise CeremonyMalformed(f"{file!r}: not a file beside this one")
    return file


def _shaped(shape: type[T], said: Mapping[str, object], where: str) -> T:
    try:
        return read_body(shape, json.dumps(said).encode())
    except (BodyMalformed, TypeError, ValueError) as cause:
        raise CeremonyMalformed(f"{where}: {cause}") from cause
