"""The picture that a relying party names: read once, looked at, kept, shown from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from idp.clients.checks.pictures import picture_is_one
from idp.clients.domain import (
    Client,
    ClientState,
    LocalText,
    PagesShown,
    Picture,
    pages_people_see,
)
from idp.clients.errors import PictureRefused, PictureUnreachable, TwoPersonsNeeded
from idp.clients.events import ClientPictureRead, ClientPictureRefused
from idp.clients.ports import PictureSource, PictureStore
from kernel.clock import Clock
from kernel.events import AuditTrail, Outcome
from kernel.ids import ClientId, Pseudonym
from kernel.secret import Digest
from kernel.work import UnitOfWork

_OF_ONE_PERSON: Final = frozenset({ClientState.DRAFT, ClientState.SANDBOX})
"""States in which nobody else looks at, or has looked at, what a record says."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Reads what lies at a ``logo_uri``, once for each record that names the address.

    So a picture is another only where its record is: nothing that a second person saw is
    shown in another way afterwards. It calls out, so never inside a unit of work.
    """

    store: PictureStore
    source: PictureSource
    trail: AuditTrail
    work: UnitOfWork
    clock: Clock

    def read(self, client: Client, *, actor: Pseudonym | None = None) -> None:
        """Keep the picture that a record names, unless it is kept already.

        A record does without where there is none to be had; an event says why.

        Raises:
            TwoPersonsNeeded: somebody else looks at it, or has looked at it, as it is.
        """
        if client.state not in _OF_ONE_PERSON:
            raise TwoPersonsNeeded(client.id)
        address = client.pages.logo_uri
        if address is None:
            self._drop(client.id, ())
        else:
            self._read(client.id, address, (), actor)

    def read_proposed(self, client: Client, address: str, actor: Pseudonym | None) -> None:
        """Keep what a change names that a second person will see before they agree."""
        present = client.pages.logo_uri
        self._read(client.id, address, () if present is None else (present,), actor)

    def kept(self, client: ClientId) -> Mapping[str, Picture]:
        """Return all that is kept for a record, by address."""
        return self.store.kept(client)

    def find(self, digest: Digest) -> Picture:
        """Return a picture by its name, or raise `PictureUnknown`."""
        return self.store.find(digest)

    def _read(
        self,
        client: ClientId,
        address: str,
        keeping: tuple[str, ...],
        actor: Pseudonym | None,
    ) -> None:
        self._drop(client, (address, *keeping))
        if self.store.of(client, address) is not None:
            return
        try:
            picture = picture_is_one(self.source.fetch(address))
        except (PictureRefused, PictureUnreachable) as reason:
            self.trail.record(
                ClientPictureRefused(
                    actor=actor,
                    relying_party=client,
                    outcome=Outcome.REFUSED,
                    reason=reason.code,
                )
            )
            return
        with self.work():
            if self.store.add(client, address, picture, self.clock()):
                named = picture.digest().hex()
                self.trail.record(
                    ClientPictureRead(actor=actor, relying_party=client, digest=named)
                )

    def _drop(self, client: ClientId, others_than: tuple[str, ...]) -> None:
        """What is named no more goes: many changes leave no more behind than one."""
        with self.work():
            self.store.drop_others(client, others_than)


@dataclass(frozen=True, slots=True)
class ShownPages:
    """The `PagesOfClients`: the picture kept here, and links that may be shown."""

    store: PictureStore

    def of(self, client: Client) -> PagesShown:
        """Return what people are shown; a picture only if its bytes are kept here."""
        pages = pages_people_see(client)
        logo = pages.logo_uri
        return PagesShown(
            picture=None if logo is None else self.store.of(client.id, logo),
            policy=_in_both(pages.policy_uri, pages.policy_uri_en),
            terms=_in_both(pages.tos_uri, pages.tos_uri_en),
        )


def _in_both(everybody: str | None, english: str | None) -> LocalText | None:
    """RFC 7591 §2.2: one language stands in for the other."""
    zh, en = everybody or english, english or everybody
    return None if zh is None or en is None else LocalText(zh, en)
