"""Names to addresses, within a deadline."""

import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from kernel.infra.outbound.addresses import Address
from kernel.infra.outbound.deadline import Deadline
from kernel.infra.outbound.failures import OutboundTimeout, OutboundUnreachable


class Resolver(Protocol):
    """Asks which addresses a name has now.

    Every call asks again; what a call returns is what that call is checked by and
    connects to, so an answer that changes between check and use changes nothing.
    """

    def addresses(self, host: str, deadline: Deadline) -> tuple[Address, ...]:
        """Return the addresses of ``host``, best first, at least one.

        Raises:
            OutboundUnreachable: the name has none.
            OutboundTimeout: no answer by the deadline.
        """
        ...


@dataclass(frozen=True, slots=True)
class SystemResolver:
    """The host's own resolver. It knows no deadline, so it is asked from the side."""

    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(8, thread_name_prefix="resolve")
    )

    def addresses(self, host: str, deadline: Deadline) -> tuple[Address, ...]:
        """Return what getaddrinfo says."""
        asked = self._threads.submit(_ask, host)
        try:
            return asked.result(deadline.left_s())
        except TimeoutError:
            asked.cancel()
            raise OutboundTimeout("the name was not resolved in time") from None
        except (OSError, UnicodeError):
            raise OutboundUnreachable("no such name") from None


def _ask(host: str) -> tuple[Address, ...]:
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    # A link-local answer carries its zone after a percent sign; the check refuses it.
    texts = dict.fromkeys(str(answer[4][0]).partition("%")[0] for answer in answers)
    return tuple(ipaddress.ip_address(text) for text in texts)
