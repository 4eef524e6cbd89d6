"""What is recorded about authorization, tokens and signing out."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event, Stream
from kernel.ids import ClientId, GrantId, SessionId


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
class MemberRegistered(Event):
    """A member of the federation registered itself, by the chain along ``path``."""

    TYPE: ClassVar[str] = "oidc.member_registered"

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRefused(Event):
    """Somebody who wanted to register as a member was turned away."""

    TYPE: ClassVar[str] = "oidc.registration_refused"


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
class TicketRedeemed(Event):
    """A ticket of the provincial sequence was exchanged for a token, once."""

    TYPE: ClassVar[str] = "oidc.ticket_redeemed"

    grant: GrantId


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReplayed(Event):
    """A code came a second time; everything that descends from it was revoked."""

    TYPE: ClassVar[str] = "oidc.code_replayed"

    grant: GrantId


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensRefreshed(Event):
    """A refresh token was exchanged for the next one."""

    TYPE: ClassVar[str] = "oidc.tokens_refreshed"

    grant: GrantId


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshTokenReused(Event):
    """A rotated refresh token came again; its whole family was revoked."""

    TYPE: ClassVar[str] = "oidc.refresh_token_reused"

    grant: GrantId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientTokenIssued(Event):
    """A client got a token of its own, or for the one person it is bound to."""

    TYPE: ClassVar[str] = "oidc.client_token_issued"

    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequestRefused(Event):
    """The token endpoint gave nothing; ``reason`` is the error's code."""

    TYPE: ClassVar[str] = "oidc.token_request_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAsked(Event):
    """A device without a browser asked for somebody to sign in elsewhere."""

    TYPE: ClassVar[str] = "oidc.device_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRefused(Event):
    """A device was given no codes."""

    TYPE: ClassVar[str] = "oidc.device_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAllowed(Event):
    """Somebody allowed the request of a device; it may fetch its tokens once."""

    TYPE: ClassVar[str] = "oidc.device_allowed"

    grant: GrantId
    session: SessionId
    scope: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTurnedDown(Event):
    """Somebody turned the request of a device down, or could not sign in well enough."""

    TYPE: ClassVar[str] = "oidc.device_turned_down"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCodesGuessed(Event):
    """So many wrong user codes came from one address that it is heard no more for now."""

    TYPE: ClassVar[str] = "oidc.user_codes_guessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExchanged(Event):
    """A client got a token of a person for somebody else, derived from ``parent``.

    ``kind`` is ``delegation`` or ``impersonation``; ``targets`` are clients or resources.
    """

    TYPE: ClassVar[str] = "oidc.token_exchanged"

    grant: GrantId
    parent: GrantId | None
    scope: str
    targets: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionRedeemed(Event):
    """A provider vouched for somebody, and a client got a token for them, once."""

    TYPE: ClassVar[str] = "oidc.assertion_redeemed"

    grant: GrantId
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantsEnded(Event):
    """Somebody lost their standing, and what was granted before ended for good.

    ``kind`` is which sort of party it was.
    """

    TYPE: ClassVar[str] = "oidc.grants_ended"

    kind: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntrospectionRefused(Event):
    """Somebody who may not ask asked about a token."""

    TYPE: ClassVar[str] = "oidc.introspection_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Event):
    """A client gave a token back; with a refresh token its ``grant`` has ended.

    ``kind`` is ``access_token`` or ``refresh_token``.
    """

    TYPE: ClassVar[str] = "oidc.token_revoked"

    kind: str
    grant: GrantId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationRefused(Event):
    """A client could not give back what it showed: not its own, or not authenticated."""

    TYPE: ClassVar[str] = "oidc.revocation_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsReleased(Event):
    """Claims of a person were released, by name, from ``where``."""

    TYPE: ClassVar[str] = "oidc.claims_released"

    grant: GrantId
    claims: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserInfoRefused(Event):
    """The userinfo endpoint released nothing."""

    TYPE: ClassVar[str] = "oidc.userinfo_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutAsked(Event):
    """Somebody, or a relying party on their behalf, asked to sign out."""

    TYPE: ClassVar[str] = "oidc.sign_out_asked"

    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientEnteredItself(Event):
    """A client registered itself; ``origin`` says what let it in."""

    TYPE: ClassVar[str] = "oidc.client_entered_itself"

    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecordChanged(Event):
    """A client read, replaced or ended its own record; ``action`` says which."""

    TYPE: ClassVar[str] = "oidc.own_record_changed"

    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecordRefused(Event):
    """Somebody who came to register a client, or to change its record, was turned away."""

    TYPE: ClassVar[str] = "oidc.own_record_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationTicketIssued(Event):
    """An operator let somebody register ``count`` clients."""

    TYPE: ClassVar[str] = "oidc.registration_ticket_issued"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationTicketEnded(Event):
    """An operator took a ticket back before its end."""

    TYPE: ClassVar[str] = "oidc.registration_ticket_ended"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferIssued(Event):
    """A relying party got a ticket to hand its visitor over to ``target``."""

    TYPE: ClassVar[str] = "oidc.transfer_issued"

    transfer: str
    grant: GrantId
    session: SessionId
    target: ClientId
    hops: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferArrived(Event):
    """A browser came with a ticket, which is used up; ``kind`` says whether it matched."""

    TYPE: ClassVar[str] = "oidc.transfer_arrived"

    transfer: str
    session: SessionId
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferMatched(Event):
    """The person picked the number of the other browser, or said no."""

    TYPE: ClassVar[str] = "oidc.transfer_matched"

    transfer: str
    session: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRedeemed(Event):
    """A grant was derived from another by a ticket: one hop."""

    TYPE: ClassVar[str] = "oidc.transfer_redeemed"

    transfer: str
    grant: GrantId
    parent: GrantId
    session: SessionId
    hops: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReplayed(Event):
    """A ticket came a second time; everything that came of it was revoked."""

    TYPE: ClassVar[str] = "oidc.transfer_replayed"

    transfer: str
