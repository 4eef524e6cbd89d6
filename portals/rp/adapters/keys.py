"""The portal's one key, from the secret that its settings name."""

from dataclasses import dataclass
from typing import Final, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kernel.proof.seal import Purpose, SealKeyUnknown, SymmetricKey
from kernel.secret import Secret

_KID: Final = "portal-1"
_CONTEXT: Final = b"trusthub portal v1 seal"


@dataclass(frozen=True, slots=True)
class OneKey:
    """`SymmetricKeys` of a portal: what it seals, nobody but it need ever open."""

    key: SymmetricKey

    @classmethod
    def derived(cls, secret: Secret) -> Self:
        """Derive the key (RFC 5869); the secret itself signs form tokens."""
        derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=_CONTEXT)
        return cls(SymmetricKey(_KID, derivation.derive(secret.reveal().encode())))

    def current(self, purpose: Purpose) -> SymmetricKey:
        """Return the key."""
        return self.by_id(purpose, _KID)

    def by_id(self, purpose: Purpose, kid: str) -> SymmetricKey:
        """Return the key, if it is meant.

        Raises:
            SealKeyUnknown: it is not.
        """
        if purpose is not Purpose.SEAL or kid != _KID:
            raise SealKeyUnknown
        return self.key
