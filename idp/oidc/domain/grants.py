"""Grants and what descends from them: code, refresh tokens, tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kernel.assurance import Level
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

    ``pushed`` is the name under which it was pushed before, if it was.
    """

    interaction: InteractionId
    client: ClientId
    parameters: Mapping[str, str]
    started_at: datetime
    pushed: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one person granted one client once; code and tokens all descend from it.

    Attributes:
        subject: the pairwise ``sub``.
        scopes: what was granted; the access token may carry less, never more.
        id_token_claims, userinfo_claims: names that may be released in each place.
        level: the ``acr`` told; never grows.
        providers: the upstream's chain; any of them losing standing ends the grant.
        is_offline: it outlives the session (OIDC Core §11).
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
    amr: tuple[str, ...]
    authenticated_at: datetime
    providers: tuple[EntityId, ...]
    acting_for: OrganisationId | None
    is_offline: bool
    issued_at: datetime
    code_expires_at: datetime
    redeemed_at: datetime | None = None
    ended_at: datetime | None = None

    def parties(self) -> tuple[Party | RowStanding, ...]:
        """Return everybody whose standing it hangs on, itself included."""
        members = (Party(PartyKind.MEMBER, entity) for entity in self.providers)
        return (
            RowStanding("grant", str(self.id), self.ended_at is not None),
            Party(PartyKind.RELYING_PARTY, self.client),
            Party(PartyKind.PERSON, str(self.person)),
            *members,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """One link of a family; used up by the next one."""

    digest: Digest
    grant: GrantId
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """A successful token response (RFC 6749 §5.1)."""

    access_token: str
    expires_in_s: int
    scope: str
    id_token: str | None = None
    refresh_token: Secret | None = None
