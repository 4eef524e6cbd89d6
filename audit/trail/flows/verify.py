"""Verifies offline: nothing here asks the log's operator anything."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from audit.trail.domain import EventProof, LogExport, Verdict
from audit.trail.errors import HeadNotOurs
from kernel.proof.tlog import (
    Checkpoint,
    Frontier,
    Hash,
    Note,
    NoteVerifier,
    ProofFailed,
    commitment,
    leaf_hash,
    verify_note,
)


@dataclass(frozen=True, slots=True)
class Verification:
    """Checks what somebody hands over against a log key that was got another way.

    Every step either passes, and is told as a `Verdict`, or raises the refusal of
    `kernel.proof.tlog` that names what does not hold.
    """

    verifier: NoteVerifier

    def event(self, proof: EventProof) -> Iterator[Verdict]:
        """Check one event: commitment, inclusion, signature."""
        entry = commitment(proof.nonce, dict(proof.event))
        checkpoint = proof.proof.verify(entry, self.verifier.name, (self.verifier,))
        yield Verdict("signature", f"{checkpoint.origin}, size {checkpoint.size}")
        yield Verdict("inclusion", f"index {proof.proof.index}")
        yield Verdict("commitment", str(proof.event.get("id", "")))

    def log(self, export: LogExport, earlier: Iterable[str] = ()) -> Iterator[Verdict]:
        """Check a whole log: signature, root, events kept, every earlier checkpoint."""
        checkpoint = self._signed(export.note)
        yield Verdict("signature", f"{checkpoint.origin}, size {checkpoint.size}")
        # What lies beyond the signed size was signed by nobody: it proves no event.
        entries = export.entries[: checkpoint.size]
        leaves = [leaf_hash(entry) for entry in entries]
        _root_is(checkpoint, leaves)
        yield Verdict("root", checkpoint.root.hex())
        for index, nonce, event in export.events:
            if (commitment(nonce, dict(event)),) != entries[index : index + 1]:
                raise ProofFailed(detail=f"event at index {index}")
        yield Verdict("commitments", f"{len(export.events)} events")
        for note in earlier:
            before = self._signed(note)
            _root_is(before, leaves[: before.size])
            yield Verdict("consistency", f"size {before.size}")

    def _signed(self, note: str) -> Checkpoint:
        verified = verify_note(Note.parse(note), (self.verifier,))
        return Checkpoint.of_note(verified, self.verifier.name)


def _root_is(checkpoint: Checkpoint, leaves: list[Hash]) -> None:
    if len(leaves) != checkpoint.size:
        raise HeadNotOurs(f"{len(leaves)} entries for size {checkpoint.size}")
    if Frontier().extended(leaves).root() != checkpoint.root:
        raise ProofFailed(detail=f"root at size {checkpoint.size}")
