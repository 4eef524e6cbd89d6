"""Where keys lie, and where it stands what everybody may know of them."""

from datetime import datetime
from typing import Protocol

from kernel.ids import PersonId
from kernel.proof.seal import SymmetricKey
from trustroot.keys.domain import Act, ActKind, CreatedKey, KeyRecord, Purpose


class SigningKey(Protocol):
    """One private key, loaded; signs and tells nothing."""

    def sign(self, message: bytes) -> bytes:
        """Return the JWS form of a signature over ``message``."""
        ...


class DecryptionKey(Protocol):
    """One private key, loaded; decrypts and tells nothing else."""

    def decrypt(self, token: str) -> bytes:
        """Return the content of a compact JWE that was made for this key alone.

        Its header was held against the rules before. Raises `EncryptedRefused` where it
        does not open, whatever the reason.
        """
        ...


class Vault(Protocol):
    """Private and symmetric keys, by purpose and kid.

    ``create`` is durable before it returns. Whoever may not open the group of a purpose
    gets `KeyNotHeld`, never somebody else's key. A key made by another process is found
    when it is asked for. Key objects are loaded once.
    """

    def prepare(self) -> None:
        """Make room for the first keys; keys that are there already stay."""
        ...

    def create(self, purpose: Purpose) -> CreatedKey:
        """Make a fresh key of the purpose's algorithm and keep it."""
        ...

    def signing_key(self, purpose: Purpose, kid: str) -> SigningKey:
        """Return a private key to sign with, or raise `KeyNotHeld`."""
        ...

    def decryption_key(self, purpose: Purpose, kid: str) -> DecryptionKey:
        """Return a private key to decrypt with, or raise `KeyNotHeld`."""
        ...

    def symmetric_key(self, purpose: Purpose, kid: str) -> SymmetricKey:
        """Return a symmetric key, or raise `KeyNotHeld`."""
        ...

    def forget(self, purpose: Purpose, kid: str) -> None:
        """Erase a key; durable before it returns. One that is not there is no error."""
        ...


class KeyStore(Protocol):
    """What everybody may know of the keys; part of the surrounding unit of work.

    ``generation`` grows by one with every committed ``put``, so a process learns from one
    number whether it must read again.
    """

    def generation(self) -> int:
        """Return the number of the last change; 0 before the first."""
        ...

    def records(self) -> tuple[KeyRecord, ...]:
        """Return every key that is not destroyed, oldest first."""
        ...

    def ever(self, purpose: Purpose) -> tuple[KeyRecord, ...]:
        """Return every key of a purpose there ever was, oldest first."""
        ...

    def find(self, kid: str) -> KeyRecord | None:
        """Return one key by name, destroyed or not; None if there never was one."""
        ...

    def put(self, *records: KeyRecord) -> None:
        """Add or change records, and count the generation up."""
        ...

    def one_at_a_time(self) -> None:
        """Keep every other change of keys out until the unit of work ends."""
        ...


class ActStore(Protocol):
    """What people did to keys at once; part of the surrounding unit of work.

    ``confirm`` is linearizable: of two concurrent calls for one act one returns.
    """

    def add(self, act: Act) -> None:
        """Keep a fresh act; a key is distrusted once."""
        ...

    def find(self, kid: str, kind: ActKind) -> Act | None:
        """Return what was done about a key, if it was."""
        ...

    def confirm(self, act: Act, second: PersonId, at: datetime) -> None:
        """Note the second person, or raise `kernel.approval.ProposalDecided`."""
        ...

    def unconfirmed(self, before: datetime) -> tuple[Act, ...]:
        """Return distrusts from before that nobody confirmed, without an alarm yet."""
        ...

    def note_alarm(self, act: Act) -> None:
        """Note that the alarm was raised."""
        ...
