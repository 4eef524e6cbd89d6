"""A vault of encrypted files, one per role group."""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from kernel.entropy import Entropy
from kernel.proof.seal import SymmetricKey
from kernel.secret import Secret
from trustroot.keys.adapters import material
from trustroot.keys.adapters.material import Material
from trustroot.keys.adapters.sealed_file import SealedFile
from trustroot.keys.domain import CreatedKey, Purpose, RoleGroup, rule_of
from trustroot.keys.errors import KeyNotHeld
from trustroot.keys.ports import DecryptionKey, SigningKey


class FileVault:
    """Implements `trustroot.keys.ports.Vault` over the files it was given secrets for.

    A group without a secret stays closed: its bytes cannot be decrypted by this process.
    """

    __slots__ = ("_entropy", "_groups")

    def __init__(
        self, folder: Path, secrets: Mapping[RoleGroup, Secret], entropy: Entropy
    ) -> None:
        """Take the folder and the secrets of the groups that may be opened; reads nothing.

        Raises:
            VaultSecretTooWeak: a secret cannot hold 256 random bits.
        """
        self._entropy = entropy
        self._groups = {
            group: _OpenGroup(SealedFile(path_of(folder, group), group, secret, entropy))
            for group, secret in secrets.items()
        }

    def prepare(self) -> None:
        """Make an empty file for every open group that has none."""
        for group in self._groups.values():
            group.prepare()

    def create(self, purpose: Purpose) -> CreatedKey:
        """Make a fresh key of the purpose's algorithm and keep it."""
        group = self._group(purpose)
        made = material.make(purpose, self._entropy)
        group.add(made.material)
        return made.created

    def signing_key(self, purpose: Purpose, kid: str) -> SigningKey:
        """Return a private key to sign with, or raise `KeyNotHeld`."""
        return self._group(purpose).signing_key(purpose, kid)

    def decryption_key(self, purpose: Purpose, kid: str) -> DecryptionKey:
        """Return a private key to decrypt with, or raise `KeyNotHeld`."""
        return self._group(purpose).decryption_key(purpose, kid)

    def symmetric_key(self, purpose: Purpose, kid: str) -> SymmetricKey:
        """Return a symmetric key, or raise `KeyNotHeld`."""
        return self._group(purpose).symmetric_key(purpose, kid)

    def forget(self, purpose: Purpose, kid: str) -> None:
        """Erase a key; durable before it returns."""
        self._group(purpose).drop(kid)

    def _group(self, purpose: Purpose) -> "_OpenGroup":
        rule = rule_of(purpose)
        opened = self._groups.get(rule.group)
        if opened is None:
            raise KeyNotHeld(f"{purpose}: this process does not open the {rule.group} keys")
        return opened


class _OpenGroup:
    """One file, its keys loaded once and read again only when the file was replaced."""

    __slots__ = (
        "_decrypting",
        "_file",
        "_held",
        "_lock",
        "_signing",
        "_symmetric",
        "_version",
    )

    def __init__(self, file: SealedFile) -> None:
        self._file = file
        self._held: dict[str, Material] = {}
        self._signing: dict[str, SigningKey] = {}
        self._decrypting: dict[str, DecryptionKey] = {}
        self._symmetric: dict[str, SymmetricKey] = {}
        self._version: tuple[int, int] | None = None
        self._lock = Lock()

    def prepare(self) -> None:
        with self._file.locked():
            if self._file.version() is None:
                self._file.write({})

    def find(self, purpose: Purpose, kid: str) -> Material:
        held = self._held.get(kid)
        if held is None:
            held = self._reread().get(kid)
        if held is None or held.purpose is not purpose:
            raise KeyNotHeld(f"{purpose}: key {kid} is not in {self._file.path}")
        return held

    def signing_key(self, purpose: Purpose, kid: str) -> SigningKey:
        held = self.find(purpose, kid)
        loaded = self._signing.get(kid)
        if loaded is None:
            loaded = self._signing.setdefault(kid, material.signing_key(held))
        return loaded

    def decryption_key(self, purpose: Purpose, kid: str) -> DecryptionKey:
        held = self.find(purpose, kid)
        loaded = self._decrypting.get(kid)
        if loaded is None:
            loaded = self._decrypting.setdefault(kid, material.decryption_key(held))
        return loaded

    def symmetric_key(self, purpose: Purpose, kid: str) -> SymmetricKey:
        held = self.find(purpose, kid)
        loaded = self._symmetric.get(kid)
        if loaded is None:
            loaded = self._symmetric.setdefault(kid, material.symmetric_key(held))
        return loaded

    def add(self, fresh: Material) -> None:
        with self._file.locked():
            keys = {**self._file.read(), fresh.kid: fresh}
            self._file.write(keys)

    def drop(self, kid: str) -> None:
        with self._file.locked():
            keys = self._file.read()
            if keys.pop(kid, None) is not None:
                self._file.write(keys)
        self._held.pop(kid, None)
        self._signing.pop(kid, None)
        self._decrypting.pop(kid, None)
        self._symmetric.pop(kid, None)

    def _reread(self) -> Mapping[str, Material]:
        with self._lock:
            version = self._file.version()
            if version is None or version != self._version:
                self._held = self._file.read()
                self._version = version
            return self._held


def path_of(folder: Path, group: RoleGroup) -> Path:
    """Return where the file of a group lies."""
    return folder / f"{group.value}.vault"
