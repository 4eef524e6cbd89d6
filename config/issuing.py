"""Words of the section about what we issue: algorithms, who registers, whom we believe."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from config.words import URL, Rule


class ExtraAlgorithm(StrEnum):
    """By which algorithms tokens can be signed besides ES256 (RFC 7518 §3.1)."""

    RS256 = "RS256"
    PS256 = "PS256"
    EDDSA = "EdDSA"


class RegistrationDoor(StrEnum):
    """Who may register clients at /oauth2/register (RFC 7591 §1.2)."""

    OPEN = "open"
    TOKEN = "token"  # noqa: S105  a kind of door, no secret
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementIssuer:
    """Whose software statements count in a registration (RFC 7591 §2.3)."""

    issuer: Annotated[str, Rule(says="Its name, `iss` of the statements.", form=URL)]
    jwks_file: Annotated[Path, Rule(says="Its public keys, a JWK Set (RFC 7517 §5).")]
