"""Load from kept connections: one thread, one request in flight on each connection.

It must cost far less than what it loads, so it is a loop over sockets and knows no more
of HTTP than where an answer ends.
"""

import re
import selectors
import socket
import time
from typing import Final

CLIENTS: Final = 64
_OK: Final = b"HTTP/1.1 200"
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_PATIENCE_S: Final = 10.0


class AnswerRefused(RuntimeError):
    """The server did not answer 200, or not in time: its figures would mean nothing."""


class _Line:
    """One kept connection and what has arrived of its present answer."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = request
        self._arrived = b""

    def ask(self) -> None:
        self._arrived = b""
        self.socket.sendall(self._request)

    def take(self) -> bool:
        """Read what there is; tell whether the answer is whole."""
        self._arrived += self.socket.recv(65_536)
        head, end, body = self._arrived.partition(b"\r\n\r\n")
        if not head.startswith(_OK):
            raise AnswerRefused(repr(self._arrived[:300]))
        announced = _LENGTH.search(head + b"\r\n")
        return bool(end) and announced is not None and len(body) >= int(announced[1])


def request_of(path: str, body: bytes, media_type: str) -> bytes:
    """Return one POST as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


def load(port: int, request: bytes, seconds: float, clients: int = CLIENTS) -> int:
    """Ask on ``clients`` connections for so long; return how often it was answered.

    Raises:
        AnswerRefused: an answer was not 200, or none came.
    """
    with selectors.DefaultSelector() as watched:
        lines = [_Line(port, request) for _ in range(clients)]
        for line in lines:
            watched.register(line.socket, selectors.EVENT_READ, line)
            line.ask()
        try:
            return _until_over(watched, time.monotonic() + seconds)
        finally:
            for line in lines:
                line.socket.close()


def _until_over(watched: selectors.BaseSelector, over: float) -> int:
    """Ask again for every answer until the time is over, then wait for the last ones."""
    answered, open_lines = 0, len(watched.get_map())
    while open_lines:
        ready = watched.select(_PATIENCE_S)
        if not ready:
            raise AnswerRefused("no answer in time")
        for key, _ in ready:
            if not key.data.take():
                continue
            answered += 1
            if time.monotonic() < over:
                key.data.ask()
            else:
                open_lines -= 1
    return answered
