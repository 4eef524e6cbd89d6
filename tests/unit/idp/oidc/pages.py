"""A host of a relying party on loopback: serves what a test lays under a path."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Pages:
    """What is served, and what was asked for.

    Attributes:
        at: JSON by path, or bytes; an address as text is answered with a redirect there.
        meanwhile: done before each answer, while whoever asks waits for it.
    """

    at: dict[str, object] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    base: str = ""
    meanwhile: Callable[[], object] = lambda: None


@contextmanager
def serving() -> Iterator[Pages]:
    """Serve pages until the block ends."""
    pages = Pages()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages.asked.append(self.path)
            pages.meanwhile()
            found = pages.at.get(self.path)
            body = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(
                404 if found is None else 302 if isinstance(found, str) else 200
            )
            if isinstance(found, str):
                self.send_header("Location", found)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_args: object) -> None:  # noqa: A002  its name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    pages.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield pages
    finally:
        server.shutdown()
        server.server_close()
