"""Keys in several places: each purpose's in one, older ones where they were made."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.proof.seal import SymmetricKey
from trustroot.keys.domain import CreatedKey, Purpose
from trustroot.keys.errors import KeyNotHeld
from trustroot.keys.ports import DecryptionKey, SigningKey, Vault


@dataclass(frozen=True, slots=True)
class RoutedVault:
    """Implements `trustroot.keys.ports.Vault` over the files and some security modules.

    A purpose that was moved into a module gets its new keys there; the key that was active
    in the files goes on until a rotation follows it, so moving interrupts nothing.
    """

    hardware: Mapping[Purpose, Vault]
    files: Vault

    def prepare(self) -> None:
        """Make room for the first keys everywhere."""
        self.files.prepare()
        for vault in dict.fromkeys(self.hardware.values()):
            vault.prepare()

    def create(self, purpose: Purpose) -> CreatedKey:
        """Make a fresh key where the purpose's keys are made now."""
        return self.hardware.get(purpose, self.files).create(purpose)

    def signing_key(self, purpose: Purpose, kid: str) -> SigningKey:
        """Return a private key to sign with, or raise `KeyNotHeld`."""
        module = self.hardware.get(purpose)
        if module is not None:
            try:
                return module.signing_key(purpose, kid)
            except KeyNotHeld:
                pass
        return self.files.signing_key(purpose, kid)

    def decryption_key(self, purpose: Purpose, kid: str) -> DecryptionKey:
        """Return a private key to decrypt with: from the files, for modules hold none."""
        return self.files.decryption_key(purpose, kid)

    def symmetric_key(self, purpose: Purpose, kid: str) -> SymmetricKey:
        """Return a symmetric key, or raise `KeyNotHeld`."""
        return self.files.symmetric_key(purpose, kid)

    def forget(self, purpose: Purpose, kid: str) -> None:
        """Erase a key wherever it lies."""
        if purpose in self.hardware:
            self.hardware[purpose].forget(purpose, kid)
        self.files.forget(purpose, kid)
