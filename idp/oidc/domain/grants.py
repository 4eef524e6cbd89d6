"""Grants and what descends from them: code, refresh tokens, tokens."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from idp.oidc.domain.senders import UNPROVEN, Sender
from idp.oidc.domain.transfers import TransferId
from kernel.assurance import Level
from kernel.events import JsonValue
from kernel.ids import (
    ClientId,
    EntityId,
    GrantId,
    InteractionId,
    OrganisationId,
    PersonId,
    SessionId,
)
from kernel.secret import Digest, Secret
from kernel.standing import Party, PartyKind, RowStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An authorization request that waits for its interaction; kept as it was sent.

    ``pushed`` is the name under which it was pushed before, if it was; ``transfer`` the
    transfer whose ticket came with it, in place of a sign-in.
    """

    interaction: InteractionId
    client: ClientId
    parameters: Mapping[str, str]
    started_at: datetime
    pushed: Digest | None = None
    transfer: TransferId | None = None


LONGEST_LINE: Final = 8
"""How many grants may be derived one from another; more hops explain nothing."""


NO_SESSION: Final = SessionId(UUID(int=0))
"""Of grants that nobody signed in here for: a provider vouched for them."""


class GrantKind(StrEnum):
    """How a grant came about; a further way is a row here."""

    CODE = "code"
    DEVICE = "device"
    EXCHANGE = "exchange"
    TRANSFER = "transfer"
    ASSERTION = "assertion"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one person granted one client once; code and tokens all descend from it.

    Attributes:
        subject: the pairwise ``sub``.
        scopes: what was granted; the access token may carry less, never more.
        id_token_claims, userinfo_claims: names that may be released in each place.
        level: the ``acr`` told; never grows.
        identity: the identity level told, proven in the session; never grows, and never
            below ``level``.
        providers: the upstream's chain; any of them losing standing ends the grant.
        is_offline: it outlives the session (OIDC Core §11).
        kind: how it came about.
        resources: where its access tokens may count besides userinfo (RFC 8707 §2).
        dpop_jkt: the key that its code is bound to (RFC 9449 §10); None: to none.
        parent: the grant it was derived from by exchange or transfer; it ends with it.
        act: who acts for the person, the newest outermost (RFC 8693 §4.1).
        actor: the person who acts, or to whom the client that acts is bound.
        redeemed_at: when the code was used; None: not yet.
        ended_at: when all of it was revoked; None: it stands.
    """

    id: GrantId
    client: ClientId
    person: PersonId
    session: SessionId
    subject: str
    sid: str
    scopes: frozenset[str]
    id_token_claims: frozenset[str]
    userinfo_claims: frozenset[str]
    redirect_uri: str
    challenge: str
    nonce: str | None
    level: Level
    identity: Level
    amr: tuple[str, ...]
    authenticated_at: datetime
    providers: tuple[EntityId, ...]
    acting_for: OrganisationId | None
    is_offline: bool
    issued_at: datetime
    code_expires_at: datetime
    redeemed_at: datetime | None = None
    ended_at: datetime | None = None
    kind: GrantKind = GrantKind.CODE
    resources: tuple[str, ...] = ()
    dpop_jkt: str | None = None
    parent: GrantId | None = None
    act: Mapping[str, JsonValue] | None = None
    actor: PersonId | None = None

    def parties(self) -> tuple[Party | RowStanding, ...]:
        """Return everybody whose standing it hangs on, itself included."""
        members = (Party(PartyKind.MEMBER, entity) for entity in self.providers)
        acting = () if self.acting_for is None else (str(self.acting_for),)
        return (
            RowStanding("grant", str(self.id), self.ended_at is not None),
            Party(PartyKind.RELYING_PARTY, self.client),
            Party(PartyKind.PERSON, str(self.person)),
            *(Party(PartyKind.ORGANISATION, name) for name in acting),
            *members,
            *self._who_acts(),
        )

    def _who_acts(self) -> Iterator[Party]:
        """RFC 8693 §1.1: return those who act for the person, of the last exchange."""
        if self.act is not None:
            yield Party(PartyKind.RELYING_PARTY, str(self.act["client_id"]))
        if self.actor is not None:
            yield Party(PartyKind.PERSON, str(self.actor))


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """One link of a family; used up by the next one.

    ``sender`` is who alone may use it: a public client's proven key (RFC 9449 §5,
    RFC 8705 §4); unproven: whoever authenticates as the client.
    """

    digest: Digest
    grant: GrantId
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    sender: Sender = UNPROVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """A successful token response (RFC 6749 §5.1).

    ``issued_token_type`` is told of an exchange only (RFC 8693 §2.2.1).
    """

    access_token: str
    expires_in_s: int
    scope: str
    id_token: str | None = None
    refresh_token: Secret | None = None
    token_type: str = "Bearer"  # noqa: S105  a scheme
    issued_token_type: str | None = None
