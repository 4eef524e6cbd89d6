"""Sign-outs on the wire of the API."""

from dataclasses import dataclass
from datetime import datetime

from idp.session.domain import Participant, SignOut, Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldReply:
    """How it went with one participant.

    Attributes:
        client: client identifier, or slug of the platform upstream.
        state: ``pending``, ``delivered``, ``shown`` or ``failed``.
        attempts: calls that brought nothing.
        reason: code of the last failure.
    """

    protocol: str
    client: str
    state: str
    attempts: int
    reason: str | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutReply:
    """One sign-out, without whose it was."""

    id: str
    session: str
    reason: str
    started_at: datetime
    participants: tuple[ToldReply, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutPage:
    """Some sign-outs, and where the next ones begin."""

    sign_outs: tuple[SignOutReply, ...]
    next: str | None


def sign_out_reply(sign_out: SignOut) -> SignOutReply:
    """Lay a sign-out out."""
    return SignOutReply(
        id=str(sign_out.id),
        session=str(sign_out.session),
        reason=sign_out.reason,
        started_at=sign_out.started_at,
        participants=tuple(_told(sign_out, one) for one in sign_out.participants),
    )


def _told(sign_out: SignOut, participant: Participant) -> ToldReply:
    telling = sign_out.tellings.get(participant, Telling())
    return ToldReply(
        protocol=participant.protocol,
        client=participant.client,
        state=sign_out.deliveries[participant].value,
        attempts=telling.attempts,
        reason=telling.reason,
        changed_at=telling.changed_at,
    )
