"""Sign-outs on the wire of the API."""

from collections.abc import Callable
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
        has_back_channel: whether a call could tell it; else only a browser can, or the
            person by hand.
    """

    protocol: str
    client: str
    state: str
    attempts: int
    reason: str | None
    has_back_channel: bool
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


def sign_out_reply(
    sign_out: SignOut, can_be_called: Callable[[Participant], bool]
) -> SignOutReply:
    """Lay a sign-out out; ``can_be_called`` knows who has a back channel now."""
    return SignOutReply(
        id=str(sign_out.id),
        session=str(sign_out.session),
        reason=sign_out.reason,
        started_at=sign_out.started_at,
        participants=tuple(
            _told(sign_out, one, has_back_channel=can_be_called(one))
            for one in sign_out.participants
        ),
    )


def _told(
    sign_out: SignOut, participant: Participant, *, has_back_channel: bool
) -> ToldReply:
    telling = sign_out.tellings.get(participant, Telling())
    return ToldReply(
        protocol=participant.protocol,
        client=participant.client,
        state=sign_out.deliveries[participant].value,
        attempts=telling.attempts,
        reason=telling.reason,
        has_back_channel=has_back_channel,
        changed_at=telling.changed_at,
    )
