"""What the record of a refusal says of the rule behind it."""

from idp.oidc.domain.parameters import parameter_of
from kernel.errors import DomainError
from kernel.events import Fault
from kernel.faults import fault_of


def fault_in(refusal: DomainError) -> Fault | None:
    """Return the rule that refused, and the parameter or the party it is about."""
    return fault_of(refusal, parameter_of(refusal))
