"""The session: somebody signed in at one browser, and on what it rests."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.session.errors import OtherPersonsSession
from kernel.assurance import Assurance
from kernel.ids import AuthenticatorId, EntityId, OrganisationId, PersonId, SessionId
from kernel.secret import Secret
from kernel.standing import RowStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """The session at another platform that ours rests on.

    Attributes:
        provider: slug of the broker's provider record.
        sid: its session id (OIDC Back-Channel Logout 1.0 §2.1), if it named one.
        id_token: to be sent back as ``id_token_hint`` at sign-out.
    """

    provider: str
    issuer: EntityId
    subject: str
    sid: str | None = None
    id_token: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody signed in at one browser.

    Attributes:
        amr: RFC 8176 values of how.
        authenticated_at: when the person last proved who they are.
        expires_at: the absolute end.
        idle_at: when it ends if nothing happens before.
        providers: every entity of the upstream's chain, from subject to anchor; empty for
            our own sign-in. Any of them losing its standing ends the session.
        authenticators: our own means used for it.
        browser: what the browser called itself, for the person's list of devices.
    """

    id: SessionId
    person: PersonId
    assurance: Assurance
    amr: tuple[str, ...]
    started_at: datetime
    authenticated_at: datetime
    expires_at: datetime
    idle_at: datetime
    providers: tuple[EntityId, ...] = ()
    upstream: Upstream | None = None
    acting_for: OrganisationId | None = None
    authenticators: tuple[AuthenticatorId, ...] = ()
    browser: str = ""
    ended_at: datetime | None = None
    end_reason: str | None = None

    def is_live(self, now: datetime) -> bool:
        """Tell whether it has not ended by word, by idling or by age."""
        return self.ended_at is None and now < min(self.expires_at, self.idle_at)

    def row_standing(self, now: datetime) -> RowStanding:
        """Return its standing for `kernel.standing.Standing.require`."""
        return RowStanding("session", str(self.id), not self.is_live(now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """How long things of this room live."""

    interaction: timedelta = timedelta(minutes=15)
    session_idle: timedelta = timedelta(minutes=30)
    session_absolute: timedelta = timedelta(hours=8)


def same_person(session: Session, person: PersonId) -> None:
    """Require that who authenticates now is whose session it is.

    Raises:
        OtherPersonsSession: it is somebody else.
    """
    if session.person != person:
        raise OtherPersonsSession(str(session.id))


def fresh_enough(session: Session, max_age: timedelta | None, now: datetime) -> bool:
    """OIDC Core §3.1.2.1 max_age: tell whether the last authentication is young enough."""
    return max_age is None or now - session.authenticated_at <= max_age
