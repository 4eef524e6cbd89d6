"""What is recorded about authorization requests and the codes they lead to."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event
from kernel.ids import GrantId, SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationStarted(Event):
    """A relying party asked for somebody to be signed in; ``lacks`` says what for."""

    TYPE: ClassVar[str] = "oidc.authorization_started"

    lacks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRefused(Event):
    """An authorization request was refused, on a page or by a redirect with an error."""

    TYPE: ClassVar[str] = "oidc.authorization_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPushed(Event):
    """A relying party pushed a request; it waits for the person's browser."""

    TYPE: ClassVar[str] = "oidc.request_pushed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeIssued(Event):
    """A code was issued: what it grants, at which level."""

    TYPE: ClassVar[str] = "oidc.code_issued"

    grant: GrantId
    session: SessionId
    scope: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRedeemed(Event):
    """A code was exchanged for tokens, for the first and only time."""

    TYPE: ClassVar[str] = "oidc.code_redeemed"

    grant: GrantId


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReplayed(Event):
    """A code came a second time; everything that descends from it was revoked."""

    TYPE: ClassVar[str] = "oidc.code_replayed"

    grant: GrantId


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRedeemed(Event):
    """A ticket of the provincial sequence was exchanged for a token, once."""

    TYPE: ClassVar[str] = "oidc.ticket_redeemed"

    grant: GrantId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutAsked(Event):
    """Somebody, or a relying party on their behalf, asked to sign out."""

    TYPE: ClassVar[str] = "oidc.sign_out_asked"

    confirmed: bool
