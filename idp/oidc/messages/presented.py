"""What somebody shows at an endpoint for clients; nothing of it is believed yet."""

import hashlib
from dataclasses import dataclass, field

from kernel.secret import Digest
from kernel.web import Form, Request


@dataclass(frozen=True, slots=True)
class Presented:
    """What counts of a request with a form body: its query is not looked at."""

    request: Request = field(repr=False)

    @property
    def form(self) -> Form:
        """The posted form (RFC 6749 §3.2), read when the flow begins with it.

        So a form that is none is refused where everything else is, and is on record too.

        Raises:
            FormMalformed, ContentTypeNotAccepted: as they say.
        """
        return self.request.form

    @property
    def path(self) -> str:
        """Where it was sent, below the issuer."""
        return self.request.path

    @property
    def method(self) -> str:
        """The method of the request."""
        return self.request.method

    @property
    def authorization(self) -> str | None:
        """The ``Authorization`` header as it came."""
        return self.request.headers.get("authorization")

    @property
    def dpop(self) -> str | None:
        """The ``DPoP`` header as it came (RFC 9449 §4.1)."""
        return self.request.headers.get("dpop")

    @property
    def certificate(self) -> bytes | None:
        """The TLS client certificate it came with, as DER."""
        return self.request.certificate

    @property
    def words(self) -> Digest | None:
        """The digest of all that a token endpoint reads; None: not of words alone.

        A proof counts once, and a certificate is of the connection.
        """
        request, sent = self.request, self.request.headers
        if sent.get("dpop") is not None or request.certificate is not None:
            return None
        head = f"{request.content_type}\n{sent.get('authorization')!r}\n".encode()
        return Digest(hashlib.sha256(head + request.body).digest())
