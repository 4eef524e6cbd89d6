"""One token of a security module, opened once per process (PKCS #11 v2.40)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, PKCS11Error, Session
from pkcs11.exceptions import (
    PinExpired,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    UserAlreadyLoggedIn,
)
from pkcs11.types import PrivateKey, PublicKey, SignMixin

from kernel.secret import Secret
from trustroot.keys.domain import Algorithm
from trustroot.keys.errors import HardwareUnavailable, KeyNotHeld, PurposeUnsupported

T = TypeVar("T")
_PIN_REFUSED: Final = (PinExpired, PinIncorrect, PinInvalid, PinLenRange, PinLocked)
_CURVES: Final = {
    # RFC 5480 §2.1.1.1: prime256v1 by its OID; PKCS #11 v3.0 §2.3.5: edwards25519 by name.
    Algorithm.ES256: (KeyType.EC, Mechanism.EC_KEY_PAIR_GEN, "06082a8648ce3d030107"),
    Algorithm.ED25519: (
        KeyType.EC_EDWARDS,
        Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
        "130c656477617264733235353139",
    ),
}
_STAYS: Final = {
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
    Attribute.SIGN: True,
}


@dataclass(eq=False, slots=True)
class Token:
    """A token and the one session this process has with it.

    A session does one thing at a time, so all take turns. What fails is tried once more in
    a fresh session: modules drop them over the network and at rest. A PIN that was refused
    is never tried again: the third time locks the token.
    """

    module: Path
    label: str
    _lock: Lock = field(default_factory=Lock)
    _session: Session | None = None
    _refused: bool = False

    def run(self, pin: Secret, act: Callable[[Session], T]) -> T:
        """Do something in the session.

        Raises:
            HardwareUnavailable: module, token or PIN do not answer as they should.
        """
        with self._lock:
            held = self._session is not None
            try:
                return act(self._opened(pin))
            except PKCS11Error as cause:
                self._session = None
                if not held or self._refused:
                    raise self._unavailable(cause) from cause
            try:
                return act(self._opened(pin))
            except PKCS11Error as cause:
                self._session = None
                raise self._unavailable(cause) from cause

    def _opened(self, pin: Secret) -> Session:
        if self._refused:
            raise HardwareUnavailable(f"{self.label}: the PIN was refused before")
        if self._session is None:
            self._session = self._fresh(pin)
        return self._session

    def _fresh(self, pin: Secret) -> Session:
        token = pkcs11.lib(str(self.module)).get_token(token_label=self.label)
        try:
            return token.open(rw=True, user_pin=pin.reveal())
        except UserAlreadyLoggedIn:  # by a session of this process that was given up
            return token.open(rw=True)
        except _PIN_REFUSED:
            self._refused = True
            raise

    def _unavailable(self, cause: PKCS11Error) -> HardwareUnavailable:
        return HardwareUnavailable(f"{self.label}: {type(cause).__name__}")


@cache
def token_of(module: Path, label: str) -> Token:
    """Return the token that this process shares: logging in is per process, not per caller.

    Source: PKCS #11 v2.40 §2.6.
    """
    return Token(module, label)


def generate(
    session: Session, algorithm: Algorithm, label: str, provisional: bytes
) -> tuple[PublicKey, PrivateKey]:
    """Make a key pair whose private half never leaves the token.

    Raises:
        PurposeUnsupported: no key of this algorithm is made there.
    """
    if algorithm not in _CURVES:
        raise PurposeUnsupported(label)
    kind, mechanism, curve = _CURVES[algorithm]
    parameters = {Attribute.EC_PARAMS: bytes.fromhex(curve)}
    domain = session.create_domain_parameters(kind, parameters, local=True)
    return domain.generate_keypair(
        id=provisional,
        label=label,
        store=True,
        mechanism=mechanism,
        private_template=_STAYS,
    )


def private_key(session: Session, label: str, identifier: bytes) -> SignMixin:
    """Find a private key by label and CKA_ID.

    Raises:
        KeyNotHeld: it is not on this token.
    """
    sought = {
        Attribute.CLASS: ObjectClass.PRIVATE_KEY,
        Attribute.LABEL: label,
        Attribute.ID: identifier,
    }
    for found in session.get_objects(sought):
        if isinstance(found, SignMixin):
            return found
    raise KeyNotHeld(label)


def destroy(session: Session, label: str, identifier: bytes) -> None:
    """Destroy both halves of a key pair; none there is no error."""
    for found in session.get_objects({Attribute.LABEL: label, Attribute.ID: identifier}):
        found.destroy()
