"""The log key behind the installation's `Signer`."""

from dataclasses import dataclass

from kernel.proof.tlog import NoteSignature, NoteVerifier
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer


@dataclass(frozen=True, slots=True)
class SignerLogKey:
    """Implements `audit.trail.ports.LogKey`: Ed25519 under the purpose ``log``."""

    signer: Signer

    def sign(self, origin: str, text: bytes) -> NoteSignature:
        """Sign the note's text with the active log key."""
        made = self.signer.sign_raw(Purpose.LOG, text)
        verifier = NoteVerifier.of(
            origin, self.signer.published(Purpose.LOG).find(made.kid)
        )
        return NoteSignature(origin, verifier.key_id, made.signature)

    def verifier(self, origin: str) -> NoteVerifier:
        """Return the active key's public half under the log's name."""
        active = self.signer.active_kid(Purpose.LOG)
        return NoteVerifier.of(origin, self.signer.published(Purpose.LOG).find(active))
