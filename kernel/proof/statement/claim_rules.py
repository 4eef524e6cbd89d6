"""Rules about the claims of entity statements, one function per clause.

Times are no matter of form: ask ``is_current`` with the present instant.
"""

from typing import Final, Protocol

from kernel.proof.statement.errors import (
    StatementClaimForbidden,
    StatementClaimMalformed,
    StatementClaimMissing,
    StatementCriticalUnknown,
)
from kernel.proof.statement.forms import Claims, an_object, is_object, named, text
from kernel.proof.statement.mark_rules import (
    mark_issuers_are_listed,
    mark_owners_have_keys,
    marks_are_of_their_type,
    trust_marks_are_typed,
)
from kernel.proof.statement.operators import OPERATORS

_ONLY_IN_CONFIGURATION: Final = (
    "authority_hints",
    "trust_anchor_hints",
    "trust_marks",
    "trust_mark_issuers",
    "trust_mark_owners",
)
_ONLY_IN_SUBORDINATE: Final = (
    "constraints",
    "metadata_policy",
    "metadata_policy_crit",
    "source_endpoint",
)
_STANDARD: Final = frozenset(
    (
        *("iss", "sub", "iat", "exp", "jwks", "metadata", "crit", "aud", "trust_anchor"),
        *_ONLY_IN_CONFIGURATION,
        *_ONLY_IN_SUBORDINATE,
    )
)
_UNDERSTOOD: Final = frozenset({"trusthub_ceiling", "trusthub_region"})
"""Extensions of ours that every reader of this house takes into account."""
_NOT_IN_FEDERATION_ENTITY: Final = ("jwks", "jwks_uri", "signed_jwks_uri")


class ClaimRule(Protocol):
    """One rule of OpenID Federation 1.0 §3 about a statement's claims."""

    def __call__(self, claims: Claims) -> None:
        """Return if it is kept, else raise a ``StatementRefused``."""
        ...


def names_issuer_and_subject(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.1: ``iss`` and ``sub`` are there and are text."""
    for name in ("iss", "sub"):
        text(claims, name)


def says_when(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.1: ``iat`` and ``exp`` are there and are numbers."""
    for name in ("iat", "exp"):
        if name not in claims:
            raise StatementClaimMissing(name)
        if isinstance(claims[name], bool) or not isinstance(claims[name], (int, float)):
            raise StatementClaimMalformed(name)


def holds_named_keys(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.1: ``jwks`` holds the subject's keys, each with a kid."""
    keys = an_object(claims, "jwks").get("keys")
    if not isinstance(keys, list) or not keys:
        raise StatementClaimMalformed(detail="jwks")
    for key in keys:
        if not is_object(key) or not key.get("kid"):
            raise StatementClaimMalformed(detail="jwks")


def metadata_hold_no_null(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.1: parameters of ``metadata`` are never null."""
    if "metadata" not in claims:
        return
    for kind, held in an_object(claims, "metadata").items():
        if not is_object(held) or None in held.values():
            raise StatementClaimMalformed(kind)


def federation_entity_points_at_no_keys(claims: Claims) -> None:
    """OpenID Federation 1.0 §5.1.1: its keys stand in ``jwks`` of the statement only."""
    metadata = claims.get("metadata")
    held = metadata.get("federation_entity") if is_object(metadata) else None
    if not is_object(held):
        return
    for name in _NOT_IN_FEDERATION_ENTITY:
        if name in held:
            raise StatementClaimForbidden(name)


def critical_claims_are_understood(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.1: ``crit`` names extensions, all of them understood.

    It is never empty, names no standard claim, and only claims that are there.
    """
    if "crit" not in claims:
        return
    for name in named(claims, "crit"):
        if name in _STANDARD:
            raise StatementClaimMalformed(detail="crit")
        if name not in _UNDERSTOOD or name not in claims:
            raise StatementCriticalUnknown(name[:64])


def names_no_trust_anchor(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.2: ``trust_anchor`` is for registration responses only."""
    _has_none(claims, ("trust_anchor",))


def has_metadata(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.2: a configuration has ``metadata`` for what it plays."""
    an_object(claims, "metadata")


def has_no_subordinate_claims(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.3: what a superior says, nobody says of itself."""
    _has_none(claims, _ONLY_IN_SUBORDINATE)


def has_no_configuration_claims(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.2: what an entity says of itself, no superior says."""
    _has_none(claims, _ONLY_IN_CONFIGURATION)


def hints_are_not_empty(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.2: hints name superiors or are left out, never ``[]``."""
    for name in ("authority_hints", "trust_anchor_hints"):
        if name in claims:
            named(claims, name)


def source_is_a_url(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.2: ``source_endpoint`` is a URL."""
    if "source_endpoint" in claims:
        endpoint = text(claims, "source_endpoint")
        if not endpoint.startswith(("https://", "http://")) or "#" in endpoint:
            raise StatementClaimMalformed(detail="source_endpoint")


def policy_is_an_object(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.3: ``metadata_policy`` and ``constraints`` are objects."""
    for name in ("metadata_policy", "constraints"):
        if name in claims:
            an_object(claims, name)


def critical_operators_are_extensions(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.3: never empty, and names none of the seven."""
    if "metadata_policy_crit" not in claims:
        return
    if not OPERATORS.keys().isdisjoint(named(claims, "metadata_policy_crit")):
        raise StatementClaimMalformed(detail="metadata_policy_crit")


COMMON_RULES: Final[tuple[ClaimRule, ...]] = (
    names_issuer_and_subject,
    says_when,
    holds_named_keys,
    metadata_hold_no_null,
    federation_entity_points_at_no_keys,
    critical_claims_are_understood,
    names_no_trust_anchor,
)
CONFIGURATION_RULES: Final[tuple[ClaimRule, ...]] = (
    *COMMON_RULES,
    has_metadata,
    has_no_subordinate_claims,
    hints_are_not_empty,
    trust_marks_are_typed,
    marks_are_of_their_type,
    mark_issuers_are_listed,
    mark_owners_have_keys,
)
SUBORDINATE_RULES: Final[tuple[ClaimRule, ...]] = (
    *COMMON_RULES,
    has_no_configuration_claims,
    policy_is_an_object,
    critical_operators_are_extensions,
    source_is_a_url,
)


def claims_are_well_formed(claims: Claims) -> None:
    """Apply every rule of this kind of statement: of itself if ``iss`` equals ``sub``."""
    by_itself = claims.get("iss") == claims.get("sub")
    for rule in CONFIGURATION_RULES if by_itself else SUBORDINATE_RULES:
        rule(claims)


def _has_none(claims: Claims, names: tuple[str, ...]) -> None:
    for name in names:
        if name in claims:
            raise StatementClaimForbidden(name)
