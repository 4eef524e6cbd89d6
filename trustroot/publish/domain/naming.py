"""Which names may stand below a platform (OpenID Federation 1.0 §6.2.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.ids import EntityId


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Host names below one platform; a name with a leading dot stands for all under it."""

    permitted: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def claim(self) -> dict[str, object]:
        """Return the constraint, without what says nothing."""
        said = {"permitted": [*self.permitted], "excluded": [*self.excluded]}
        return {name: hosts for name, hosts in said.items() if hosts}


NamingRules = Mapping[EntityId, Naming]
