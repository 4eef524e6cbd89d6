"""What the record of a refusal says: whose request it was, and the rule behind it."""

from idp.clients.domain import Client
from idp.oidc.domain.parameters import parameter_of
from idp.oidc.errors import ClientMayNotAct, RecipientUnknown
from kernel.errors import DomainError
from kernel.events import Fault
from kernel.faults import fault_of
from kernel.ids import ClientId


def fault_in(refusal: DomainError) -> Fault | None:
    """Return the rule that refused, and the parameter or the party it is about."""
    return fault_of(refusal, parameter_of(refusal))


def refused_client(refusal: DomainError, asked: Client | None) -> ClientId | None:
    """Return whose request was refused, where it is known; not by its bare name.

    Args:
        refusal: what was raised.
        asked: the client, if all that it has to prove of itself was believed before that:
            of one that is public that is nothing.
    """
    if asked is not None:
        return asked.id
    if isinstance(refusal, ClientMayNotAct | RecipientUnknown):
        return refusal.client
    return None
