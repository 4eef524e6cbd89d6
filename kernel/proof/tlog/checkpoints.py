"""Checkpoints: what a log says about itself, as the text of a note."""

import base64
import re
from dataclasses import dataclass
from typing import Final, Self

from kernel.proof.tlog.errors import CheckpointMalformed, NoteMalformed
from kernel.proof.tlog.hashing import HASH_BYTES, Hash
from kernel.proof.tlog.note_keys import is_key_name
from kernel.proof.tlog.notes import VerifiedNote, decode_base64

_SIZE: Final = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")
_LARGEST_SIZE: Final = 2**63 - 1
_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: who it is, how many entries, and their root (32 bytes).

    ``extensions`` are further lines of others' logs; ours writes none.
    """

    origin: str
    size: int
    root: Hash
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what the text form cannot carry.

        Raises:
            CheckpointMalformed: origin, size, root or an extension line is none.
        """
        if not is_key_name(self.origin) or not 0 <= self.size <= _LARGEST_SIZE:
            raise CheckpointMalformed
        if len(self.root) != HASH_BYTES:
            raise CheckpointMalformed(detail="root hash")
        if not all(line and "\n" not in line for line in self.extensions):
            raise CheckpointMalformed(detail="extension line")

    def format(self) -> str:
        """Write the body of the note (C2SP tlog-checkpoint, "Note text")."""
        encoded = base64.b64encode(self.root).decode("ascii")
        lines = (self.origin, str(self.size), encoded, *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the body of a note.

        Raises:
            CheckpointMalformed: not three lines in that form, or an empty extension line.
        """
        lines = text.split("\n")
        if lines.pop() or len(lines) < _LINES or not _SIZE.match(lines[1]):
            raise CheckpointMalformed
        try:
            encoded = decode_base64(lines[2])
        except NoteMalformed as cause:
            raise CheckpointMalformed(detail="root hash") from cause
        return cls(lines[0], int(lines[1]), encoded, tuple(lines[_LINES:]))

    @classmethod
    def of_note(cls, note: VerifiedNote, origin: str) -> Self:
        """Read the checkpoint of a checked note of the log called ``origin``.

        Raises:
            CheckpointMalformed: no checkpoint, or one of another log.
        """
        checkpoint = cls.parse(note.text)
        if checkpoint.origin != origin:
            raise CheckpointMalformed(detail="another origin")
        return checkpoint
