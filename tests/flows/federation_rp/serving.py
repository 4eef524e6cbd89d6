"""The test provider's endpoints, on loopback."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from tests.flows.federation_rp.op import REGISTERED, STATEMENT, Bad, FederatedOp


class OpServer(ThreadingHTTPServer):
    """Listens for one provider."""

    daemon_threads = True
    op: FederatedOp


class Endpoints(BaseHTTPRequestHandler):
    """What the provider answers, and what it found wrong."""

    server: OpServer

    def do_GET(self) -> None:
        """Answer a browser, or who wants the configuration."""
        op = self.server.op
        parts = urlsplit(self.path)
        op.seen.append(parts.path)
        if parts.path == "/authorize":
            self._told(lambda: op.authorize(dict(parse_qsl(parts.query))), 303)
        else:
            self._answer(200, op.configuration(), f"application/{STATEMENT}")

    def do_POST(self) -> None:
        """Answer a relying party."""
        op = self.server.op
        op.seen.append(self.path)
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = dict(parse_qsl(body))
        acts: dict[str, tuple[Callable[[], object], int]] = {
            "/par": (lambda: op.push(form), 201),
            "/token": (lambda: op.redeem(form), 200),
            "/register": (lambda: op.register(body), 200),
        }
        self._told(*acts[self.path])

    def _told(self, act: Callable[[], object], status: int) -> None:
        try:
            said = act()
        except (Bad, KeyError, ValueError) as wrong:
            self.server.op.wrong.append(f"{self.path.partition('?')[0]}: {wrong!r}")
            self._answer(400, '{"error":"invalid_request"}', "application/json")
            return
        if status == 303:
            self._answer(303, "", "text/plain", str(said))
        elif isinstance(said, str):
            self._answer(status, said, f"application/{REGISTERED}")
        else:
            self._answer(status, json.dumps(said), "application/json")

    def _answer(self, status: int, body: str, kind: str, location: str = "") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body.encode())))
        if location:
            self.send_header("location", location)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's own name
        """Say nothing."""


@contextmanager
def running_op(superior: str) -> Iterator[FederatedOp]:
    """Serve one provider while the block runs."""
    server = OpServer(("127.0.0.1", 0), Endpoints)
    op = server.op = FederatedOp(f"http://localhost:{server.server_address[1]}", superior)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield op
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
