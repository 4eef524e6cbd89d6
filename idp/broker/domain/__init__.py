"""Upstream providers as values: the record, the attempt under way, what came of it."""

from idp.broker.domain.attempts import (
    ATTEMPT_LIFETIME,
    Attempt,
    Farewell,
    KeptKeys,
)
from idp.broker.domain.providers import (
    SLUG_FORM,
    Provider,
    ProviderKind,
    Registration,
    Slug,
    Words,
    claimed_level,
)
from idp.broker.domain.reading import NOT_SAID, Reading
from idp.broker.domain.registrations import RETRY, Registered, renewed_at
from idp.broker.domain.upstream import (
    Credentials,
    Pushing,
    Redemption,
    Shown,
    TokenAnswer,
    TrustedProvider,
    UpstreamIdentity,
    UpstreamMetadata,
    capped_assurance,
)

__all__ = [
    "ATTEMPT_LIFETIME",
    "NOT_SAID",
    "RETRY",
    "SLUG_FORM",
    "Attempt",
    "Credentials",
    "Farewell",
    "KeptKeys",
    "Provider",
    "ProviderKind",
    "Pushing",
    "Reading",
    "Redemption",
    "Registered",
    "Registration",
    "Shown",
    "Slug",
    "TokenAnswer",
    "TrustedProvider",
    "UpstreamIdentity",
    "UpstreamMetadata",
    "Words",
    "capped_assurance",
    "claimed_level",
    "renewed_at",
]
