"""One encrypted file of keys, replaced as a whole or not at all."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kernel.entropy import Entropy
from kernel.proof.jose import from_base64url, to_base64url
from kernel.secret import Secret
from trustroot.keys.adapters.material import Material
from trustroot.keys.domain import NAMED_RULES, RULES, Algorithm, Purpose, RoleGroup
from trustroot.keys.errors import (
    KeyFileForeign,
    KeyFileMissing,
    KeyFileUnreadable,
    VaultSecretTooWeak,
)

_VERSION: Final = 1
_SALT_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32
_SECRET_CHARACTERS: Final = 43  # 256 bits as base64url
_OWNER_ONLY: Final = 0o600
Materials = Mapping[str, Material]


@dataclass(frozen=True, slots=True)
class SealedFile:
    """The keys of one role group in AES-256-GCM (NIST SP 800-38D).

    The file's key is derived with HKDF-SHA256 (RFC 5869) from a random secret of at least
    256 bits, under a fresh salt at every write, so no nonce is ever used twice under one
    key. Group and version are bound in: a file of another group does not open.
    """

    path: Path
    group: RoleGroup
    secret: Secret
    entropy: Entropy = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a weak secret.

        Raises:
            VaultSecretTooWeak: it cannot hold 256 random bits.
        """
        if len(self.secret.reveal()) < _SECRET_CHARACTERS:
            raise VaultSecretTooWeak(f"the secret of {self._named()}")

    def version(self) -> tuple[int, int] | None:
        """Return what changes whenever the file is replaced; None if it is not there."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def read(self) -> dict[str, Material]:
        """Return the keys by kid.

        Raises:
            KeyFileMissing, KeyFileUnreadable, KeyFileForeign: with file and purposes.
        """
        sealed = self._parsed(self._bytes())
        try:
            cipher = AESGCM(self._key(sealed.salt))
            plain = cipher.decrypt(sealed.nonce, sealed.ciphertext, self._bound())
        except InvalidTag as cause:
            reason = "does not open with the secret of this group"
            raise KeyFileForeign(f"{self._named()} {reason}") from cause
        return {row["kid"]: _material(row) for row in json.loads(plain)}

    def write(self, keys: Materials) -> None:
        """Replace the file; after return the new one is on the disk, before it the old."""
        rows = [_row(material) for material in keys.values()]
        salt, nonce = self.entropy(_SALT_BYTES), self.entropy(_NONCE_BYTES)
        cipher = AESGCM(self._key(salt))
        sealed = cipher.encrypt(nonce, json.dumps(rows).encode(), self._bound())
        parts = {"salt": salt, "nonce": nonce, "keys": sealed}
        laid_out: dict[str, object] = {"version": _VERSION, "group": self.group.value}
        laid_out.update({name: to_base64url(part) for name, part in parts.items()})
        self._replace(json.dumps(laid_out, indent=1).encode() + b"\n")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other writers of this file out, in this process and in others."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(self.path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, _OWNER_ONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError as cause:
            raise KeyFileMissing(f"{self._named()} is missing") from cause
        except OSError as cause:
            raise KeyFileUnreadable(f"{self._named()}: {cause.strerror}") from cause

    def _parsed(self, raw: bytes) -> "_Sealed":
        try:
            said = json.loads(raw)
            head = (said["version"], said["group"])
            parts = [from_base64url(said[name]) for name in ("salt", "nonce", "keys")]
        except Exception as cause:
            raise KeyFileUnreadable(f"{self._named()} is no vault file") from cause
        if head != (_VERSION, self.group.value):
            raise KeyFileForeign(f"{self._named()} was made for another group or version")
        return _Sealed(*parts)

    def _replace(self, content: bytes) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
        with os.fdopen(os.open(fresh, flags, _OWNER_ONLY), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        self._sync_folder()

    def _sync_folder(self) -> None:
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _key(self, salt: bytes) -> bytes:
        derive = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=salt, info=self._bound())
        return derive.derive(self.secret.reveal().encode())

    def _bound(self) -> bytes:
        return f"trusthub vault v{_VERSION} {self.group.value}".encode()

    def _named(self) -> str:
        rules = {**RULES, **NAMED_RULES}
        purposes = [p.value for p, rule in rules.items() if rule.group is self.group]
        return f"key file {self.path} (purposes {', '.join(purposes)})"


@dataclass(frozen=True, slots=True)
class _Sealed:
    salt: bytes
    nonce: bytes
    ciphertext: bytes


def _row(material: Material) -> dict[str, str]:
    return {
        "kid": material.kid,
        "purpose": material.purpose.value,
        "algorithm": material.algorithm.value,
        "private": to_base64url(material.private),
    }


def _material(row: Mapping[str, str]) -> Material:
    return Material(
        Purpose(row["purpose"]),
        Algorithm(row["algorithm"]),
        row["kid"],
        from_base64url(row["private"]),
    )
