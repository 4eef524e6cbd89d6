"""The WSGI face: environ to `Request`, `Reply` to bytes, and Flask behind.

What the server library leaves to us is done here: body sizes, truncated bodies, chunked
forms. The Host header is never read: the issuer is a setting.
"""

import http
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kernel.entropy import Entropy
from kernel.errors import DomainError, Malformed
from kernel.ids import Reference, new_reference
from kernel.web import BodyTooLarge, Match, PathUnknown, Reply, Request, current_reference
from server.dispatch import EDGE_ERRORS, Dispatcher

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFERENCE_KEY: Final = "trusthub.reference"
"""Where a Flask page finds the reference id of its request in the environ."""
_STATUS_LINES: Final = {
    status.value: f"{status.value} {status.phrase}" for status in http.HTTPStatus
}


class BodyTruncated(Malformed):
    """The connection ended before the body did."""

    code = "body_truncated"


class LengthMissing(Malformed):
    """A body without Content-Length: its end could be anywhere (RFC 9112 §6.3)."""

    code = "length_missing"


@dataclass(frozen=True, slots=True)
class Application:
    """Machine endpoints first; what no table has goes to the pages."""

    dispatcher: Dispatcher
    pages: "WSGIApplication"
    entropy: Entropy

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request under a reference id of its own."""
        reference = new_reference(self.entropy)
        token = current_reference.set(reference)
        try:
            return self._answered(environ, start_response, reference)
        finally:
            current_reference.reset(token)

    def _answered(
        self,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        reference: Reference,
    ) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], _path(environ)
        try:
            match = self.dispatcher.find(method, path)
        except PathUnknown:
            environ[REFERENCE_KEY] = reference
            return self.pages(environ, start_response)
        except DomainError as error:
            bare = Request(method=method, path=path, reference=reference)
            return _sent(EDGE_ERRORS.reply(error, bare), method, reference, start_response)
        reply = self._reply(match, environ, path, reference)
        return _sent(reply, method, reference, start_response)

    def _reply(
        self, match: Match, environ: "WSGIEnvironment", path: str, reference: Reference
    ) -> Reply:
        request = _request(environ, path, reference)
        try:
            body = _body(environ, match.route.body_limit_bytes)
        except DomainError as error:
            return match.route.errors.reply(error, request)
        if body:
            request = _request(environ, path, reference, body)
        return self.dispatcher.answer(match, request)


def _request(
    environ: "WSGIEnvironment", path: str, reference: Reference, body: bytes = b""
) -> Request:
    return Request(
        method=environ["REQUEST_METHOD"],
        path=path,
        query=environ.get("QUERY_STRING", ""),
        headers=_headers(environ),
        body=body,
        peer=environ.get("REMOTE_ADDR", ""),
        reference=reference,
    )


def _path(environ: "WSGIEnvironment") -> str:
    # PEP 3333: bytes of the path arrive as latin-1 text.
    raw: str = environ.get("PATH_INFO", "") or "/"
    return raw if raw.isascii() else raw.encode("latin-1").decode("utf-8", "replace")


def _headers(environ: "WSGIEnvironment") -> dict[str, str]:
    headers = {
        key[5:].replace("_", "-").lower(): value
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    if "CONTENT_TYPE" in environ:
        headers["content-type"] = environ["CONTENT_TYPE"]
    return headers


def _body(environ: "WSGIEnvironment", limit: int) -> bytes:
    """Read the body the head announces, no more and no less.

    Raises:
        BodyTooLarge, BodyTruncated, LengthMissing: as they say; nothing was read of a body
            that is announced too large.
    """
    announced = environ.get("CONTENT_LENGTH") or ""
    if not announced:
        if environ.get("HTTP_TRANSFER_ENCODING"):
            raise LengthMissing
        return b""
    length = int(announced) if announced.isascii() and announced.isdigit() else limit + 1
    if length > limit:
        raise BodyTooLarge(str(limit))
    body: bytes = environ["wsgi.input"].read(length)
    if len(body) != length:
        raise BodyTruncated(f"{len(body)} of {length}")
    return body


def _sent(
    reply: Reply, method: str, reference: Reference, start_response: "StartResponse"
) -> Iterable[bytes]:
    headers = [
        *reply.headers,
        ("Content-Length", str(len(reply.body))),
        ("Trusthub-Reference", reference),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(_STATUS_LINES[reply.status], headers)
    return [] if method == "HEAD" else [reply.body]
