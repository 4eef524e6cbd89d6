"""The WSGI face: environ to `Request`, `Reply` to bytes, and Flask behind.

What the server library leaves to us is done here: body sizes, truncated bodies, chunked
forms. The Host header is never read: the issuer is a setting.
"""

import http
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from kernel.entropy import Entropy
from kernel.errors import DomainError, Malformed
from kernel.ids import Reference, new_reference
from kernel.web import (
    BodyTooLarge,
    CertificateTold,
    Match,
    PathUnknown,
    PeerTold,
    Reply,
    Request,
    current_reference,
    plain_peer,
)
from server.dispatch import Dispatcher, at_the_edge
from server.environ import EnvironHeaders
from server.openapi import DESCRIBED
from server.precedence import Precedence

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFERENCE_KEY: Final = "trusthub.reference"
"""Where a Flask page finds the reference id of its request in the environ."""
_DIGITS: Final = 18
_NOSNIFF: Final = ("X-Content-Type-Options", "nosniff")
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
    """Machine endpoints first; what no table has goes to the pages, but for the APIs."""

    dispatcher: Dispatcher
    pages: "WSGIApplication"
    entropy: Entropy
    certificates: CertificateTold = field(default_factory=CertificateTold)
    peers: PeerTold = field(default_factory=PeerTold)
    precedence: Precedence = field(default_factory=Precedence)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request under a reference id of its own."""
        self.precedence.joined()
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
            peer = plain_peer(environ.get("REMOTE_ADDR", ""))
            certificate = self.certificates.take(environ, peer)
            environ["REMOTE_ADDR"] = self.peers.of(environ, peer)
            match = self.dispatcher.find(method, path)
        except DomainError as error:
            if isinstance(error, PathUnknown) and not _is_for_programs(path):
                environ[REFERENCE_KEY] = reference
                return self.pages(environ, _referenced(start_response, reference))
            bare = Request(method=method, path=path, reference=reference)
            return _sent(at_the_edge(error, bare), method, reference, start_response)
        reply = self._reply(match, environ, _Head(path, reference, certificate))
        return _sent(reply, method, reference, start_response)

    def _reply(self, match: Match, environ: "WSGIEnvironment", head: "_Head") -> Reply:
        try:
            body = _body(environ, match.route.body_limit_bytes)
        except DomainError as error:
            bare = _request(environ, head, b"")
            return self.dispatcher.refused(match.route, error, bare)
        return self.dispatcher.answer(match, _request(environ, head, body))


class _Head(NamedTuple):
    """What is known of a request before its body is read."""

    path: str
    reference: Reference
    certificate: bytes | None


def _request(environ: "WSGIEnvironment", head: _Head, body: bytes) -> Request:
    return Request(
        method=environ["REQUEST_METHOD"],
        path=head.path,
        query=environ.get("QUERY_STRING", ""),
        headers=EnvironHeaders(environ),
        body=body,
        peer=environ.get("REMOTE_ADDR", ""),
        reference=head.reference,
        certificate=head.certificate,
    )


def _path(environ: "WSGIEnvironment") -> str:
    # PEP 3333: bytes of the path arrive as latin-1 text.
    raw: str = environ.get("PATH_INFO", "") or "/"
    return raw if raw.isascii() else raw.encode("latin-1").decode("utf-8", "replace")


def _is_for_programs(path: str) -> bool:
    """Whether a path lies below an API: no page is there, and nobody who reads one."""
    return f"{path}/".startswith(DESCRIBED)


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
    length = _length(announced)
    if length is None or length > limit:
        raise BodyTooLarge(str(limit))
    body: bytes = environ["wsgi.input"].read(length)
    if len(body) != length:
        raise BodyTruncated(f"{len(body)} of {length}")
    return body


def _length(announced: str) -> int | None:
    """RFC 9110 §8.6: decimal digits; None for anything else, and for absurdly many."""
    plain = announced.isascii() and announced.isdigit() and len(announced) <= _DIGITS
    return int(announced) if plain else None


def _referenced(start_response: "StartResponse", reference: Reference) -> "StartResponse":
    """Let a page carry its reference id in a header too: HEAD has no body to show it in."""

    def start(
        status: str,
        headers: list[tuple[str, str]],
        exc_info: "OptExcInfo | None" = None,
        /,
    ) -> Callable[[bytes], object]:
        named = [*headers, ("Trusthub-Reference", reference)]
        return start_response(status, named, exc_info)

    return start


def _sent(
    reply: Reply, method: str, reference: Reference, start_response: "StartResponse"
) -> Iterable[bytes]:
    headers = [
        *reply.headers,
        ("Content-Length", str(len(reply.body))),
        ("Trusthub-Reference", reference),
        _NOSNIFF,
    ]
    start_response(_STATUS_LINES[reply.status], headers)
    return [] if method == "HEAD" else [reply.body]
