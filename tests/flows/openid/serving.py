"""What a relying party serves on loopback, and what it got there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import orjson


@dataclass(slots=True)
class Site:
    """The relying party's web site.

    Attributes:
        pages: what lies at a path, with its media type.
        asked: the paths that were fetched, in order.
        posted: bodies that came, with their paths.
        media_types: what the bodies were said to be.
    """

    port: int
    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    posted: list[tuple[str, str]] = field(default_factory=list)
    media_types: list[str] = field(default_factory=list)
    answers: int = 200

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://localhost:{self.port}{path}"

    def serve(self, path: str, value: object) -> str:
        """Lay JSON at a path; return its address."""
        self.pages[path] = ("application/json", orjson.dumps(value))
        return self.url(path)

    def serve_text(self, path: str, media_type: str, text: str) -> str:
        """Lay text at a path; return its address."""
        self.pages[path] = (media_type, text.encode())
        return self.url(path)

    def serve_bytes(self, path: str, media_type: str, body: bytes) -> str:
        """Lay bytes at a path; return its address."""
        self.pages[path] = (media_type, body)
        return self.url(path)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site


class _Pages(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        site = self.server.site
        site.asked.append(self.path)
        media_type, body = site.pages.get(self.path, ("text/plain", b""))
        self._say(200 if self.path in site.pages else 404, media_type, body)

    def do_POST(self) -> None:
        site = self.server.site
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        site.posted.append((self.path, body))
        site.media_types.append(self.headers["content-type"])
        self._say(site.answers, "text/plain", b"")

    def _say(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as named there
        """Say nothing."""


@contextmanager
def served() -> Iterator[Site]:
    """Serve a site while the block runs."""
    server = _Server(("127.0.0.1", 0), _Pages)
    server.site = Site(server.server_address[1])
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
