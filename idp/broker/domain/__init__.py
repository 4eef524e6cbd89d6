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
from idp.broker.domain.upstream import (
    Credentials,
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
    "SLUG_FORM",
    "Attempt",
    "Credentials",
    "Farewell",
    "KeptKeys",
    "Provider",
    "ProviderKind",
    "Redemption",
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
]
