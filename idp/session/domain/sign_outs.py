"""The sign-out: the end of a session, and who has been told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from kernel.ids import SessionId

SignOutId = NewType("SignOutId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A relying party that a session signed in at, in one protocol, or its upstream.

    Attributes:
        protocol: ``oidc``, ``broker``; the job kind is ``<protocol>.sign_out``.
        client: who must be told: client id, or slug of the upstream provider.
        sid: session id that the receiver knows (OIDC Back-Channel Logout 1.0 §2.1).
    """

    session: SessionId
    protocol: str
    client: str
    sid: str


class Delivery(StrEnum):
    """Whether a participant was told.

    ``shown``: its address was laid into the sign-out page; whether the browser let it act
    nobody can tell (OIDC Front-Channel Logout §4.1).
    """

    PENDING = "pending"
    DELIVERED = "delivered"
    SHOWN = "shown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Telling:
    """How it went to tell one participant.

    Attributes:
        attempts: calls that brought nothing.
        reason: code of the last one's failure; None: none failed.
        changed_at: when the state was last settled or an attempt failed.
    """

    attempts: int = 0
    reason: str | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut:
    """The end of a session, and who of its participants has been told.

    Attributes:
        deliveries: the state of each participant.
        tellings: how it came to that; a fresh one for nobody.
    """

    id: SignOutId
    session: SessionId
    reason: str
    started_at: datetime
    participants: tuple[Participant, ...] = ()
    deliveries: Mapping[Participant, Delivery] = field(default_factory=dict)
    tellings: Mapping[Participant, Telling] = field(default_factory=dict)

    def with_state(self, state: Delivery) -> tuple[Participant, ...]:
        """Return the participants in one state of delivery."""
        return tuple(p for p in self.participants if self.deliveries[p] is state)

    @property
    def settled(self) -> bool:
        """Whether nobody is pending any more."""
        return not self.with_state(Delivery.PENDING)
