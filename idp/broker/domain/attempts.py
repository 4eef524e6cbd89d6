"""What is under way upstream: sign-ins, sign-outs, keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from idp.broker.domain.providers import Slug
from idp.session.domain import SignOutId
from kernel.assurance import Level
from kernel.ids import ClientId, EntityId, InteractionId
from kernel.secret import Digest, Secret

ATTEMPT_LIFETIME: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One sign-in under way upstream: what its answer must fit.

    Attributes:
        state: SHA-256 of what was sent; the value itself is only in the browser.
        browser: SHA-256 of the cookie of the browser that began it.
        client_id: our name there when we asked; its tokens must be for it.
        nonce: sent in clear, comes back in the ID token.
        verifier: of PKCE (RFC 7636 §4.1), sealed at rest.
        used_at: when its one answer came.
    """

    state: Digest
    provider: Slug
    issuer: EntityId
    client_id: ClientId
    interaction: InteractionId
    browser: Digest
    nonce: str
    verifier: Secret
    asked: Level
    max_age: timedelta | None
    started_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptKeys:
    """The last good JWK Set of an upstream that publishes it by address.

    Attributes:
        jwks: as it was fetched; None before the first success.
        tried_at: when fetching was last tried, so that nobody makes us fetch all the time.
    """

    entity: EntityId
    uri: str
    jwks: Mapping[str, object] | None
    tried_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Farewell:
    """A browser that was sent to its upstream to sign out there too.

    Attributes:
        state: SHA-256 of what was sent.
        then: local address to go on at when it comes back.
    """

    state: Digest
    provider: Slug
    sign_out: SignOutId
    then: str
    expires_at: datetime
    used_at: datetime | None = None
