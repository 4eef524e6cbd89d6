"""A hub that answers what a test wants, on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(slots=True)
class Answers:
    """What it answers: a token; the first call with it refused if asked; pages by path."""

    refuse_first: bool = False
    pages: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict)
    base: str = ""
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)


@contextmanager
def served(answers: Answers) -> Iterator[Answers]:
    """Serve on a free port while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            answers.bodies.append(self.rfile.read(length).decode())
            self._answer()

        do_PUT = do_POST  # noqa: N815  its name

        def _answer(self) -> None:
            path = self.path.partition("?")[0]
            headers = {name.lower(): value for name, value in self.headers.items()}
            answers.seen.append((self.command, self.path, headers))
            if path in answers.pages:
                self._send(*answers.pages[path])
            elif path == "/oauth2/token":
                self._send(200, {}, json.dumps({"access_token": "t"}))
            elif answers.refuse_first:
                answers.refuse_first = False
                self._send(401, {}, json.dumps({"title": "no"}))
            else:
                self._send(200, {}, json.dumps({"members": []}))

        def _send(self, status: int, headers: dict[str, str], text: str) -> None:
            body = text.encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    answers.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
