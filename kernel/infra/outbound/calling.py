"""One call over one pinned line: connect, ask, read, keep or close."""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from typing import Final

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ReadTimeoutError,
)
from urllib3.response import HTTPResponse

from kernel.infra.outbound.body import read_body
from kernel.infra.outbound.connections import Connections, Line, Pin
from kernel.infra.outbound.deadline import Deadline
from kernel.infra.outbound.exchange import OutboundReply, OutboundRequest
from kernel.infra.outbound.failures import (
    OutboundFailed,
    OutboundGarbled,
    OutboundTimeout,
    OutboundUnreachable,
    OutboundUntrusted,
)
from kernel.infra.outbound.target import Target

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SAFE: Final = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked of whom, until when, and how much may come back."""

    target: Target
    request: OutboundRequest
    deadline: Deadline
    limit_bytes: int

    def headers(self) -> dict[str, str]:
        """The caller's headers, and those that are ours to write."""
        accept = {"Accept": self.request.accept} if self.request.accept else {}
        return {
            "User-Agent": "trusthub",
            **accept,
            **self.request.headers,
            "Host": self.target.authority,
            "Accept-Encoding": "gzip",
        }


@dataclass(frozen=True, slots=True)
class Caller:
    """Makes calls over kept or new lines."""

    connections: Connections

    def make(self, call: Call, pins: Sequence[Pin]) -> OutboundReply:
        """Make one call to the first of ``pins`` that can be reached.

        RFC 9110 §9.2.2: only a safe method is asked again, once, when a kept line
        turns out to have been closed meanwhile.
        """
        kept = self.connections.kept(pins)
        if kept is None:
            return self._ask(self._opened(call, pins), call)
        try:
            return self._ask(kept, call)
        except OutboundUnreachable:
            if call.request.method not in _SAFE:
                raise
        return self._ask(self._opened(call, pins), call)

    def _opened(self, call: Call, pins: Sequence[Pin]) -> Line:
        """Open a line to the first address that answers; the last one's failure counts.

        A silent address leaves half of the time that is left to the next one.
        """
        for pin in pins[:-1]:
            try:
                return self._open(pin, Deadline.after(call.deadline.left_s() / 2))
            except (OutboundUnreachable, OutboundTimeout):
                continue
        return self._open(pins[-1], call.deadline)

    def _open(self, pin: Pin, deadline: Deadline) -> Line:
        with _told_plainly():
            return self.connections.open(pin, deadline)

    def _ask(self, line: Line, call: Call) -> OutboundReply:
        try:
            with _told_plainly():
                reply = _exchange(line, call)
        except BaseException:
            line.connection.close()
            raise
        self.connections.keep(line)
        return reply


def _exchange(line: Line, call: Call) -> OutboundReply:
    line.set_deadline(call.deadline)
    request = call.request
    line.connection.request(
        request.method,
        call.target.path,
        request.body,
        call.headers(),
        preload_content=False,
        decode_content=False,
    )
    line.connection.timeout = call.deadline.left_s()
    response = line.connection.getresponse()
    return _reply(call, response, _body(call, response))


def _body(call: Call, response: HTTPResponse) -> bytes:
    """Read the body; a failure over it tells the status, which may be all that counts."""
    try:
        with _told_plainly():
            return read_body(response, call.limit_bytes)
    except OutboundFailed as failure:
        failure.status = response.status
        raise


def _reply(call: Call, response: HTTPResponse, body: bytes) -> OutboundReply:
    headers = tuple(response.headers.iteritems())
    return OutboundReply(
        status=response.status, headers=headers, body=body, url=call.target.url
    )


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Say what went wrong in our words; theirs may quote what was sent."""
    try:
        yield
    except NewConnectionError:  # to urllib3 a kind of timeout, and none to us
        raise OutboundUnreachable("nobody listens") from None
    except (TimeoutError, ConnectTimeoutError, ReadTimeoutError):
        raise OutboundTimeout("no answer in time") from None
    except ssl.SSLCertVerificationError as cause:
        raise OutboundUntrusted(cause.verify_message) from None
    except (OSError, HTTPError):
        raise OutboundUnreachable("no connection, or one that broke") from None
    except HTTPException:
        raise OutboundGarbled("the answer is not HTTP") from None


def leads_on(request: OutboundRequest, reply: OutboundReply) -> str | None:
    """RFC 9110 §15.4: tell where a reply to a safe method sends us, if anywhere."""
    if request.method not in _SAFE or reply.status not in _REDIRECTS:
        return None
    return reply.header("location")
