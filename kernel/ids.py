"""Names of things: opaque, typed, and sortable where the log wants them to be."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Final, NewType
from uuid import UUID

from kernel.clock import Clock
from kernel.entropy import Entropy

EntityId = NewType("EntityId", str)
"""A federation entity: an URL, compared by code point (OpenID Federation 1.0 §1.2)."""
ClientId = NewType("ClientId", str)
MemberId = NewType("MemberId", UUID)
PersonId = NewType("PersonId", UUID)
OrganisationId = NewType("OrganisationId", UUID)
SessionId = NewType("SessionId", UUID)
InteractionId = NewType("InteractionId", UUID)
GrantId = NewType("GrantId", UUID)
FamilyId = NewType("FamilyId", UUID)
AuthenticatorId = NewType("AuthenticatorId", UUID)
EventId = NewType("EventId", UUID)
JobId = NewType("JobId", UUID)
ProposalId = NewType("ProposalId", UUID)
Pseudonym = NewType("Pseudonym", str)
"""A person in events: HMAC under the epoch's key, never reversible from the log alone."""
Reference = NewType("Reference", str)
"""What an error page shows and the log finds: 12 letters and digits without 0 O 1 I L."""

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_READABLE: Final = bytes(ord(_ALPHABET[byte % len(_ALPHABET)]) for byte in range(256))
_REFERENCE_LENGTH: Final = 12
UUID7_RANDOM_BYTES: Final = 10
_UUID7_RANDOM: Final = 0x0FFF_3FFF_FFFF_FFFF_FFFF
_UUID7_MARKS: Final = 0x7000_8000_0000_0000_0000


def uuid7(clock: Clock, entropy: Entropy) -> UUID:
    """Return a UUID that sorts by the millisecond of its making.

    Source: RFC 9562 §5.7.
    """
    return uuid7_of(clock(), entropy(UUID7_RANDOM_BYTES))


def uuid7_of(at: datetime, drawn: bytes) -> UUID:
    """Return the UUIDv7 of an instant and 10 random bytes (RFC 9562 §5.7)."""
    milliseconds = int(at.timestamp() * 1000)
    value = milliseconds << 80 | int.from_bytes(drawn, "big") & _UUID7_RANDOM | _UUID7_MARKS
    return UUID(int=value)


class NewIds:
    """Makes fresh ids: one object handed to every use case that creates something."""

    __slots__ = ("_clock", "_entropy")

    def __init__(self, clock: Clock, entropy: Entropy) -> None:
        """Draw time and chance from what is handed in."""
        self._clock = clock
        self._entropy = entropy

    def __call__(self) -> UUID:
        """Return a fresh UUIDv7."""
        return uuid7(self._clock, self._entropy)


def new_reference(entropy: Entropy) -> Reference:
    """Return a fresh reference: 12 characters that survive being read out on the phone."""
    return Reference(entropy(_REFERENCE_LENGTH).translate(_READABLE).decode("ascii"))


def instant_of(identifier: UUID, to_instant: Callable[[float], datetime]) -> datetime:
    """Return the millisecond at which a UUIDv7 was made (RFC 9562 §5.7)."""
    return to_instant(int.from_bytes(identifier.bytes[:6], "big") / 1000)


def correlation(issuer: str, value: str) -> str:
    """Return the value under which both sides of one login record it, 64 hex digits.

    SHA-256(issuer ‖ 00 ‖ value); value is the ``jti``, else the nonce that was sent. Our
    own definition: the audit event contract v1.
    """
    return hashlib.sha256(issuer.encode() + b"\0" + value.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two opaque texts in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
