"""Who sent a request to an endpoint of ours, as far as it was proven."""

from dataclasses import dataclass, field
from typing import Final

from idp.clients.domain import Client
from idp.oidc.domain.one_time import Unspent
from kernel.web import Form


@dataclass(frozen=True, slots=True)
class Sender:
    """Keys that whoever sent a request has proven to hold now; None: none of that kind.

    Attributes:
        jkt: thumbprint of the key of its DPoP proof (RFC 9449 §6.1, RFC 7638).
        certificate: ``x5t#S256`` of its TLS client certificate (RFC 8705 §3.1).
    """

    jkt: str | None = None
    certificate: str | None = None

    @property
    def confirmation(self) -> dict[str, object]:
        """The ``cnf`` of a token that only this sender may use (RFC 7800 §3)."""
        named = {"jkt": self.jkt, "x5t#S256": self.certificate}
        return {name: value for name, value in named.items() if value is not None}


UNPROVEN: Final = Sender()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """A request of a client that has proven who it is.

    ``is_proven``: by a secret, key or certificate of its own; a public client is not.
    ``unspent``: what it showed that counts once, and nobody has used up yet.
    """

    client: Client
    form: Form
    sender: Sender = UNPROVEN
    is_proven: bool = False
    unspent: Unspent = field(default_factory=Unspent)
