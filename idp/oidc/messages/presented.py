"""What somebody shows at an endpoint for clients; nothing of it is believed yet."""

from dataclasses import dataclass, field
from typing import Self

from kernel.web import Form, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A posted form and what came in the head beside it.

    Attributes:
        request: that it came in.
        path: where it was sent, below the issuer.
        dpop: the ``DPoP`` header as it came (RFC 9449 §4.1).
        certificate: the TLS client certificate it came with, as DER.
        method: of the request.
    """

    request: Request = field(repr=False)
    path: str
    authorization: str | None = field(default=None, repr=False)
    dpop: str | None = field(default=None, repr=False)
    certificate: bytes | None = field(default=None, repr=False)
    method: str = "POST"

    @classmethod
    def of(cls, request: Request) -> Self:
        """Read the head of a request with a form body; its query is not looked at."""
        return cls(
            request=request,
            path=request.path,
            authorization=request.headers.get("authorization"),
            dpop=request.headers.get("dpop"),
            certificate=request.certificate,
            method=request.method,
        )

    @property
    def form(self) -> Form:
        """The posted form (RFC 6749 §3.2), read when the flow begins with it.

        So a form that is none is refused where everything else is, and is on record too.

        Raises:
            FormMalformed, ContentTypeNotAccepted: as they say.
        """
        return self.request.form
