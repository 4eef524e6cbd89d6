"""What the keys offer to other rooms."""

from collections.abc import Mapping
from typing import Protocol

from kernel.proof.jose import KeySet
from trustroot.keys.domain import HistoricalKey, Purpose, RawSignature


class Signer(Protocol):
    """Signs with the installation's active keys; the keys themselves never leave.

    A signature made by any process verifies under ``published`` of every other one: a key
    is published before it is active, and after it retired. A rotation is seen by every
    running process within 5 s.
    """

    def sign(self, purpose: Purpose, typ: str, claims: Mapping[str, object]) -> str:
        """Return a compact JWS by the active key of ``purpose`` (RFC 7515 §7.1).

        The header is ``alg``, ``kid`` and ``typ``; what signs is the purpose's own
        algorithm.

        Raises:
            KeyNotHeld: this process may not use the key.
            NoActiveKey: there is none.
        """
        ...

    def sign_by(
        self, algorithm: str, purpose: Purpose, typ: str, claims: Mapping[str, object]
    ) -> str:
        """Return a compact JWS by one of ``algorithms``, each with a key of its own.

        Raises:
            KeyNotHeld, NoActiveKey: as for ``sign``.
            PurposeUnsupported: nothing of this purpose is signed by that algorithm.
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

        Those of tokens are of all algorithms. Needs no private key: ``serve`` can ask for
        every purpose.
        """
        ...

    def algorithms(self, purpose: Purpose) -> tuple[str, ...]:
        """Return by which algorithms ``sign_by`` signs now, the purpose's own first."""
        ...

    def active_kid(self, purpose: Purpose) -> str:
        """Return the name of the key that signs now.

        Raises:
            NoActiveKey: there is none.
        """
        ...


class Decrypter(Protocol):
    """Opens what others encrypted to a key of ours; the keys themselves never leave.

    What was encrypted to any key of ``published``, now or for the overlap after, opens in
    every process: the next, the active and the retired key all do. A distrusted key opens
    nothing within 5 s.
    """

    def decrypt(self, purpose: Purpose, token: str, *, limit_bytes: int) -> bytes:
        """Return the content of a compact JWE (RFC 7516 §5.2), at most ``limit_bytes``.

        Nobody is named by it: whoever knows a public key of ours can encrypt to it.

        Raises:
            EncryptedRefused: another ``alg`` or ``enc`` than ours, ``zip``, ``crit``, a
                ``kid`` that names no key of this purpose, too long, or it does not open.
            KeyNotHeld: this process may not use the key.
        """
        ...

    def published(self, purpose: Purpose) -> KeySet:
        """Return the public keys to encrypt to: the active one first, then the next.

        A retired one is shown no more (OIDC Core §10.2.1) and still decrypts.
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


class EndorsedKeys(Protocol):
    """Which keys readers believe who were handed our offline root."""

    def covers(self, kid: str) -> bool:
        """Tell whether such readers would believe the key.

        Always so where no root endorses us.
        """
        ...
