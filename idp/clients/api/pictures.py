"""Pictures of relying parties: read for operators, served to everybody."""

from dataclasses import dataclass
from typing import Final

from idp.clients.domain import Client
from idp.clients.errors import NothingToApprove, PictureUnknown
from idp.clients.messages import PicturesShown, logo_of_change, pictures_shown
from idp.clients.service import Clients, Deciding, Pictures
from kernel.ids import ClientId
from kernel.secret import Digest
from kernel.web import Headers, Reply, Request, write_body

_KEPT: Final[Headers] = (
    ("Cache-Control", "public, max-age=31536000, immutable"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Content-Security-Policy", "default-src 'none'; sandbox"),
    # Pages of ours show it; by itself it is never a page under our name.
    ("Content-Disposition", "attachment"),
)


@dataclass(frozen=True, slots=True)
class PicturesApi:
    """The endpoints: each parses, calls the use case, lays the answer out."""

    pictures: Pictures
    clients: Clients
    deciding: Deciding

    def serve(self, request: Request) -> Reply:
        """Serve one under its digest: what it is never changes."""
        picture = self.pictures.find(_digest(request.parameters["digest"]))
        return Reply.content(picture.body, picture.kind.value, headers=_KEPT)

    def show(self, request: Request) -> Reply:
        """Show what is kept for a relying party, by the address it was read at."""
        return self._shown(self.clients.find(_named(request)).id)

    def read(self, request: Request) -> Reply:
        """Read what its record names; of a live one what the waiting change names."""
        client, actor = self.clients.find(_named(request)), request.required_caller()
        address = self._proposed(client)
        if address is None:
            self.pictures.read(client, actor=actor.pseudonym)
        else:
            self.pictures.read_proposed(client, address, actor.pseudonym)
        return self._shown(client.id)

    def _proposed(self, client: Client) -> str | None:
        try:
            return logo_of_change(self.deciding.waiting(client.id).change)
        except NothingToApprove:
            return None

    def _shown(self, client: ClientId) -> Reply:
        shown: PicturesShown = pictures_shown(self.pictures.kept(client))
        return Reply.json(write_body(shown))


def _named(request: Request) -> ClientId:
    return ClientId(request.parameters["client"])


def _digest(text: str) -> Digest:
    try:
        return Digest(bytes.fromhex(text))
    except ValueError as cause:
        raise PictureUnknown(text[:64]) from cause
