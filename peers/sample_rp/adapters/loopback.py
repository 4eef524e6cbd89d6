"""Where the browser comes back to: a port of this machine, for one answer."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Final

_HOST: Final = "127.0.0.1"
_PATH: Final = "/back"
_PAGE: Final = (
    "<!doctype html><meta charset=utf-8><title>完成 · Done</title>"
    "<p>可以关闭此页并回到应用。<p lang=en>You may close this page and go back to the app."
)


class LoopbackReturn(HTTPServer):
    """RFC 8252 §7.3: listens on 127.0.0.1 at a port that the system picks."""

    def __init__(self) -> None:
        """Bind; `wait` listens."""
        super().__init__((_HOST, 0), _Page)
        self.come: str | None = None

    @property
    def redirect_uri(self) -> str:
        """Where to come back to."""
        return f"http://{_HOST}:{self.server_address[1]}{_PATH}"

    def wait(self, seconds: float) -> str | None:
        """Return the address that a browser came back to; None: nobody came in time."""
        timer = threading.Timer(seconds, self.shutdown)
        timer.start()
        self.serve_forever(poll_interval=0.05)
        timer.cancel()
        self.server_close()
        return self.come


class _Page(BaseHTTPRequestHandler):
    server: LoopbackReturn

    def do_GET(self) -> None:
        """Take the first answer at our path; anything else is nothing (favicons)."""
        is_answer = self.path.partition("?")[0] == _PATH and self.server.come is None
        self.send_response(200 if is_answer else 404)
        page = _PAGE.encode() if is_answer else b""
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)
        if is_answer:
            origin = self.server.redirect_uri.removesuffix(_PATH)
            self.server.come = f"{origin}{self.path}"
            threading.Thread(target=self.server.shutdown, daemon=True).start()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
        """Write no log: the query holds a code."""
