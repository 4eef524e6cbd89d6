"""How a call out ends when it does not end well.

``OutboundRefused`` is our own no: nothing left the house. Everything under
``OutboundFailed`` is the other side's doing, and trying again may help.
"""

from kernel.errors import Refused, Unavailable


class OutboundRefused(Refused):
    """The address, port, header or redirect is not one we call."""

    code = "outbound_refused"


class OutboundFailed(Unavailable):
    """The call went out and brought no answer we can use.

    Attributes:
        status: what an answer said whose body was of no use; None: none began to come.
    """

    code = "outbound_failed"
    status: int | None = None


class OutboundBusy(OutboundFailed):
    """Too many calls wait for this host already."""

    code = "outbound_busy"


class OutboundTimeout(OutboundFailed):
    """The whole call took longer than it may."""

    code = "outbound_timeout"


class OutboundTooLarge(OutboundFailed):
    """The answer is larger, packed or unpacked, than the caller takes."""

    code = "outbound_too_large"


class OutboundUnreachable(OutboundFailed):
    """No such name, no connection, or a connection that broke."""

    code = "outbound_unreachable"


class OutboundUntrusted(OutboundFailed):
    """The host could not prove by TLS that it is the one we asked for."""

    code = "outbound_untrusted"


class OutboundGarbled(OutboundFailed):
    """The answer is not HTTP, or not packed as it says."""

    code = "outbound_garbled"
