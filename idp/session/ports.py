"""What the room needs: its records. All take part in the surrounding unit of work."""

from datetime import datetime
from typing import Protocol

from idp.session.domain import (
    Delivery,
    Interaction,
    InteractionOutcome,
    Participant,
    Session,
    SignOut,
    SignOutId,
)
from kernel.ids import EntityId, InteractionId, OrganisationId, PersonId, SessionId
from kernel.secret import Digest
from kernel.web import Page, PageAsked


class InteractionStore(Protocol):
    """Interactions by id.

    ``finish`` is linearizable: of any number of concurrent calls for one interaction one
    returns and the rest raise `InteractionFinished`.
    """

    def add(self, interaction: Interaction) -> None:
        """Keep a fresh one."""
        ...

    def find(self, interaction: InteractionId) -> Interaction:
        """Return one, finished and expired ones too, or raise `InteractionUnknown`."""
        ...

    def finish(
        self, interaction: InteractionId, outcome: InteractionOutcome, at: datetime
    ) -> None:
        """Give it its outcome, or raise `InteractionFinished`."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those that expired before ``instant``; return how many."""
        ...


class SessionStore(Protocol):
    """Sessions by id and by the digest of their cookie; the cookie itself is never kept."""

    def add(self, session: Session, cookie: Digest) -> None:
        """Keep a fresh one."""
        ...

    def find(self, session: SessionId) -> Session:
        """Return one, ended ones too, or raise `SessionUnknown`."""
        ...

    def has_ended(self, session: SessionId) -> bool:
        """Tell whether it was ended, or is not there."""
        ...

    def by_cookie(self, cookie: Digest) -> Session | None:
        """Return the session of a cookie, ended ones too."""
        ...

    def replace(self, session: Session, cookie: Digest) -> bool:
        """Put a strengthened session in place of the old row, and a new cookie.

        False if it has ended meanwhile; the old cookie opens nothing any more.
        """
        ...

    def touch(self, session: SessionId, idle_at: datetime) -> None:
        """Move the idle end."""
        ...

    def end(self, session: SessionId, at: datetime, reason: str) -> bool:
        """End it; True for exactly one of any number of concurrent calls."""
        ...

    def live_of(self, person: PersonId, now: datetime) -> tuple[Session, ...]:
        """Return somebody's live sessions, newest first."""
        ...

    def live_for(self, organisation: OrganisationId, now: datetime) -> tuple[Session, ...]:
        """Return the live sessions in which somebody acts for an organisation."""
        ...

    def live_through(self, entity: EntityId, now: datetime) -> tuple[Session, ...]:
        """Return the live sessions whose chain passes through an entity."""
        ...

    def by_upstream(
        self, issuer: EntityId, subject: str | None, sid: str | None, now: datetime
    ) -> tuple[Session, ...]:
        """Return the live sessions resting on an upstream's subject, session, or both."""
        ...

    def add_participant(self, participant: Participant) -> None:
        """Note that a relying party took part; once per (session, protocol, client)."""
        ...

    def participants(self, session: SessionId) -> tuple[Participant, ...]:
        """Return who took part, in the order they came."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete sessions whose absolute end was before ``instant``, with participants."""
        ...


class SignOutStore(Protocol):
    """Sign-outs and the state of each delivery; identifiers are in the order of time."""

    def add(self, sign_out: SignOut) -> None:
        """Keep a fresh one, everybody pending."""
        ...

    def find(self, sign_out: SignOutId) -> SignOut:
        """Return one, or raise `SignOutUnknown`."""
        ...

    def settle(
        self,
        sign_out: SignOutId,
        participant: Participant,
        state: Delivery,
        *,
        at: datetime,
        reason: str | None,
    ) -> bool:
        """Put a participant's delivery on record; False: that is no step from its state.

        Pending becomes anything, once. What failed may still be delivered or shown, or be
        pending again; what was delivered or shown stays so.
        """
        ...

    def tried(
        self, sign_out: SignOutId, participant: Participant, reason: str, at: datetime
    ) -> None:
        """Count an attempt that brought nothing."""
        ...

    def page(self, asked: PageAsked, state: Delivery | None) -> Page[SignOut]:
        """Return sign-outs, newest first; with ``state`` those where somebody is in it."""
        ...

    def undelivered_of(self, person: PersonId, limit: int) -> tuple[SignOut, ...]:
        """Return somebody's sign-outs, newest first, that did not reach everybody."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete the oldest that began before ``instant``, a batch; return how many."""
        ...


class FollowedNumber(Protocol):
    """The last standing number that this room has acted on."""

    def read(self) -> int:
        """Return it; 0 before the first."""
        ...

    def advance(self, number: int) -> None:
        """Put a later one on record."""
        ...
