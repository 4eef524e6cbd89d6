"""One deadline for a whole call: every wait takes only what is left of it."""

import io
import socket
import time
from dataclasses import dataclass
from functools import partial
from http.client import HTTPResponse
from typing import Self, cast

from kernel.infra.outbound.failures import OutboundTimeout


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant of the monotonic clock, in seconds."""

    until_s: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        """Set the deadline ``seconds`` from now."""
        return cls(time.monotonic() + seconds)

    def left_s(self) -> float:
        """Return the seconds that are left, always more than none.

        Raises:
            OutboundTimeout: there are none left.
        """
        left = self.until_s - time.monotonic()
        if left <= 0:
            raise OutboundTimeout("the call took too long")
        return left


class TimedStream(io.RawIOBase):
    """A socket's bytes; a peer that drips them does not get more time for it."""

    def __init__(
        self, sock: socket.socket, stream: io.RawIOBase, deadline: Deadline
    ) -> None:
        """Read ``stream``, the raw side of ``sock``, until ``deadline``."""
        self._sock = sock
        self._stream = stream
        self._deadline = deadline

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int | None:  # type: ignore[override]  # typeshed's Buffer has no runtime name before 3.12
        """Read some bytes within what is left of the deadline."""
        self._sock.settimeout(self._deadline.left_s())
        return self._stream.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket too."""
        self._stream.close()
        super().close()


class TimedResponse(HTTPResponse):
    """A response of the standard library that reads under a deadline."""

    def __init__(self, deadline: Deadline, sock: socket.socket, method: str | None) -> None:
        """Put the timed stream between the parser and the socket."""
        super().__init__(sock, method=method)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(TimedStream(sock, raw, deadline))


def timed_response(deadline: Deadline) -> type[HTTPResponse]:
    """Return what a connection calls, with socket and method, to make its response."""
    return cast("type[HTTPResponse]", partial(TimedResponse, deadline))
