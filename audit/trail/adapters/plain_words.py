"""What types and codes say of themselves in the code: nothing is added, nothing hidden."""

from audit.trail.domain import FailedStep, Why, Words
from kernel.events import Fault, type_registry


class PlainWords:
    """The `Explaining` of a program that was handed no better words."""

    def event(self, kind: str) -> Words:
        """Return the first sentence of the type's own description."""
        known = type_registry.get(kind)
        said = kind if known is None else (known.__doc__ or kind).partition("\n")[0]
        return Words(said, said)

    def reason(self, code: str, fault: Fault | None) -> Why:
        """Return the code as it is, and the rule by its name."""
        if fault is None:
            return Why(code, Words(code, code))
        step = FailedStep("", 0, 0, fault.rule, "")
        return Why(code, Words(code, code), (step,), fault.about or "", is_certain=True)
