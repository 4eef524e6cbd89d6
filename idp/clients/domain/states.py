"""The life of an application."""

from enum import StrEnum
from typing import Final

from kernel.lifecycle import Lifecycle, Persons, Transition


class ClientState(StrEnum):
    """Where an application stands.

    A draft and who is retired may do nothing. In the sandbox, submitted and approved it is
    on trial: test people only. Live it serves everybody; suspended, nobody for a time.
    """

    DRAFT = "draft"
    SANDBOX = "sandbox"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    LIVE = "live"
    SUSPENDED = "suspended"
    RETIRED = "retired"


ON_TRIAL: Final = frozenset(
    {ClientState.SANDBOX, ClientState.SUBMITTED, ClientState.APPROVED}
)
"""States in which an application is for test people."""


class ClientAction(StrEnum):
    """What is done to an application."""

    OPEN = "open"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    ACTIVATE = "activate"
    CHANGE = "change"
    DISABLE = "disable"
    ENABLE = "enable"
    REINSTATE = "reinstate"
    RETIRE = "retire"


_ONE, _TWO = Persons.ONE, Persons.TWO

# fmt: off
_ROWS: Final = (
    (ClientState.DRAFT,     ClientAction.OPEN,      ClientState.SANDBOX,   _ONE),
    (ClientState.DRAFT,     ClientAction.RETIRE,    ClientState.RETIRED,   _ONE),
    (ClientState.SANDBOX,   ClientAction.SUBMIT,    ClientState.SUBMITTED, _ONE),
    (ClientState.SANDBOX,   ClientAction.DISABLE,   ClientState.SUSPENDED, _ONE),
    (ClientState.SANDBOX,   ClientAction.RETIRE,    ClientState.RETIRED,   _ONE),
    (ClientState.SUBMITTED, ClientAction.RETURN,    ClientState.SANDBOX,   _ONE),
    (ClientState.SUBMITTED, ClientAction.APPROVE,   ClientState.APPROVED,  _TWO),
    (ClientState.SUBMITTED, ClientAction.DISABLE,   ClientState.SUSPENDED, _ONE),
    (ClientState.SUBMITTED, ClientAction.RETIRE,    ClientState.RETIRED,   _ONE),
    (ClientState.APPROVED,  ClientAction.RETURN,    ClientState.SANDBOX,   _ONE),
    (ClientState.APPROVED,  ClientAction.ACTIVATE,  ClientState.LIVE,      _ONE),
    (ClientState.APPROVED,  ClientAction.DISABLE,   ClientState.SUSPENDED, _ONE),
    (ClientState.APPROVED,  ClientAction.RETIRE,    ClientState.RETIRED,   _ONE),
    (ClientState.LIVE,      ClientAction.CHANGE,    ClientState.LIVE,      _TWO),
    (ClientState.LIVE,      ClientAction.DISABLE,   ClientState.SUSPENDED, _ONE),
    (ClientState.LIVE,      ClientAction.RETIRE,    ClientState.RETIRED,   _ONE),
    # Coming back is coming back on trial, unless a second person agrees that it goes on.
    (ClientState.SUSPENDED, ClientAction.ENABLE,    ClientState.SANDBOX,   _ONE),
    (ClientState.SUSPENDED, ClientAction.REINSTATE, ClientState.LIVE,      _TWO),
    (ClientState.SUSPENDED, ClientAction.RETIRE,    ClientState.RETIRED,   _ONE),
)
# fmt: on

LIFECYCLE: Final[Lifecycle[ClientState, ClientAction]] = Lifecycle(
    tuple(
        Transition(source=source, action=action, target=target, persons=persons)
        for source, action, target, persons in _ROWS
    )
)
"""From which state what leads where, and by how many persons."""
