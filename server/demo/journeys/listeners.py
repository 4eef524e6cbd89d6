"""Applications that are told of a sign-out: what came to them, over real HTTP."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit

_HOST: Final = "127.0.0.1"
_LIMIT_BYTES: Final = 16_384


@dataclass(slots=True)
class Heard:
    """What came to the applications of one port, by path.

    Attributes:
        posts: logout tokens (OIDC Back-Channel Logout §2.5).
        frames: queries of frames (OIDC Front-Channel Logout §2).
        fails: how often a path still answers that it cannot just now.
    """

    posts: dict[str, list[str]] = field(default_factory=dict)
    frames: dict[str, list[dict[str, list[str]]]] = field(default_factory=dict)
    fails: dict[str, int] = field(default_factory=dict)

    def took(self, path: str, token: str) -> bool:
        """Take a logout token, unless this path cannot just now."""
        left = self.fails.get(path, 0)
        if left:
            self.fails[path] = left - 1
            return False
        self.posts.setdefault(path, []).append(token)
        return True


class Listener(ThreadingHTTPServer):
    """Listens on loopback in a thread of its own until it is closed."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int) -> None:
        """Bind and begin."""
        super().__init__((_HOST, port), _Handler)
        self.heard = Heard()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """End it."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        """Take a logout token: 200, or 503 while it cannot."""
        length = min(int(self.headers.get("Content-Length", "0")), _LIMIT_BYTES)
        form = parse_qs(self.rfile.read(length).decode("ascii", "replace"))
        token = form.get("logout_token", [""])[0]
        took = self.server.heard.took(self.path, token)
        self._answer(200 if took else 503)

    def do_GET(self) -> None:
        """Take what a frame says."""
        address = urlsplit(self.path)
        told = self.server.heard.frames.setdefault(address.path, [])
        told.append(parse_qs(address.query))
        self._answer(200)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
        """Write no log."""

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", "0")
        self.end_headers()
