"""What a ceremony needs around it."""

from typing import Protocol

from kernel.proof.jose import PublicKey
from kernel.secret import Secret
from trustroot.keys.domain.ceremony import AnchorKey


class CeremonyFolder(Protocol):
    """The files of one ceremony, all in one folder; what is written is durable.

    Private keys of the root lie there locked by their holders' passphrases, and nowhere
    else.
    """

    def holds(self, file: str) -> bool:
        """Tell whether a file is there."""
        ...

    def read(self, file: str) -> bytes:
        """Return a file, or raise `CeremonyFileMissing`."""
        ...

    def write(self, file: str, content: bytes) -> None:
        """Write a file that is not there yet, or raise `CeremonyFileTaken`."""
        ...

    def replace(self, file: str, content: bytes) -> None:
        """Write a file in place of the one that is there."""
        ...

    def make_root_key(self, file: str, passphrase: Secret) -> PublicKey:
        """Make a root key locked by a passphrase, and return its public half.

        Raises `RootKeyLocked` where the passphrase is too short, `CeremonyFileTaken`.
        """
        ...

    def root_key(self, file: str, passphrase: Secret) -> "RootKey":
        """Open a root key, or raise `RootKeyLocked`, `CeremonyFileMissing`."""
        ...


class RootKey(Protocol):
    """One opened key of the offline root."""

    @property
    def public(self) -> PublicKey:
        """Return its public half."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the JWS form of a signature over ``message``."""
        ...


class Passphrases(Protocol):
    """Asks the holder of a root key for its passphrase."""

    def __call__(self, whose: str, file: str | None) -> Secret:
        """Return it, from a file of the folder if one is named."""
        ...


class AnchorAtWork(Protocol):
    """The installation whose anchor a ceremony is about, reached over its API."""

    def shown(self) -> tuple[AnchorKey, ...]:
        """Return its anchor keys that are not destroyed."""
        ...

    def switch(self) -> str:
        """Ask for the rotation of the anchor; return the job."""
        ...
