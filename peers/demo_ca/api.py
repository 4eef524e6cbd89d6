"""What the demo CA publishes: its certificates and its revocation lists."""

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from kernel.clock import Clock
from kernel.web import Reply, Request, Route
from peers.demo_ca.adapters.folder import Folder
from peers.demo_ca.domain import Issuer
from peers.demo_ca.service import revocation_list

CRL_TYPE: Final = "application/pkix-crl"
_PEM_TYPE: Final = "application/x-pem-file"


@dataclass(frozen=True, slots=True)
class Publication:
    """Lists are signed when they are asked for: a revocation is seen at once."""

    folder: Folder
    clock: Clock

    def root_crl(self, _request: Request) -> Reply:
        """Return the root's list: no issuing CA is ever revoked here."""
        return self._crl(self.folder.load().root, ())

    def issuing_crl(self, _request: Request) -> Reply:
        """Return the issuing CA's list."""
        return self._crl(self.folder.load().issuing, self.folder.revoked())

    def chain(self, _request: Request) -> Reply:
        """Return both certificates, the issuing one first."""
        authority = self.folder.load()
        both = (authority.issuing.certificate, authority.root.certificate)
        pem = b"".join(each.public_bytes(Encoding.PEM) for each in both)
        return Reply.content(pem, _PEM_TYPE)

    def _crl(self, issuer: Issuer, revoked: tuple[int, ...]) -> Reply:
        crl = revocation_list(issuer, revoked, self.clock())
        return Reply.content(crl.public_bytes(Encoding.DER), CRL_TYPE)


def routes(folder: Folder, clock: Clock) -> tuple[Route, ...]:
    """Return the table."""
    publication = Publication(folder, clock)
    return (
        Route(method="GET", path="/root.crl", endpoint=publication.root_crl),
        Route(method="GET", path="/issuing.crl", endpoint=publication.issuing_crl),
        Route(method="GET", path="/chain.pem", endpoint=publication.chain),
    )
