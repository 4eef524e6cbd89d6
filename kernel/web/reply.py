"""The two small values every machine endpoint is a function of: Request -> Reply."""

import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Final, Generic, Protocol, Self, TypeVar, overload

from kernel.errors import Malformed
from kernel.ids import PersonId, Reference
from kernel.web.access import Caller
from kernel.web.forms import FORM, Form, parse_form, parse_query

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

JSON: Final = "application/json"
_NO_REFERENCE: Final = Reference("")
HTML: Final = "text/html; charset=utf-8"
_NO_STORE: Final = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))

current_reference: Final[ContextVar[Reference | None]] = ContextVar(
    "reference", default=None
)
"""The reference id of the request being answered; log lines, events and errors carry it."""


class ContentTypeNotAccepted(Malformed):
    """The body is not of the media type the endpoint takes."""

    code = "content_type_not_accepted"


class BodyMalformed(Malformed):
    """The body is not JSON of the form the endpoint takes."""

    code = "body_malformed"


class _Kept(Generic[T]):
    """A member worked out when it is first asked for, then kept in the request.

    `functools.cached_property` takes a lock that all requests share; a request is answered
    by one thread and needs none.
    """

    def __init__(self, made: "_Made[T]") -> None:
        self._made = made
        self.__doc__ = made.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, request: None, owner: type) -> Self: ...
    @overload
    def __get__(self, request: "Request", owner: type) -> T: ...
    def __get__(self, request: "Request | None", owner: type) -> "T | Self":
        if request is None:
            return self
        value = request.__dict__[self._name] = self._made(request)
        return value


class _Made(Protocol[T_co]):
    def __call__(self, request: "Request", /) -> T_co: ...


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTP request, already read and bounded.

    Attributes:
        method: upper case.
        path: decoded, begins with ``/``.
        query: raw query string without ``?``.
        headers: names in lower case; a name sent twice was refused before.
        body: at most the route's limit.
        parameters: what the route's path pattern captured.
        peer: address of the peer as the server saw it; for rate limits, never for trust.
        reference: id that the reply, the log and the events of this request share.
        caller: who an access token speaks for, where the route asks for access.
        certificate: the TLS client certificate that its sender proved to hold, as DER;
            nothing is known of who issued it.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    parameters: Mapping[str, str] = field(default_factory=dict)
    peer: str = ""
    reference: Reference = _NO_REFERENCE
    caller: Caller | None = None
    certificate: bytes | None = None

    @_Kept
    def arguments(self) -> Form:
        """The query as a form: a repeated parameter is refused (RFC 6749 §3.1)."""
        return parse_query(self.query)

    @_Kept
    def form(self) -> Form:
        """The body as a form: a repeated parameter is refused (RFC 6749 §3.2)."""
        if self.content_type != FORM:
            raise ContentTypeNotAccepted(f"taken: {FORM}")
        return parse_form(self.body)

    @_Kept
    def content_type(self) -> str:
        """The media type without parameters, lower case; empty if none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @_Kept
    def cookies(self) -> Mapping[str, str]:
        """The cookies by name; of a name sent twice the first counts (RFC 6265 §5.4)."""
        pairs = (
            part.strip().partition("=")
            for part in self.headers.get("cookie", "").split(";")
        )
        jar: dict[str, str] = {}
        for name, _, value in pairs:
            jar.setdefault(name, value)
        return jar

    def with_parameters(self, parameters: Mapping[str, str]) -> Self:
        """Return this request with what its route captured from the path."""
        return replace(self, parameters=parameters)

    def acting_for(self, caller: Caller) -> Self:
        """Return this request with the caller its access token speaks for."""
        return replace(self, caller=caller)

    @property
    def person(self) -> PersonId | None:
        """The person behind the access token, if there is one."""
        return None if self.caller is None else self.caller.person

    def required_caller(self) -> Caller:
        """Return the caller of a route that asks for access."""
        if self.caller is None:
            msg = "the route table asks for no access here"
            raise RuntimeError(msg)
        return self.caller


Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer. Everything is uncacheable unless it says otherwise."""

    status: int
    headers: Headers
    body: bytes

    @classmethod
    def json(cls, value: object, status: int = 200, headers: Headers = _NO_STORE) -> Self:
        """Answer with JSON, never to be cached unless ``headers`` say otherwise."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(status, (("Content-Type", JSON), *headers), body)

    @classmethod
    def content(
        cls, body: bytes, media_type: str, headers: Headers = _NO_STORE, status: int = 200
    ) -> Self:
        """Answer with bytes of a media type."""
        return cls(status, (("Content-Type", media_type), *headers), body)

    @classmethod
    def see_other(cls, location: str, headers: Headers = ()) -> Self:
        """Send the browser on by GET: 303, never 307 (RFC 9700 §4.12)."""
        return cls(303, (("Location", location), *_NO_STORE, *headers), b"")

    @classmethod
    def empty(cls, status: int = 204, headers: Headers = _NO_STORE) -> Self:
        """Answer with no body."""
        return cls(status, headers, b"")

    def with_headers(self, *headers: tuple[str, str]) -> Self:
        """Return this answer with more headers."""
        return replace(self, headers=(*self.headers, *headers))

    def header(self, name: str) -> str | None:
        """Return the first header of that name, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Endpoint(Protocol):
    """A machine endpoint: parses, calls a flow, lays out the answer. No rule, no SQL."""

    def __call__(self, request: Request, /) -> Reply:
        """Answer one request."""
        ...
