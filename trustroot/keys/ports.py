"""What signing offers to other rooms, and what it needs from below."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from kernel.ids import PersonId
from kernel.proof.jose import KeySet, PublicKey
from kernel.proof.seal import SymmetricKey
from kernel.secret import Secret
from trustroot.keys.domain import (
    Act,
    ActKind,
    CreatedKey,
    HistoricalKey,
    KeyRecord,
    Purpose,
    RawSignature,
)
from trustroot.keys.domain.ceremony import AnchorKey


class Signer(Protocol):
    """Signs with the installation's active keys; the keys themselves never leave.

    A signature made by any process verifies under ``published`` of every other one: a key
    is published before it is active, and after it retired. A rotation is seen by every
    running process within 5 s.
    """

    def sign(self, purpose: Purpose, typ: str, claims: Mapping[str, object]) -> str:
        """Return a compact JWS by the active key of ``purpose`` (RFC 7515 §7.1).

        The header is ``alg``, ``kid`` and ``typ``.

        Raises:
            KeyNotHeld: this process may not use the key.
            NoActiveKey: there is none.
        """
        ...

    def sign_raw(self, purpose: Purpose, message: bytes) -> RawSignature:
        """Return a signature over bytes: Ed25519 for ``log``, ``R ‖ S`` for ES256.

        Raises:
            KeyNotHeld, NoActiveKey: as for ``sign``.
        """
        ...

    def published(self, purpose: Purpose) -> KeySet:
        """Return the public keys of a purpose: active first, then next, then retired.

        Needs no private key: ``serve`` can ask for every purpose.
        """
        ...

    def active_kid(self, purpose: Purpose) -> str:
        """Return the name of the key that signs now.

        Raises:
            NoActiveKey: there is none.
        """
        ...


class KeyHistory(Protocol):
    """The keys that signed once: their public halves are kept at least ten years."""

    def history(self, purpose: Purpose) -> tuple[HistoricalKey, ...]:
        """Return the keys of a purpose that sign no more, oldest first.

        A key stands here from the moment it stopped signing or was distrusted; a retired
        one is still published then (``Signer.published``), a distrusted one never. Keys
        that never signed stand here only if they were distrusted.
        """
        ...


class RepresentedSigner(Protocol):
    """Signs for members who speak no federation, each with keys of its own.

    A member is known by its slug. Signing and ``ensure`` work in the worker only; public
    keys can be had everywhere.
    """

    def ensure(self, slug: str) -> None:
        """Make the member's keys unless it has some; durable before it returns.

        Raises:
            KeyNotHeld: this process may not make them.
        """
        ...

    def sign(self, slug: str, typ: str, claims: Mapping[str, object]) -> str:
        """Return a compact JWS by the member's active key (RFC 7515 §7.1).

        Raises:
            KeyNotHeld: this process may not use the key.
            NoActiveKey: the member has none: ``ensure`` was not called.
        """
        ...

    def published(self, slug: str) -> KeySet:
        """Return the member's public keys, active first; none before the first."""
        ...


class Endorsements(Protocol):
    """What the offline root has signed for our anchor keys."""

    def current(self) -> Mapping[str, object] | None:
        """Return it as the JSON object that goes into our entity configuration.

        None where no root endorses us, where the endorsement has ended, or where it is
        about other keys than the active one: nobody is shown a promise that does not hold.
        """
        ...


class SigningKey(Protocol):
    """One private key, loaded; signs and tells nothing."""

    def sign(self, message: bytes) -> bytes:
        """Return the JWS form of a signature over ``message``."""
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
