"""The interaction: who asks for whom, and how it ended."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from idp.clients.domain import ClaimAsked
from idp.session.errors import InteractionExpired, InteractionFinished
from kernel.assurance import Level
from kernel.ids import ClientId, InteractionId, OrganisationId, Reference, SessionId
from kernel.secret import Digest, Secret


class InteractionKind(StrEnum):
    """How the person is reached."""

    BROWSER = "browser"
    BACKCHANNEL = "backchannel"
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the relying party believes to know; never trusted, only convenient.

    ``service`` is what the person is doing there (办理〈事项〉), in words of the relying
    party's registration; pages say it as the reason. ``large_type``: the person reads in
    large type there (长辈版).
    """

    province: str | None = None
    login: str | None = None
    ui_locales: str | None = None
    service: str | None = None
    large_type: bool = False


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
        is_offline: the relying party would go on while the person is away, and only if
            they agree (OIDC Core §11).
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
    is_offline: bool = False
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
