"""Rules about the claims of entity statements, one function per clause.

Times are no matter of form: ask ``is_current`` with the present instant.
"""

from collections.abc import Mapping
from typing import Final, Protocol

from kernel.proof.statement.errors import (
    StatementClaimForbidden,
    StatementClaimMalformed,
    StatementClaimMissing,
    StatementCriticalUnknown,
)
from kernel.proof.statement.operators import OPERATORS

Claims = Mapping[str, object]

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
    keys = _object(claims, "jwks").get("keys")
    if not isinstance(keys, list) or not keys:
        raise StatementClaimMalformed(detail="jwks")
    for key in keys:
        if not isinstance(key, Mapping) or not key.get("kid"):
            raise StatementClaimMalformed(detail="jwks")


def metadata_hold_no_null(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.1: parameters of ``metadata`` are never null."""
    if "metadata" not in claims:
        return
    for kind, held in _object(claims, "metadata").items():
        if not isinstance(held, Mapping) or None in held.values():
            raise StatementClaimMalformed(kind)


def federation_entity_points_at_no_keys(claims: Claims) -> None:
    """OpenID Federation 1.0 §5.1.1: its keys stand in ``jwks`` of the statement only."""
    metadata = claims.get("metadata")
    held = metadata.get("federation_entity") if isinstance(metadata, Mapping) else None
    for name in _NOT_IN_FEDERATION_ENTITY:
        if isinstance(held, Mapping) and name in held:
            raise StatementClaimForbidden(name)


def critical_claims_are_understood(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.1: ``crit`` names extensions, all of them understood.

    It is never empty, names no standard claim, and we know no extension.
    """
    if "crit" not in claims:
        return
    for name in named(claims, "crit"):
        if name in _STANDARD:
            raise StatementClaimMalformed(detail="crit")
        raise StatementCriticalUnknown(name[:64])


def has_metadata(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.2: a configuration has ``metadata`` for what it plays."""
    _object(claims, "metadata")


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


def trust_marks_are_typed(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.2: each mark is given with its type."""
    marks = claims.get("trust_marks", [])
    if not isinstance(marks, list):
        raise StatementClaimMalformed(detail="trust_marks")
    for mark in marks:
        if not isinstance(mark, Mapping):
            raise StatementClaimMalformed(detail="trust_marks")
        text(mark, "trust_mark_type")
        text(mark, "trust_mark")


def policy_is_an_object(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.3: ``metadata_policy`` and ``constraints`` are objects."""
    for name in ("metadata_policy", "constraints"):
        if name in claims:
            _object(claims, name)


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
)
CONFIGURATION_RULES: Final[tuple[ClaimRule, ...]] = (
    *COMMON_RULES,
    has_metadata,
    has_no_subordinate_claims,
    hints_are_not_empty,
    trust_marks_are_typed,
)
SUBORDINATE_RULES: Final[tuple[ClaimRule, ...]] = (
    *COMMON_RULES,
    has_no_configuration_claims,
    policy_is_an_object,
    critical_operators_are_extensions,
)


def claims_are_well_formed(claims: Claims) -> None:
    """Apply every rule of this kind of statement: of itself if ``iss`` equals ``sub``."""
    by_itself = claims.get("iss") == claims.get("sub")
    for rule in CONFIGURATION_RULES if by_itself else SUBORDINATE_RULES:
        rule(claims)


def text(claims: Claims, name: str) -> str:
    """Return a claim that must be non-empty text."""
    if name not in claims:
        raise StatementClaimMissing(name)
    value = claims[name]
    if not isinstance(value, str) or not value:
        raise StatementClaimMalformed(name)
    return value


def named(claims: Claims, name: str) -> tuple[str, ...]:
    """Return a claim that must be a non-empty array of non-empty texts."""
    value = claims[name]
    if not isinstance(value, list) or not value:
        raise StatementClaimMalformed(name)
    if not all(isinstance(item, str) and item for item in value):
        raise StatementClaimMalformed(name)
    return tuple(value)


def _object(claims: Claims, name: str) -> Mapping[str, object]:
    if name not in claims:
        raise StatementClaimMissing(name)
    value = claims[name]
    if not isinstance(value, Mapping):
        raise StatementClaimMalformed(name)
    return value


def _has_none(claims: Claims, names: tuple[str, ...]) -> None:
    for name in names:
        if name in claims:
            raise StatementClaimForbidden(name)
