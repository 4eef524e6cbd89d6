"""What is recorded about grants, and the tokens that come of them."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event
from kernel.ids import GrantId


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
class TokenExchanged(Event):
    """A client got a token of a person for somebody else, derived from ``parent``.

    ``kind`` is ``delegation`` or ``impersonation``; ``targets`` are clients or resources;
    ``sender`` is ``vouched_for`` where the client answers for the holder of a bound token.
    """

    TYPE: ClassVar[str] = "oidc.token_exchanged"

    grant: GrantId
    parent: GrantId | None
    scope: str
    targets: tuple[str, ...]
    kind: str
    sender: str | None = None


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
