"""The life of an application."""

from enum import StrEnum
from typing import Final

from kernel.lifecycle import Lifecycle, Transition


class ClientState(StrEnum):
    """Where an application stands: on trial, in use, stopped for a time, or for good."""

    SANDBOX = "sandbox"
    LIVE = "live"
    SUSPENDED = "suspended"
    RETIRED = "retired"


class ClientAction(StrEnum):
    """What an operator does to an application's state."""

    APPROVE = "approve"
    DISABLE = "disable"
    ENABLE = "enable"
    RETIRE = "retire"


# Coming back is coming back on trial: going live again needs its own approval.
LIFECYCLE: Final[Lifecycle[ClientState, ClientAction]] = Lifecycle(
    tuple(
        Transition(source=source, action=action, target=target)
        for source, action, target in (
            (ClientState.SANDBOX, ClientAction.APPROVE, ClientState.LIVE),
            (ClientState.SANDBOX, ClientAction.DISABLE, ClientState.SUSPENDED),
            (ClientState.LIVE, ClientAction.DISABLE, ClientState.SUSPENDED),
            (ClientState.SUSPENDED, ClientAction.ENABLE, ClientState.SANDBOX),
            (ClientState.SANDBOX, ClientAction.RETIRE, ClientState.RETIRED),
            (ClientState.LIVE, ClientAction.RETIRE, ClientState.RETIRED),
            (ClientState.SUSPENDED, ClientAction.RETIRE, ClientState.RETIRED),
        )
    )
)
