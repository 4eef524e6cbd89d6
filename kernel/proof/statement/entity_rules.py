"""Rules about statements as values: whose, when, by which key, and where they are."""

from datetime import datetime, timedelta
from typing import Final

from kernel.proof.jose import Expired, IssuedInFuture, UnknownKey
from kernel.proof.statement.entity import UnverifiedStatement, VerifiedStatement
from kernel.proof.statement.errors import StatementNotOfIssuer

WELL_KNOWN_PATH: Final = "/.well-known/openid-federation"
DEFAULT_SKEW: Final = timedelta(seconds=60)


def signed_by_itself(statement: VerifiedStatement) -> None:
    """OpenID Federation 1.0 §4: the key that signed a configuration is among its own.

    The signature was checked with a key that its superior vouches for; if the subject
    gives that name to the same key, its own keys have signed it as well.

    Raises:
        UnknownKey: it is not, or is another key under that name.
    """
    own = statement.keys.find(str(statement.claims.header["kid"]))
    alg = statement.claims.header["alg"]
    if own.thumbprint != statement.signed_by or alg not in own.algorithms:
        raise UnknownKey(detail="the subject names another key so")


def is_current(
    statement: VerifiedStatement, now: datetime, skew: timedelta = DEFAULT_SKEW
) -> None:
    """OpenID Federation 1.0 §10.2: issued in the past, expiring in the future.

    Raises:
        IssuedInFuture, Expired: it is not.
    """
    if now + skew < statement.issued_at:
        raise IssuedInFuture
    if now >= statement.expires_at + skew:
        raise Expired


def issued_about(
    statement: VerifiedStatement | UnverifiedStatement, issuer: str, subject: str
) -> None:
    """OpenID Federation 1.0 §10.2: both parties are those asked for, by code point.

    Raises:
        StatementNotOfIssuer: one is another.
    """
    if (statement.issuer, statement.subject) != (issuer, subject):
        raise StatementNotOfIssuer


def configuration_url(entity_id: str) -> str:
    """Return where an entity publishes its configuration (OpenID Federation 1.0 §9)."""
    return entity_id.rstrip("/") + WELL_KNOWN_PATH
