"""Symmetric keys, as sealing sees them, and the ways to be refused."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from kernel.errors import Refused

KEY_BYTES: Final = 32


class SealRefused(Refused):
    """A sealed value cannot be opened, or a key is not one to seal with."""

    code = "seal_refused"


class SealMalformed(SealRefused):
    """The bytes are not an envelope of a version that we know."""

    code = "seal_malformed"


class SealKeyUnknown(SealRefused):
    """The envelope names a key that is not, or no longer, held."""

    code = "seal_key_unknown"


class SealBroken(SealRefused):
    """The tag does not hold: other bytes, another key, or another place."""

    code = "seal_broken"


class Purpose(StrEnum):
    """What a symmetric key may be used for; one key never serves two."""

    PAIRWISE = "pairwise"
    PERSON = "person"
    PSEUDONYM = "pseudonym"
    SEAL = "seal"


@dataclass(frozen=True, slots=True)
class SymmetricKey:
    """32 secret bytes and their name (1 to 64 printable ASCII characters).

    What is derived from them is kept with them, and gone when they are.
    """

    kid: str
    key: bytes = field(repr=False)
    derived: dict[bytes, bytes] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Refuse a key of another size and a name the envelope cannot carry.

        Raises:
            SealRefused: one or the other.
        """
        if len(self.key) != KEY_BYTES:
            raise SealRefused(detail="a key has 32 bytes")
        if not 0 < len(self.kid) <= _KID_LIMIT or not self.kid.isascii():
            raise SealRefused(detail="kid")


_KID_LIMIT: Final = 64


class SymmetricKeys(Protocol):
    """The installation's symmetric keys.

    A key stays available by its id until nothing sealed with it is left.
    """

    def current(self, purpose: Purpose) -> SymmetricKey:
        """Return the key that new values are made with."""
        ...

    def by_id(self, purpose: Purpose, kid: str) -> SymmetricKey:
        """Return the key of this name and purpose.

        Raises:
            SealKeyUnknown: there is none.
        """
        ...
