"""Seals, opens and indexes values of one purpose."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from kernel.entropy import Entropy
from kernel.proof.seal.envelope import NONCE_BYTES, Envelope
from kernel.proof.seal.keys import (
    KEY_BYTES,
    Purpose,
    SealBroken,
    SymmetricKey,
    SymmetricKeys,
)

_AEAD: Final = b"trusthub seal v1 aead"
_MAC: Final = b"trusthub seal v1 mac"
_LENGTH_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives. A value moved to another place does not open.

    ``room`` and ``column`` are names in code (``idp.people``, ``id_number``); ``row`` is
    the key of the record, as text.
    """

    room: str
    column: str
    row: str = ""

    def to_bytes(self) -> bytes:
        """Return the place in one unambiguous spelling."""
        return _framed(part.encode() for part in (self.room, self.column, self.row))


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and names values with the keys of one purpose.

    The keys of the vault are never used as they are: one key for AES-256-GCM and one for
    HMAC is derived from each (HKDF-Expand, RFC 5869 §2.3), so that neither weakens the
    other. With random 96-bit nonces a key seals at most 2^32 values (NIST SP 800-38D
    §8.3); rotate it before.
    """

    keys: SymmetricKeys
    entropy: Entropy
    purpose: Purpose = Purpose.SEAL

    def seal(self, plaintext: bytes, place: Place) -> bytes:
        """Return the envelope of ``plaintext`` at ``place`` under the current key."""
        key, nonce = self.keys.current(self.purpose), self.entropy(NONCE_BYTES)
        envelope = Envelope(key.kid, nonce, b"")
        bound = self._bound(envelope, place)
        sealed = AESGCM(_derived(key, _AEAD)).encrypt(nonce, plaintext, bound)
        return Envelope(key.kid, nonce, sealed).to_bytes()

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Return the plaintext of an envelope made for ``place``, with its own key.

        Raises:
            SealMalformed: no envelope of a known version.
            SealKeyUnknown: its key is not held.
            SealBroken: changed, or made for another place, purpose or key.
        """
        envelope = Envelope.parse(sealed)
        key = self.keys.by_id(self.purpose, envelope.kid)
        bound = self._bound(envelope, place)
        try:
            cipher = AESGCM(_derived(key, _AEAD))
            return cipher.decrypt(envelope.nonce, envelope.ciphertext, bound)
        except InvalidTag as cause:
            raise SealBroken from cause

    def key_of(self, sealed: bytes) -> str:
        """Return the id of the key an envelope was made with, to find what to re-seal.

        Raises:
            SealMalformed: no envelope.
        """
        return Envelope.parse(sealed).kid

    def index(self, value: bytes, context: str, *, kid: str | None = None) -> bytes:
        """Return the 32-byte name of ``value`` in ``context``: HMAC-SHA256.

        Equal values have equal names in one context and under one key; nothing else can
        be told from them without the key.

        Args:
            value: the normalised value (spelling differences give different names).
            context: what the name is for, e.g. ``idp.people.id_number`` or a sector.
            kid: an older key, to find names made before a rotation; default the current.

        Raises:
            SealKeyUnknown: ``kid`` is not held.
        """
        current = self.keys.current
        key = self.keys.by_id(self.purpose, kid) if kid else current(self.purpose)
        message = _framed((self.purpose.encode(), context.encode(), value))
        return hmac.digest(_derived(key, _MAC), message, hashlib.sha256)

    def _bound(self, envelope: Envelope, place: Place) -> bytes:
        """Everything the tag covers besides the text: header, purpose and place."""
        return _framed((envelope.header(), self.purpose.encode(), place.to_bytes()))


def _derived(key: SymmetricKey, label: bytes) -> bytes:
    known = key.derived.get(label)
    if known is None:
        expanded = HKDFExpand(algorithm=SHA256(), length=KEY_BYTES, info=label)
        known = key.derived[label] = expanded.derive(key.key)
    return known


def _framed(parts: Iterable[bytes]) -> bytes:
    """Join parts so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in parts)
