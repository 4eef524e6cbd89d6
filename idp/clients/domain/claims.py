"""Claims about people: which there are, by which scope, on which ground."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

CLAIM_NAMES: Final = frozenset(
    {"name", "identity_level", "person_kind", "id_number", "organisations"}
)
"""What may be released of a person (OIDC Core §5.1; all but ``name`` are ours)."""

OFFLINE: Final = "offline_access"
"""The scope that goes on while the person is away (OIDC Core §11)."""

SCOPE_CLAIMS: Final[Mapping[str, frozenset[str]]] = {
    "openid": frozenset(),
    "profile": frozenset({"name", "identity_level", "person_kind"}),
    "identity_document": frozenset({"id_number"}),
    "organisations": frozenset({"organisations"}),
    OFFLINE: frozenset(),
}
"""Scopes about people, and the claims each asks for (OIDC Core §5.4)."""


class Basis(StrEnum):
    """On which ground a claim is released: the person agrees, or a statute says so."""

    CONSENT = "consent"
    STATUTORY = "statutory"


@dataclass(frozen=True, slots=True)
class ClaimAsked:
    """One claim a relying party asks for, and the ground on which it may have it.

    Attributes:
        ground: the provision that says so, where the basis is a statute.
    """

    name: str
    basis: Basis = Basis.CONSENT
    ground: str = ""
