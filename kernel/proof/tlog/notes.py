"""Signed notes: a text, and lines in which keys with names vouch for it."""

import base64
import re
from collections.abc import Iterable
from dataclasses import InitVar, dataclass
from typing import Final, Self

from kernel.proof.tlog.errors import NoteMalformed, NoteNotSigned
from kernel.proof.tlog.note_keys import NoteVerifier, is_key_name

NOTE_LIMIT_BYTES: Final = 1_000_000
_SIGNATURES_LIMIT: Final = 100
_ID_BYTES: Final = 4
_MADE_BY_VERIFY: Final = object()
_LINE: Final = re.compile(r"— (?P<name>[^ ]+) (?P<blob>[A-Za-z0-9+/]+={0,2})\Z")
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One line under a note: who says it (name and 4-byte key id), and the signature."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line without its end: em dash, name, base64 of key id and signature."""
        blob = base64.b64encode(self.key_id + self.signature).decode("ascii")
        return f"— {self.name} {blob}"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read one signature line.

        Raises:
            NoteMalformed: not of that form.
        """
        found = _LINE.match(line)
        if found is None or not is_key_name(found["name"]):
            raise NoteMalformed(detail="signature line")
        blob = decode_base64(found["blob"])
        if len(blob) <= _ID_BYTES:
            raise NoteMalformed(detail="signature too short")
        return cls(found["name"], blob[:_ID_BYTES], blob[_ID_BYTES:])


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was read; nobody has checked its signatures yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def format(self) -> str:
        """Write the note: text, blank line, signature lines."""
        note_text_to_sign(self.text)
        lines = "".join(f"{signature.line}\n" for signature in self.signatures)
        return f"{self.text}\n{lines}"

    @classmethod
    def parse(cls, raw: str) -> Self:
        """Read a signed note.

        Raises:
            NoteMalformed: too long, control characters, no blank line, no signature, or
                more than 100.

        Source: C2SP signed-note, "Format".
        """
        if len(raw) > NOTE_LIMIT_BYTES or _CONTROL.search(raw):
            raise NoteMalformed
        text, blank, lines = raw.rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise NoteMalformed(detail="no signatures")
        named = lines[:-1].split("\n")
        if len(named) > _SIGNATURES_LIMIT:
            raise NoteMalformed(detail="too many signatures")
        return cls(f"{text}\n", tuple(NoteSignature.parse(line) for line in named))


@dataclass(frozen=True, slots=True)
class VerifiedNote:
    """A note at least one known key has signed. Only ``verify_note`` builds one.

    ``signers`` are the names of the known keys whose signatures held; ``unknown`` are the
    signatures of keys nobody gave us, which say nothing.
    """

    proof: InitVar[object]
    text: str
    signers: tuple[str, ...]
    unknown: tuple[NoteSignature, ...]

    def __post_init__(self, proof: object) -> None:
        """Turn away everybody but ``verify_note``.

        Raises:
            TypeError: the caller is another.
        """
        if proof is not _MADE_BY_VERIFY:
            msg = "verified notes come from verify_note() only"
            raise TypeError(msg)


def note_text_to_sign(text: str) -> bytes:
    """Return the bytes that are signed: the text with its last line end, no blank line.

    Raises:
        NoteMalformed: the text is empty, does not end in a line end, or has control
            characters.
    """
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteMalformed(detail="text")
    return text.encode("utf-8")


def verify_note(note: Note, verifiers: Iterable[NoteVerifier]) -> VerifiedNote:
    """Check a note against the keys we know.

    Signatures of unknown keys are passed over; one bad signature of a known key refuses
    the note, and so does having none.

    Raises:
        NoteNotSigned: no known key has signed.
        NoteSignatureBad: a known key's signature does not hold.

    Source: C2SP signed-note, "Verification".
    """
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signed = [item for item in note.signatures if (item.name, item.key_id) in known]
    if not signed:
        raise NoteNotSigned
    message = note_text_to_sign(note.text)
    for item in signed:
        known[item.name, item.key_id].check(message, item.signature)
    unknown = tuple(item for item in note.signatures if item not in signed)
    signers = tuple(item.name for item in signed)
    return VerifiedNote(_MADE_BY_VERIFY, note.text, signers, unknown)


def decode_base64(text: str) -> bytes:
    """Return the bytes of standard, padded base64 in its one spelling.

    Raises:
        NoteMalformed: another spelling.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as cause:
        raise NoteMalformed(detail="base64") from cause
    if base64.b64encode(raw).decode("ascii") != text:
        raise NoteMalformed(detail="base64")
    return raw
