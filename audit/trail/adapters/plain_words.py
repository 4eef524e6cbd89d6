"""What types and codes say of themselves in the code: nothing is added, nothing hidden."""

from audit.trail.domain import Why, Words
from kernel.events import type_registry


class PlainWords:
    """The `Explaining` of a program that was handed no better words."""

    def event(self, kind: str) -> Words:
        """Return the first sentence of the type's own description."""
        known = type_registry.get(kind)
        said = kind if known is None else (known.__doc__ or kind).partition("\n")[0]
        return Words(said, said)

    def reason(self, code: str) -> Why:
        """Return the code as it is."""
        return Why(code, Words(code, code))
