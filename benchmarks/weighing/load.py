"""Load from kept connections: one thread, one request in flight on each connection.

It must cost far less than what it loads, so it is a loop over sockets and knows no more
of HTTP than where an answer ends.
"""

import re
import selectors
import socket
import time
from collections.abc import Mapping
from typing import Final

from benchmarks.weighing.talking import Spoken, Talk, Talks

CLIENTS: Final = 64
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
PATIENCE_S: Final = 10.0


class AnswerRefused(RuntimeError):
    """The server did not answer as it must, or not in time: figures would mean nothing."""


class Line:
    """One kept connection and what has arrived of its present answer."""

    def __init__(self, port: int, talk: Talk) -> None:
        """Connect."""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._talk, self._turn = talk, next(talk)
        self._arrived = b""

    def ask(self) -> None:
        """Send the request whose turn it is."""
        self._arrived = b""
        self.socket.sendall(self._turn.request)

    def take(self) -> bool | None:
        """Read what there is.

        Returns:
            None while the answer is not whole; then whether it ends a unit.
        """
        self._arrived += self.socket.recv(65_536)
        head, end, body = self._arrived.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 %d" % self._turn.expects):
            raise AnswerRefused(repr(self._arrived[:600]))
        announced = _LENGTH.search(head + b"\r\n")
        if not (end and announced is not None and len(body) >= int(announced[1])):
            return None
        ended = self._turn.ends
        self._turn = self._talk.send(Spoken(head, body))
        return ended


def request_of(path: str, body: bytes, media_type: str) -> bytes:
    """Return one POST as it goes over the wire."""
    return post(path, body, {"Content-Type": media_type})


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Return one POST as it goes over the wire, with these headers."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


def get(path: str, headers: Mapping[str, str]) -> bytes:
    """Return one GET as it goes over the wire."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode("ascii")


def load(port: int, talks: Talks, seconds: float, clients: int = CLIENTS) -> int:
    """Ask on ``clients`` connections for so long; return how many units were done.

    Raises:
        AnswerRefused: an answer was not what it must be, or none came.
    """
    with selectors.DefaultSelector() as watched:
        lines = [Line(port, talks(number)) for number in range(clients)]
        for line in lines:
            watched.register(line.socket, selectors.EVENT_READ, line)
            line.ask()
        try:
            return _until_over(watched, time.monotonic() + seconds)
        finally:
            for line in lines:
                line.socket.close()


def _until_over(watched: selectors.BaseSelector, over: float) -> int:
    """Ask again for every answer until the time is over, then end the units begun."""
    done, open_lines = 0, len(watched.get_map())
    while open_lines:
        ready = watched.select(PATIENCE_S)
        if not ready:
            raise AnswerRefused("no answer in time")
        for key, _ in ready:
            ended = key.data.take()
            if ended is None:
                continue
            done += ended
            if not ended or time.monotonic() < over:
                key.data.ask()
            else:
                open_lines -= 1
    return done
