"""A small HTTP server on loopback: one route table, one thread a request."""

import secrets
import signal
import ssl
import threading
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Final
from urllib.parse import unquote, urlsplit

from kernel.errors import DomainError
from kernel.ids import Reference
from kernel.web import BodyTooLarge, ErrorTable, ProblemTable, Reply, Request, Router

_HOST: Final = "127.0.0.1"
_SILENCE_S: Final = 10


class LoopbackServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1 only; ``port`` 0 takes a free one."""

    daemon_threads = True

    def __init__(self, port: int, router: Router) -> None:
        """Bind; `serve` answers."""
        super().__init__((_HOST, port), _Handler)
        self.router = router
        self.scheme = "http"

    def speak_tls(self, certificate: Path, key: Path | None) -> None:
        """Serve by https from now on: a PEM chain and its key.

        The handshake is made by the thread of each request, so that a silent caller holds
        up nobody else.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )
        self.scheme = "https"

    @property
    def port(self) -> int:
        """The port that was taken."""
        return int(self.server_address[1])

    def heed_signals(self) -> None:
        """Let SIGTERM and SIGINT stop it; before anybody is told that it runs."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stopping(self.shutdown))

    def serve_until_stopped(self) -> None:
        """Answer until it is told to stop, then close."""
        self.serve_forever(poll_interval=0.2)
        self.server_close()


def _stopping(stop: Callable[[], None]) -> Callable[[int, FrameType | None], None]:
    """Stop from another thread: `shutdown` waits for the loop that it interrupts."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=stop, daemon=True).start()

    return on_signal


class _Handler(BaseHTTPRequestHandler):
    server: LoopbackServer
    protocol_version = "HTTP/1.1"
    timeout = _SILENCE_S
    server_version = "trusthub-peer"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
        """Write no log: query and form may hold what is nobody's business."""

    def _answer(self) -> None:
        errors: ErrorTable = ProblemTable()
        address = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=unquote(address.path),
            query=address.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            peer=self.client_address[0],
            reference=Reference(secrets.token_hex(6)),
        )
        try:
            match = self.server.router.find(request.method, request.path)
            errors = match.route.errors
            body = self._body(match.route.body_limit_bytes)
            asked = replace(request, body=body, parameters=match.parameters)
            reply = match.route.endpoint(asked)
        except DomainError as error:
            reply = errors.reply(error, request)
        self._send(reply)

    def _body(self, limit: int) -> bytes:
        stated = self.headers.get("Content-Length", "0")
        length = int(stated) if stated.isascii() and stated.isdigit() else limit + 1
        if length > limit or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            raise BodyTooLarge(str(limit))
        return self.rfile.read(length)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)
