"""``trusthub keys ceremony``: hold a reviewed ceremony, beside the network or without."""

import argparse
import getpass
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from kernel.clock import SystemClock
from kernel.secret import Digest, Secret
from server.cli.acts import Act, option, place, required
from server.cli.calls import CONTEXT
from server.cli.outcome import Answer, WrongUse
from server.contexts.api import Api
from server.contexts.context import chosen
from trustroot.keys.build import ceremonies
from trustroot.keys.domain import KeyState
from trustroot.keys.domain.ceremony import AnchorKey, Ceremony, Endorse
from trustroot.keys.messages import Line, read_ceremony, read_transcript

_ANCHOR: Final = "anchor"


@dataclass(frozen=True, slots=True)
class ApiAnchor:
    """Implements `trustroot.keys.ports.AnchorAtWork` over the installation's API."""

    api: Api

    def shown(self) -> tuple[AnchorKey, ...]:
        """Return the anchor keys that the API shows."""
        rows = self.api.call("GET", "/keys").rows("keys")
        return tuple(_key(row) for row in rows if row["purpose"] == _ANCHOR)

    def switch(self) -> str:
        """Ask for the rotation of the anchor."""
        body = {"purpose": _ANCHOR}
        return self.api.call("POST", "/keys/rotate", body=body).text("job")


@dataclass(frozen=True, slots=True)
class Asking:
    """Implements `trustroot.keys.ports.Passphrases`: a file of the folder, or a person."""

    folder: Path

    def __call__(self, whose: str, file: str | None) -> Secret:
        """Return the passphrase of one holder."""
        if file is None:
            return Secret(getpass.getpass(f"passphrase of {whose}: "))
        try:
            return Secret((self.folder / file).read_text("utf-8").rstrip("\r\n"))
        except OSError as cause:
            raise WrongUse(
                f"{file}: {cause.strerror}", "put it beside the ceremony's file"
            ) from cause


def _hold(arguments: argparse.Namespace) -> Answer:
    folder = arguments.file.resolve().parent
    plan = _read(arguments.file)
    holding = ceremonies(folder, Asking(folder), _anchor(arguments), SystemClock())
    if arguments.dry_run:
        holding.rehearse(plan)
        return _rehearsed(plan)
    done = list(holding.hold(plan, _digest(arguments.digest)))
    transcript = folder / plan.transcript
    last = transcript.read_bytes().splitlines()[-1]
    value = {"done": done, "transcript": str(transcript), "last_line": Line(last).digest}
    lines = [_told(said) for said in done]
    lines.append(f"last line of {plan.transcript}: {value['last_line']}")
    return Answer(value, lines)


def _endorse(arguments: argparse.Namespace) -> Answer:
    folder = arguments.endorsement.resolve().parent
    step = Endorse(
        endorsement=arguments.endorsement.name,
        key=str(arguments.key.resolve()),
        passphrase_file=None
        if arguments.passphrase_file is None
        else str(arguments.passphrase_file.resolve()),
    )
    if arguments.dry_run:
        return Answer({"would_endorse": step.endorsement, "key": step.key})
    holding = ceremonies(folder, Asking(folder), None, SystemClock())
    return Answer(holding.steps.do(step))


def _transcript(arguments: argparse.Namespace) -> Answer:
    try:
        content = arguments.file.read_bytes()
    except OSError as cause:
        raise WrongUse(
            f"{arguments.file}: {cause.strerror}", "name a transcript"
        ) from cause
    rows = read_transcript(content)
    last = Line(content.splitlines()[-1]).digest
    lines = [
        f"{row['at']} {_told(cast('Mapping[str, object]', row['said']))}" for row in rows
    ]
    return Answer({"lines": list(rows), "last_line": last}, [*lines, f"last line: {last}"])


def _anchor(arguments: argparse.Namespace) -> ApiAnchor | None:
    """Without ``--context`` a ceremony is offline, whatever the environment names."""
    return None if arguments.context is None else ApiAnchor(Api(chosen(arguments.context)))


def _read(file: Path) -> Ceremony:
    try:
        return read_ceremony(file.read_bytes())
    except OSError as cause:
        raise WrongUse(f"{file}: {cause.strerror}", "name a ceremony's file") from cause


def _rehearsed(plan: Ceremony) -> Answer:
    acts = [step.ACT for step in plan.steps]
    value = {"would_do": acts, "present": list(plan.present), "digest": plan.digest.hex()}
    lines = [f"{at}. {act}" for at, act in enumerate(acts, 1)]
    return Answer(value, [plan.title, *lines, f"digest: {plan.digest.hex()}"])


def _digest(given: str | None) -> Digest:
    try:
        return Digest(bytes.fromhex(given or ""))
    except ValueError as cause:
        raise WrongUse(
            "--digest: not 64 hex digits", "--dry-run prints the digest to be reviewed"
        ) from cause


def _told(said: Mapping[str, object]) -> str:
    more = ", ".join(f"{name} {value}" for name, value in said.items() if name != "act")
    return f"{said['act']}: {more}"


def _key(row: Mapping[str, object]) -> AnchorKey:
    state, public = KeyState(str(row["state"])), cast("dict[str, object]", row["public"])
    return AnchorKey(str(row["kid"]), state, public)


_FILE: Final = {"type": Path}
CEREMONY_ACTS: Final = (
    Act(
        name="ceremony",
        summary="hold a reviewed ceremony; offline unless a step asks the installation",
        run=_hold,
        arguments=(
            place(
                "file", "the ceremony (TOML); it works in the folder of this file", **_FILE
            ),
            option("digest", "SHA-256 of the file that was reviewed (--dry-run prints it)"),
            CONTEXT,
        ),
        changes=True,
    ),
    Act(
        name="endorse",
        summary="add one holder's signature to an endorsement, offline",
        run=_endorse,
        arguments=(
            place(
                "endorsement", "the endorsement that others signed or will sign", **_FILE
            ),
            required("key", "the holder's locked key", **_FILE),
            option("passphrase-file", "its passphrase; asked for if not given", **_FILE),
        ),
        changes=True,
    ),
    Act(
        name="transcript",
        summary="read a ceremony's transcript, if every line follows from the one before",
        run=_transcript,
        arguments=(place("file", "the transcript (JSON lines)", **_FILE),),
    ),
)
