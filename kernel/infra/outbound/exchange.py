"""What goes out and what comes back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kernel.infra.outbound.failures import OutboundRefused

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")  # RFC 9110 §5.6.2
_VALUE: Final = re.compile(r"(?:[!-~](?:[\t -~]{0,16382}[!-~])?)?")  # RFC 9110 §5.5
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# What frames the message or names its host is ours to write.
_OURS: Final = frozenset({
    "host", "content-length", "transfer-encoding", "connection", "keep-alive", "te",
    "trailer", "upgrade", "expect", "accept-encoding", "proxy-authorization",
    "proxy-connection",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundRequest:
    """One call out.

    ``deadline_s`` (seconds, the whole call) and ``limit_bytes`` (the body, unpacked)
    can only be tighter than the installation's own. ``redirects`` are followed on the
    same origin and for GET and HEAD only; with 0 the redirect itself is the reply.
    ``authority`` (PEM) is whom the host is certified by: for this call that one alone is
    believed, in place of everybody the system believes.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    accept: str | None = None
    deadline_s: float | None = None
    limit_bytes: int | None = None
    redirects: int = 3
    authority: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Hold method and headers to their form (RFC 9110 §5.5, §9).

        Raises:
            OutboundRefused: a method we do not use, a header that is ours to write,
                or a value with a line end in it.
        """
        if self.method not in _METHODS:
            raise OutboundRefused("a method that is never called")
        for name, value in self.headers.items():
            _is_plain_header(name, value)
        _is_plain_header("accept", self.accept or "")


def _is_plain_header(name: str, value: str) -> None:
    """RFC 9110 §5.5: a field value holds no CR, LF or NUL."""
    if not _NAME.fullmatch(name) or name.lower() in _OURS:
        raise OutboundRefused("a header that may not be set")
    if not _VALUE.fullmatch(value):
        raise OutboundRefused(f"header {name} has a value that is not plain ASCII")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundReply:
    """What came back: any status, the body whole and unpacked."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    url: str

    def header(self, name: str) -> str | None:
        """Return the value of a header that stands once, ``None`` if it does not stand.

        Raises:
            OutboundRefused: it stands more than once, so there is no one value.
        """
        values = self.all_headers(name)
        if len(values) > 1:
            raise OutboundRefused(f"header {name} came more than once")
        return values[0] if values else None

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Return every value of a header, in the order they came."""
        lower = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == lower)

    @property
    def media_type(self) -> str:
        """The type of the body in lower case without parameters, empty if not said."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()
