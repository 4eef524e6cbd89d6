"""Reading claims as the forms they must have."""

from collections.abc import Mapping
from typing import TypeGuard

from kernel.proof.statement.errors import StatementClaimMalformed, StatementClaimMissing

Claims = Mapping[str, object]


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


def an_object(claims: Claims, name: str) -> Claims:
    """Return a claim that must be an object."""
    if name not in claims:
        raise StatementClaimMissing(name)
    value = claims[name]
    if not is_object(value):
        raise StatementClaimMalformed(name)
    return value


def is_object(value: object) -> TypeGuard[Claims]:
    """Tell whether a value is a JSON object."""
    # What was read is a dict: that is seen at once, the abstract type much later.
    return isinstance(value, (dict, Mapping))
