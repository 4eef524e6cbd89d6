"""The ``claims`` parameter as values (OIDC Core §5.5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from kernel.assurance import Level


@dataclass(frozen=True, slots=True)
class ClaimWish:
    """How one claim is asked for (OIDC Core §5.5.1).

    Attributes:
        is_essential: the task hangs on it; no error where it is not there all the same.
        values: it is wanted if it is one of these JSON values; empty: whatever it is.
    """

    is_essential: bool = False
    values: tuple[object, ...] = ()

    def fits(self, value: object) -> bool:
        """Tell whether a claim with this value is what was asked for."""
        return not self.values or value in self.values


Wishes = Mapping[str, ClaimWish]
NOTHING: Final[Wishes] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsRequest:
    """What the ``claims`` parameter asks for.

    Attributes:
        id_token, userinfo: names asked for in each place, and how.
        essential_levels: the levels one of which ``acr`` must have; empty: no such demand.
        is_level_essential: there is such a demand, be its values known or not.
        wished_levels: levels that are only wished for, the dearest first.
        subjects: only these may be answered for; None: whoever it is.
    """

    id_token: Wishes = field(default_factory=lambda: NOTHING)
    userinfo: Wishes = field(default_factory=lambda: NOTHING)
    essential_levels: frozenset[Level] = frozenset()
    is_level_essential: bool = False
    wished_levels: tuple[Level, ...] = ()
    subjects: frozenset[str] | None = None

    @property
    def names(self) -> frozenset[str]:
        """Every claim that is asked for by name."""
        return frozenset(self.id_token.keys() | self.userinfo.keys())

    @property
    def has_values(self) -> bool:
        """Whether some claim is wanted with certain values only."""
        wishes = (*self.id_token.values(), *self.userinfo.values())
        return any(wish.values for wish in wishes)
