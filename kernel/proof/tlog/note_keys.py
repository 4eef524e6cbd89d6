"""Keys of notes: their names, ids and text form, and how each type checks."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kernel.proof.jose import PublicKey
from kernel.proof.tlog.errors import NoteMalformed, NoteSignatureBad

_ID_BYTES: Final = 4
_TIME_BYTES: Final = 8
_ED25519_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64
_VKEY: Final = re.compile(
    r"(?P<name>[^+]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/]+={0,2})\Z"
)


class SignatureType(IntEnum):
    """Types of note signatures that we check (C2SP signed-note, "Signature types")."""

    ED25519 = 0x01
    COSIGNATURE_V1 = 0x04


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """A named key that checks signatures on notes."""

    name: str
    signature_type: SignatureType
    key: Ed25519PublicKey = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a name the format cannot carry.

        Raises:
            NoteMalformed: empty, with white space or with ``+``.
        """
        if not is_key_name(self.name):
            raise NoteMalformed(detail="key name")

    @property
    def key_id(self) -> bytes:
        """Four bytes: SHA-256(name ‖ 0A ‖ type ‖ public key), cut."""
        return hashlib.sha256(f"{self.name}\n".encode() + self._typed_key()).digest()[
            :_ID_BYTES
        ]

    @property
    def vkey(self) -> str:
        """The text form: ``name+id+base64(type ‖ public key)``."""
        typed = base64.b64encode(self._typed_key()).decode("ascii")
        return f"{self.name}+{self.key_id.hex()}+{typed}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey.

        Raises:
            NoteMalformed: not of that form, of a type we do not check, or its id is not
                the key's.
        """
        found = _VKEY.match(vkey)
        if found is None:
            raise NoteMalformed(detail="vkey")
        typed = _decoded(found["key"])
        if len(typed) != 1 + _ED25519_BYTES or typed[0] not in set(SignatureType):
            raise NoteMalformed(detail="vkey of another type")
        public = Ed25519PublicKey.from_public_bytes(typed[1:])
        verifier = cls(found["name"], SignatureType(typed[0]), public)
        if verifier.vkey != vkey:
            raise NoteMalformed(detail="vkey with the wrong id")
        return verifier

    @classmethod
    def of(cls, name: str, public: PublicKey) -> Self:
        """Take a published Ed25519 key as the one that signs notes under ``name``.

        Raises:
            NoteMalformed: the name cannot be one, or the key is of another type.
        """
        if not isinstance(public.key, Ed25519PublicKey):
            raise NoteMalformed(detail="key of another type")
        return cls(name, SignatureType.ED25519, public.key)

    def check(self, text: bytes, signature: bytes) -> None:
        """Check what stands after the key id in a signature line over ``text``.

        Raises:
            NoteSignatureBad: it was not made by this key over this text.
        """
        message, signed = self._signed_message(text, signature)
        try:
            self.key.verify(signed, message)
        except InvalidSignature as cause:
            raise NoteSignatureBad from cause

    def _signed_message(self, text: bytes, signature: bytes) -> tuple[bytes, bytes]:
        if self.signature_type is SignatureType.ED25519:
            return text, signature
        if len(signature) != _TIME_BYTES + _SIGNATURE_BYTES:
            raise NoteSignatureBad(detail="wrong length")
        return cosigned_message(text, cosignature_time(signature)), signature[_TIME_BYTES:]

    def _typed_key(self) -> bytes:
        raw = self.key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return bytes([self.signature_type]) + raw


def cosigned_message(checkpoint: bytes, posix_seconds: int) -> bytes:
    """Return what a witness signs: header, time and checkpoint body.

    Source: C2SP tlog-cosignature, "Format" (cosignature/v1).
    """
    return f"cosignature/v1\ntime {posix_seconds}\n".encode() + checkpoint


def cosignature_blob(posix_seconds: int, signature: bytes) -> bytes:
    """Return what follows the key id in a cosignature line: u64 time, then signature."""
    return posix_seconds.to_bytes(_TIME_BYTES, "big") + signature


def cosignature_time(blob: bytes) -> int:
    """Return the POSIX time, in seconds, that a cosignature states."""
    return int.from_bytes(blob[:_TIME_BYTES], "big")


def is_key_name(name: str) -> bool:
    """Tell whether a key may be called so: not empty, no white space, no ``+``."""
    return bool(name) and "+" not in name and not any(mark.isspace() for mark in name)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as cause:
        raise NoteMalformed(detail="base64") from cause
