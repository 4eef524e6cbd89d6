"""The worker's round: everything is signed before anybody asks for it."""

from dataclasses import dataclass

from kernel.ids import EntityId
from kernel.work import UnitOfWork
from trustroot.publish.service.desk import SigningDesk
from trustroot.publish.service.feeds import EventFeed, KeyFeed
from trustroot.publish.service.following import Following
from trustroot.publish.service.marking import MarkDesk
from trustroot.publish.service.own import OwnStatements


@dataclass(frozen=True, slots=True)
class MarkRound:
    """Keeps what is said of marks true and fresh."""

    desk: MarkDesk
    work: UnitOfWork

    def run(self) -> None:
        """Say of ended marks that they expired, of the others anew that they are valid."""
        for mark in self.desk.tired():
            with self.work():
                self.desk.refresh(mark)

    def forget(self) -> None:
        """Erase what ended long ago."""
        self.desk.forget()


@dataclass(frozen=True, slots=True)
class Signing:
    """One round over ourselves, the members, their marks, and what others follow."""

    own: OwnStatements
    following: Following
    marks: MarkRound
    keys: KeyFeed
    events: EventFeed

    @property
    def desk(self) -> SigningDesk:
        """Where statements are signed."""
        return self.own.desks.statements

    def run(self) -> None:
        """Sign what is new, changed or near its end; take away what must be gone.

        A round that finds nothing to do writes nothing.
        """
        self.own.run()
        self.following.run()
        self.marks.run()
        self.keys.run()
        self.events.run()

    def mark(self, entity: EntityId) -> None:
        """Bring an entity's marks into line with what it was granted."""
        self.following.publishing.mark(entity)
        self.events.run()
