"""``trusthub chain verify``: an archive, offline, as of an instant."""

import argparse
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from federation.domain import Archive, Trace, TraceStep
from federation.errors import ArchiveMalformed, StatementNotAccepted
from federation.flows.archive import ArchiveVerifier
from federation.messages.archives import read_archive
from kernel.errors import DomainError
from kernel.ids import EntityId
from kernel.proof.jose import (
    ENTITY_STATEMENT,
    JoseRefused,
    KeySet,
    UnknownKey,
    decode_object,
    read,
)
from server.cli.outcome import Answer, Exit, WrongUse


def verify(arguments: argparse.Namespace) -> Answer:
    """Check chains, response, marks; exit 1 at what does not hold, 3 without the key."""
    archive, keys = _archive(arguments.file), _keys(arguments.anchor)
    at = arguments.at or archive.made_at
    verifier = ArchiveVerifier(_anchor_of(archive), keys)
    more = [_text(file).strip() for file in arguments.historical]
    trace = Trace()
    try:
        chain = verifier.verify(archive, at, trace, *more)
    except DomainError as refusal:
        return _refused(archive, at, verifier, trace, refusal)
    value = {
        **_told(archive, at, verifier, trace),
        "valid": True,
        "failure": None,
        "expires_at": chain.expires_at.isoformat(),
        "metadata": {kind: dict(said) for kind, said in chain.metadata.items()},
    }
    return Answer(value, _lines(verifier, trace))


def instant(text: str) -> datetime:
    """Return an aware instant (RFC 3339).

    Raises:
        ValueError: it is none, or has no offset.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        msg = f"{text} has no offset"
        raise ValueError(msg)
    return found


def _refused(
    archive: Archive,
    at: datetime,
    verifier: ArchiveVerifier,
    trace: Trace,
    refusal: DomainError,
) -> Answer:
    failure = f"{refusal.code}: {refusal.detail}"
    value = {**_told(archive, at, verifier, trace), "valid": False, "failure": failure}
    lines = [*_lines(verifier, trace), f"FAIL  {failure}"]
    missing = _misses_the_anchors_key(archive, refusal)
    if missing:
        lines.append("      The anchor's key of then is not known: give --historical.")
    return Answer(value, lines, Exit.NOT_FOUND_OUT if missing else Exit.REFUSED)


def _misses_the_anchors_key(archive: Archive, refusal: DomainError) -> bool:
    """Whether we lack the key to decide: the anchor's statement names one not known."""
    return (
        isinstance(refusal, StatementNotAccepted)
        and isinstance(refusal.__cause__, UnknownKey)
        and refusal.place is not None
        and refusal.place.issuer == _anchor_of(archive)
    )


def _told(
    archive: Archive, at: datetime, verifier: ArchiveVerifier, trace: Trace
) -> dict[str, object]:
    return {
        "subject": archive.subject,
        "anchor": verifier.anchor,
        "at": at.isoformat(),
        "steps": [_step(step) for step in trace.steps],
        "notes": verifier.notes,
    }


def _step(step: TraceStep) -> dict[str, object]:
    return {"statement": step.at, "clause": step.clause, "text": step.text}


def _lines(verifier: ArchiveVerifier, trace: Trace) -> list[str]:
    steps = [
        f"ok    {'policy' if s.at is None else f'statement {s.at}'}: {s.text} [{s.clause}]"
        for s in trace.steps
    ]
    return [*steps, *(f"note  {note}" for note in verifier.notes)]


def _anchor_of(archive: Archive) -> EntityId:
    """Return who signed the last statement, as it says itself."""
    if not archive.chain:
        raise WrongUse("the archive holds no chain", "make it again")
    try:
        claims = read(archive.chain[-1], ENTITY_STATEMENT).claims
    except JoseRefused as refused:
        raise WrongUse(
            f"the last statement is none: {refused.code}", "make it again"
        ) from refused
    return EntityId(str(claims.get("iss")))


def _archive(file: Path) -> Archive:
    try:
        return read_archive(_text(file).encode())
    except ArchiveMalformed as malformed:
        raise WrongUse(
            f"{file}: {malformed.detail}", "name a file that `chain resolve --out` wrote"
        ) from malformed


def _keys(file: Path) -> KeySet:
    try:
        held: Mapping[str, object] = decode_object(_text(file).encode())
        return KeySet.parse(held)
    except JoseRefused as refused:
        raise WrongUse(
            f"{file}: {refused.code}", "name a JWK Set of public keys"
        ) from refused


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as cause:
        raise WrongUse(f"{file}: {cause}", "name a file that can be read") from cause
