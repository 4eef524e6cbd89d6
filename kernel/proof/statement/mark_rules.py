"""Rules about what a configuration says of trust marks, one function per clause."""

from typing import Final, cast

from kernel.proof.jose import JoseRefused, decode_object, from_base64url
from kernel.proof.statement.errors import StatementClaimMalformed
from kernel.proof.statement.forms import Claims, an_object, is_object, text

_SEGMENTS: Final = 3


def trust_marks_are_typed(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.1.2: each mark is given with its type."""
    marks = claims.get("trust_marks", [])
    if not isinstance(marks, list):
        raise StatementClaimMalformed(detail="trust_marks")
    for mark in marks:
        if not is_object(mark):
            raise StatementClaimMalformed(detail="trust_marks")
        text(mark, "trust_mark_type")
        text(mark, "trust_mark")


def marks_are_of_their_type(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.2: the type beside a mark is the type inside it.

    Whether the mark counts is another question (§7.3): its signature is not looked at.
    """
    for mark in cast("list[Claims]", claims.get("trust_marks", ())):
        inside = _payload(text(mark, "trust_mark"))
        if inside.get("trust_mark_type") != mark["trust_mark_type"]:
            raise StatementClaimMalformed(detail="trust_marks")


def mark_issuers_are_listed(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.2: ``trust_mark_issuers`` maps types to arrays of ids."""
    if "trust_mark_issuers" not in claims:
        return
    for issuers in an_object(claims, "trust_mark_issuers").values():
        if not isinstance(issuers, list) or not all(isinstance(i, str) for i in issuers):
            raise StatementClaimMalformed(detail="trust_mark_issuers")


def mark_owners_have_keys(claims: Claims) -> None:
    """OpenID Federation 1.0 §3.2: ``trust_mark_owners`` maps types to ``{sub, jwks}``."""
    if "trust_mark_owners" not in claims:
        return
    for owner in an_object(claims, "trust_mark_owners").values():
        if not is_object(owner) or not is_object(owner.get("jwks")):
            raise StatementClaimMalformed(detail="trust_mark_owners")
        text(owner, "sub")


def _payload(token: str) -> Claims:
    """Return what a mark says, whoever signed it."""
    parts = token.split(".")
    if len(parts) != _SEGMENTS:
        raise StatementClaimMalformed(detail="trust_marks")
    try:
        return decode_object(from_base64url(parts[1]))
    except JoseRefused as cause:
        raise StatementClaimMalformed(detail="trust_marks") from cause
