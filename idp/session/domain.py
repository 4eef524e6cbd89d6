"""The values that carry a journey: interaction, session, sign-out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from idp.clients.domain import ClaimAsked
from idp.session.errors import InteractionExpired, InteractionFinished, OtherPersonsSession
from kernel.assurance import Assurance, Level
from kernel.ids import (
    AuthenticatorId,
    ClientId,
    EntityId,
    InteractionId,
    OrganisationId,
    PersonId,
    Reference,
    SessionId,
)
from kernel.secret import Digest, Secret
from kernel.standing import RowStanding

SignOutId = NewType("SignOutId", UUID)

BROWSER_COOKIE: Final = "browser"
"""Purpose of the cookie that stands for one browser; `kernel.infra.pages` sets it too."""
SESSION_COOKIE: Final = "session"
"""Purpose of the session cookie."""


def cookie_name(instance: str, purpose: str, *, secure: bool) -> str:
    """Return the name of a cookie of this installation, as `PagesSettings` builds it.

    Installations share a host name in the demo, and ports do not separate cookies
    (RFC 6265 §8.5). Source: RFC 6265bis §4.1.3.2 for ``__Host-``.
    """
    name = f"trusthub-{instance}-{purpose}"
    return f"__Host-{name}" if secure else name


def session_cookie_name(instance: str, *, secure: bool) -> str:
    """Return the name of the session cookie."""
    return cookie_name(instance, SESSION_COOKIE, secure=secure)


def browser_cookie_name(instance: str, *, secure: bool) -> str:
    """Return the name of the browser cookie."""
    return cookie_name(instance, BROWSER_COOKIE, secure=secure)


# ------------------------------------------------------------------------- interaction


class InteractionKind(StrEnum):
    """How the person is reached."""

    BROWSER = "browser"
    BACKCHANNEL = "backchannel"
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the relying party believes to know; never trusted, only convenient.

    ``service`` is what the person is doing there (办理〈事项〉), in words of the relying
    party's registration; pages say it as the reason.
    """

    province: str | None = None
    login: str | None = None
    ui_locales: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The interaction ended with somebody signed in and everything asked agreed to."""

    session: SessionId


@dataclass(frozen=True, slots=True)
class Denied:
    """The interaction ended without; ``error`` is an OAuth error code (access_denied…)."""

    error: str


InteractionOutcome = SignedIn | Denied


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """Who asks, at which level, for which claims, where to go on, and how it ended.

    Attributes:
        relying_party: None for our own pages, such as ``/account``.
        essential: a lower level than asked is a failure, not a smaller answer.
        prompt: values of OIDC Core §3.1.2.1 that were asked.
        resume: local path with query that its starter goes on at.
        browser: SHA-256 of the browser cookie it belongs to; None for the other kinds.
    """

    id: InteractionId
    relying_party: ClientId | None
    asked: Level
    resume: str
    expires_at: datetime
    kind: InteractionKind = InteractionKind.BROWSER
    acting_for: OrganisationId | None = None
    essential: bool = False
    prompt: frozenset[str] = frozenset()
    max_age: timedelta | None = None
    hints: Hints = field(default_factory=Hints)
    claims: tuple[ClaimAsked, ...] = ()
    reference: Reference | None = None
    browser: Digest | None = None
    started_at: datetime | None = None
    outcome: InteractionOutcome | None = None


def is_open(interaction: Interaction, now: datetime) -> None:
    """Require that the interaction has no outcome yet and time left.

    Raises:
        InteractionFinished, InteractionExpired: as they say.
    """
    if interaction.outcome is not None:
        raise InteractionFinished(str(interaction.id))
    if now >= interaction.expires_at:
        raise InteractionExpired(str(interaction.id))


def belongs_to(interaction: Interaction, browser: Secret | None) -> bool:
    """Tell whether the interaction was begun by the browser with this cookie."""
    if interaction.browser is None:
        return False
    return browser is not None and browser.matches(interaction.browser)


# ----------------------------------------------------------------------------- session


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


# ---------------------------------------------------------------------------- sign-out


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
    """Whether a participant was told."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut:
    """The end of a session, and who of its participants has been told."""

    id: SignOutId
    session: SessionId
    reason: str
    started_at: datetime
    participants: tuple[Participant, ...] = ()
    deliveries: Mapping[Participant, Delivery] = field(default_factory=dict)

    def with_state(self, state: Delivery) -> tuple[Participant, ...]:
        """Return the participants in one state of delivery."""
        return tuple(p for p in self.participants if self.deliveries[p] is state)

    @property
    def settled(self) -> bool:
        """Whether nobody is pending any more."""
        return not self.with_state(Delivery.PENDING)
