"""Proof files: one entry's inclusion, carried with the checkpoint that shows it."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from kernel.proof.tlog.checkpoints import Checkpoint
from kernel.proof.tlog.errors import NoteMalformed, ProofMalformed
from kernel.proof.tlog.hashing import HASH_BYTES, Hash, leaf_hash
from kernel.proof.tlog.note_keys import NoteVerifier
from kernel.proof.tlog.notes import Note, decode_base64, verify_note
from kernel.proof.tlog.proofs import verify_inclusion

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})\Z")
_EXTRA: Final = "extra "
_PATH_LIMIT: Final = 63


@dataclass(frozen=True, slots=True)
class TlogProof:
    """An offline proof: the position, the path from the leaf up, and the signed head.

    ``extra`` is opaque to the format; None when the line is absent.
    """

    index: int
    path: tuple[Hash, ...]
    note: Note
    extra: bytes | None = None

    def format(self) -> str:
        """Write the file (C2SP tlog-proof, "Format")."""
        extra = [] if self.extra is None else [_EXTRA + _encoded(self.extra)]
        hashes = (_encoded(item) for item in self.path)
        lines = (_HEADER, *extra, f"index {self.index}", *hashes, "")
        return "".join(f"{line}\n" for line in lines) + self.note.format()

    @classmethod
    def parse(cls, raw: str) -> Self:
        """Read the file; nothing is verified.

        Raises:
            ProofMalformed, NoteMalformed: it has another form.
        """
        head, blank, note = raw.partition("\n\n")
        lines = head.split("\n")
        if not blank or lines.pop(0) != _HEADER or not lines:
            raise ProofMalformed
        extra = _bytes(lines.pop(0)[len(_EXTRA) :]) if lines[0].startswith(_EXTRA) else None
        index = _INDEX.match(lines.pop(0)) if lines else None
        if index is None or len(lines) > _PATH_LIMIT:
            raise ProofMalformed
        path = tuple(_bytes(line) for line in lines)
        if any(len(item) != HASH_BYTES for item in path):
            raise ProofMalformed(detail="hash of the wrong length")
        return cls(int(index[1]), path, Note.parse(note), extra)

    def verify(
        self, entry: bytes, origin: str, verifiers: Iterable[NoteVerifier]
    ) -> Checkpoint:
        """Check that ``entry`` is in the log ``origin`` at this position.

        Returns:
            The checkpoint that includes it, signed by at least one of ``verifiers``; give
            the log's own key alone to be sure that the log itself has signed.

        Raises:
            TlogRefused: a signature, the origin or the path does not hold.
        """
        checkpoint = Checkpoint.of_note(verify_note(self.note, verifiers), origin)
        leaf = leaf_hash(entry)
        verify_inclusion(leaf, self.index, checkpoint.size, self.path, checkpoint.root)
        return checkpoint


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return decode_base64(text)
    except NoteMalformed as cause:
        raise ProofMalformed from cause
