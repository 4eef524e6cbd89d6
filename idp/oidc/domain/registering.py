"""Clients that enter themselves: what lets them, and what is kept beside their record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kernel.ids import ClientId, Pseudonym
from kernel.secret import Digest, Secret

LONGEST_TICKET: Final = timedelta(days=365)
SHORTEST_TICKET: Final = timedelta(minutes=1)
MOST_USES: Final = 10_000


class Door(StrEnum):
    """Who may enter clients at /oauth2/register (RFC 7591 §1.2)."""

    OPEN = "open"
    TOKEN = "token"  # noqa: S105  a kind of door, no secret
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """An initial access token (RFC 7591 §1.2): who holds it may enter so many clients."""

    digest: Digest
    issued_by: Pseudonym | None
    issued_at: datetime
    expires_at: datetime
    uses_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecord:
    """What is kept of a client that entered itself, beside its record.

    Attributes:
        token: digest of the registration access token (RFC 7592 §2).
        previous: the one before it, good until the newer one is used for the first time:
            an answer that was lost locks nobody out.
        said: members of its metadata that mean nothing to us and are told as they came.
    """

    client: ClientId
    token: Digest
    previous: Digest | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    registered_at: datetime

    def opens(self, shown: Secret) -> bool:
        """Tell whether ``shown`` is one of its tokens; both are compared, in any case."""
        held = (self.token, self.previous or self.token)
        return any([shown.matches(digest) for digest in held])  # noqa: C419  no short cut
